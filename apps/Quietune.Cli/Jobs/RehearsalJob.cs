using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Rehearses on public rows in the private rows' role, which costs no budget.</summary>
internal static class RehearsalJob
{
    /// <summary>Tries our methods and takes the one that does best in rehearsal; one draw where δ is 0, as it alone can be purely private.</summary>
    public const string Auto = "auto";

    /// <summary>What <c>--method</c> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, .. Methods.Names];

    /// <summary>Searches the settings of a method, or of each of our own for <see cref="Auto"/>; the model is left at its origin.</summary>
    /// <exception cref="BadInputException">Public rows do not allow a rehearsal.</exception>
    public static RehearsalResult Run(PublicInputs inputs, string method, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (request, model) = (inputs.Request, inputs.Model);
        var names = method != Auto ? [method] : request.Budget.IsPure ? [Methods.OneDraw] : new[] { Methods.OneDraw, Methods.Draws };
        using var rehearsal = Inputs.Checked(() => new Rehearsal(
            inputs.Expansion, Scenarios.Of(model, inputs.Loss, inputs.Rows, inputs.NominalSize), measure: Scenarios.Measure(inputs.Loss)));
        var found = names.Select((name, i) =>
        {
            var (start, axes) = Inputs.Checked(() => Methods.Of(name, inputs.Loss.Name, request.Budget, inputs.NominalSize, model.ParameterCount, request.Adjacency));
            var unit = start with { Plan = start.Plan with { PrivacyUnit = request.UnitColumn ?? "row" } };
            return Inputs.Checked(() => rehearsal.Search(unit, axes, new Share(progress, i, names.Length), cancellationToken));
        }).ToList();
        return found.MaxBy(result => result.Merit)! with { Tried = found.Sum(result => result.Tried) };
    }

    /// <summary>One of several equal shares of a piece of work.</summary>
    private sealed class Share(IProgress<double> whole, int place, int count) : IProgress<double>
    {
        void IProgress<double>.Report(double value) => whole.Report((place + value) / count);
    }
}
