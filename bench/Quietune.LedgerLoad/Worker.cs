using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Ledger;
using Quietune.Storage;

namespace Quietune.LedgerLoad;

/// <summary>One process that reserves and commits, and says each step once it is done.</summary>
public static class Worker
{
    /// <summary>The dataset that all workers share.</summary>
    public const string Dataset = "load";

    /// <summary>Runs the worker: LOCATION COUNT NOISE-MULTIPLIER.</summary>
    /// <param name="arguments">Where the ledger is, how many reservations to make, and the noise multiplier of each.</param>
    /// <param name="output">Gets a line <c>reserved N</c>, <c>committed N</c> or <c>refused N</c> after each step.</param>
    /// <param name="error">Gets one sentence when the ledger fails.</param>
    /// <returns>0 when done, 2 when the ledger failed.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        try
        {
            using var ledger = LedgerStore.Open(arguments[0]);
            var count = int.Parse(arguments[1]);
            var request = new ReservationRequest(Dataset, "row", Adjacency.AddRemove, new GaussianEvent(double.Parse(arguments[2])), new string('a', 64), "load");
            for (var i = 0; i < count; i++)
            {
                Once(ledger, request, output);
            }

            return 0;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            error.WriteLine(failure.Message);
            return 2;
        }
    }

    private static void Once(ILedger ledger, ReservationRequest request, TextWriter output)
    {
        long reservation;
        try
        {
            reservation = ledger.Reserve(request).Sequence;
        }
        catch (BudgetRefusedException refused)
        {
            Say(output, "refused", refused.Refusal.Sequence);
            return;
        }

        Say(output, "reserved", reservation);
        Say(output, "committed", ledger.Commit(reservation, "load").Reservation);
    }

    private static void Say(TextWriter output, string step, long sequence)
    {
        output.WriteLine($"{step} {sequence}");
        output.Flush();
    }
}
