using Quietune.Privacy.Ledger;

namespace Quietune.Storage.Ledgers;

/// <summary>Asks whether a plan fits into what is left of a dataset's budget.</summary>
internal sealed class BudgetQuestion(ReservationRequest request)
{
    /// <summary>The reservation or the refusal that follows from the state.</summary>
    public LedgerEntry Answer(LedgerState state)
    {
        if (state.Accounts.GetValueOrDefault(request.Dataset) is not { Grant: { } grant } account)
        {
            return Refusal($"Dataset '{request.Dataset}' was granted no budget; its owner grants one with 'quietune ledger grant'.", null);
        }

        state.Granted(request.Dataset, request.PrivacyUnit, request.Adjacency);
        var after = account.EpsilonWith(request.Event);
        return after <= grant.Total.Epsilon
            ? new ReservationEntry
            {
                Dataset = request.Dataset,
                Who = request.Who,
                Event = request.Event,
                Plan = request.Plan,
                Process = $"{Environment.MachineName}/{Environment.ProcessId}",
                EpsilonAfter = after,
            }
            : Refusal(
                $"Dataset '{request.Dataset}' was granted ε = {grant.Total.Epsilon:G10} at δ = {grant.Total.Delta:G10}; ε = {account.EpsilonSpent:G10} is spent or reserved, and this plan would make it {after:G10}.",
                double.IsFinite(after) ? after : null);
    }

    private RefusalEntry Refusal(string reason, double? after) =>
        new() { Dataset = request.Dataset, Who = request.Who, Event = request.Event, Plan = request.Plan, Reason = reason, EpsilonAfter = after };
}
