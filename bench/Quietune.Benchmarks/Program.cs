using Quietune.Benchmarks;

switch (args)
{
    case ["private-pass", .. var options]:
        return PrivatePassBenchmark.Run(options, Console.Out);
    case [PeakMemory.Verb, var subject, var geometry, var rows, var batchSize]:
        PeakMemory.Answer(Subject.Named(subject), geometry, int.Parse(rows), int.Parse(batchSize));
        return 0;
    case ["ledger"]:
        return Quietune.LedgerLoad.Bars.Run(Console.Out);
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Quietune.Benchmarks -- private-pass [--rows 2048] [--batch 512] [--pairs 31] | ledger");
        return 2;
}
