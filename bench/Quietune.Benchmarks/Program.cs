using Quietune.Benchmarks;
using Quietune.Benchmarks.Scale;
using Quietune.Tuning.Models;

// As the program does at its start.
NativeHeap.KeepFreedMemory();
switch (args)
{
    case ["private-pass", .. var options]:
        return PrivatePassBenchmark.Run(options, Console.Out);
    case ["projections", .. var options]:
        return ProjectionBenchmark.Run(options, Console.Out);
    case [PeakMemory.Verb, var subject, var geometry, var rows, var batchSize]:
        PeakMemory.Answer(Subject.Named(subject), geometry, int.Parse(rows), int.Parse(batchSize));
        return 0;
    case ["stream", .. var options]:
        return StreamBenchmark.Run(options);
    case [StreamBenchmark.ChildVerb, var path]:
        return StreamBenchmark.Answer(path, Console.Out);
    case ["accountants"]:
        return AccountantBenchmark.Run(Console.Out);
    case ["noise"]:
        return NoiseBenchmark.Run(Console.Out);
    case ["ledger"]:
        return Quietune.LedgerLoad.Bars.Run(Console.Out);
    case ["ledger", ("sqlite" or "postgresql") and var store]:
        return Quietune.LedgerLoad.Bars.Run(Console.Out, store);
    case ["onnx-scale", .. var names]:
        return OnnxScaleBenchmark.Run(names, Console.Out);
    case [OnnxScaleBenchmark.ChildVerb, var graph, var kind]:
        OnnxScaleBenchmark.Answer(graph, kind, Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Quietune.Benchmarks -- private-pass [--rows 2048] [--batch 512] [--pairs 31] | projections [--pairs 15] | stream [--rows 5000000] | accountants | noise | ledger [sqlite|postgresql] | onnx-scale [resnet-18] [bert-base]");
        return 2;
}
