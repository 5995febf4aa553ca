using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Rehearses on public rows in the private rows' role, which costs no budget.</summary>
internal static class RehearsalJob
{
    /// <summary>What <c>--method</c> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [AutoMethod.Name, .. Methods.Names];

    /// <summary>Searches the settings of a method, or of each that <see cref="AutoMethod"/> chooses among; the model is left at its origin.</summary>
    /// <exception cref="BadInputException">Public rows do not allow a rehearsal.</exception>
    public static RehearsalResult Run(PublicInputs inputs, string method, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (request, model) = (inputs.Request, inputs.Model);
        var names = AutoMethod.Among(method, request.Budget);
        using var rehearsal = Inputs.Checked(() => new Rehearsal(
            inputs.Expansion, Scenarios.Of(model, inputs.Loss, inputs.Rows, inputs.NominalSize), measure: Scenarios.Measure(inputs.Loss)));
        var found = names.Select((name, i) =>
        {
            var (start, axes) = Inputs.Checked(() => Methods.Of(name, inputs.Loss.Name, request.Budget, inputs.NominalSize, model.ParameterCount, request.Adjacency));
            var unit = start with { Plan = start.Plan with { PrivacyUnit = request.UnitColumn ?? "row" } };
            return Inputs.Checked(() => rehearsal.Search(unit, axes, new Share(progress, i, names.Count), cancellationToken));
        }).ToList();
        return found[AutoMethod.Best(found)] with { Tried = found.Sum(result => result.Tried) };
    }

    /// <summary>One of several equal shares of a piece of work.</summary>
    private sealed class Share(IProgress<double> whole, int place, int count) : IProgress<double>
    {
        void IProgress<double>.Report(double value) => whole.Report((place + value) / count);
    }
}
