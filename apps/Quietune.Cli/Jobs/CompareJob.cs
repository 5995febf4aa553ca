using Quietune.Cli.Experiments.Races;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Tables;
using Quietune.Reporting;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>Races methods on a user's own model and tables, all of which are declared public: the noise is seeded, no budget is spent, and test measures are told.</summary>
/// <param name="request">What to compare.</param>
/// <param name="terminal">Where to say how it goes.</param>
internal sealed class CompareJob(CompareRequest request, Terminal terminal)
{
    // Higher is better in every race.
    private const string NegativeLoss = "negativeMeanLoss";

    /// <summary>Runs the race.</summary>
    /// <exception cref="BadInputException">Something given does not fit.</exception>
    /// <exception cref="InvalidDataException">Rows are not what they should be.</exception>
    public RaceReport Run(CancellationToken cancellationToken)
    {
        var stages = new Stages(terminal);
        var (privateTable, testTable) = (PrivateTable.Of(request.PrivateData, request.Public.UnitColumn), PrivateTable.Of(request.TestData, unitColumn: null));
        using var inputs = PublicInputs.Read(request.Public, stages, cancellationToken);
        PrivateTable.Require(privateTable, inputs.Spec, request.PrivateData);
        PrivateTable.Require(testTable, inputs.Spec, request.TestData);
        var (model, loss) = (inputs.Model, inputs.Loss);
        var test = stages.Run("reading test rows", _ => Sample(testTable, inputs, request.TestData, cancellationToken));
        var headline = Headline(loss);
        var pretrained = Measures();
        if (!pretrained.TryGetValue(headline, out var before))
        {
            throw new BadInputException($"{request.TestData}: expected rows of both outcomes, so that {Scenarios.MeasureName(loss)} can be measured.");
        }

        using var rehearsal = Inputs.Checked(() => new Rehearsal(inputs.Expansion, Scenarios.Of(model, loss, inputs.Rows, inputs.NominalSize), measure: Scenarios.Measure(loss)));
        using var oracle = request.Entries.Oracles.Count > 0 ? Oracle() : null;
        var course = new RaceCourse<IReadOnlyDictionary<string, double>>(
            Description(inputs), inputs.Expansion, inputs.NominalSize, rehearsal, _ => PrivateTable.Rows(privateTable, inputs, request.PrivateData), Measures)
        {
            Oracle = oracle,
            Adjacency = request.Public.Adjacency,
            PrivacyUnit = request.Public.UnitColumn ?? "row",
        };
        var raced = Inputs.Checked(() => Race.Run(course, request.Entries, terminal, cancellationToken));
        return new($"{Path.GetFileName(request.Public.Model)}, tuned by several methods", headline, Scenarios.MeasureName(loss), pretrained, null, [.. raced.Select(result => RaceLine.Of(result, run => run, headline, before))])
        {
            IsShare = headline != NegativeLoss,
            Conditions = Conditions(inputs, test.Count),
        };

        IReadOnlyDictionary<string, double> Measures()
        {
            var measures = Evaluation.Of(model, loss, test, request.TestData, cancellationToken).Where(measure => measure.Key != "rows").ToDictionary(measure => measure.Key, measure => measure.Value);
            if (headline == NegativeLoss)
            {
                measures[NegativeLoss] = -measures["meanLoss"];
            }

            return measures;
        }

        Rehearsal Oracle() => new(
            inputs.Expansion, [new("the answer", Sample(privateTable, inputs, request.PrivateData, cancellationToken), test)], draws: 2, measure: Scenarios.Measure(loss));
    }

    private static string Headline(LossFunction loss) => loss == LossFunction.CrossEntropy ? "accuracy" : loss == LossFunction.Binary ? "auroc" : NegativeLoss;

    private static InMemoryExamples Sample(TableReference table, PublicInputs inputs, string name, CancellationToken cancellationToken) =>
        PublicRows.Sample(new FittingRows(inputs.Spec.Apply(table), inputs.Rows.InputShapes, inputs.Labels, name), name, cancellationToken);

    /// <summary>All that decides a result, for the journal; tables are named, not read.</summary>
    private string Description(PublicInputs inputs) => string.Join(
        '|', "compare", inputs.ModelSha256, inputs.SpecSha256, inputs.RowsSha256, request.PrivateData, request.TestData, string.Join(' ', request.Public.Train), request.Public.UnitColumn, inputs.NominalSize);

    private IReadOnlyList<NamedValue> Conditions(PublicInputs inputs, int testRows) =>
    [
        new("model", Path.GetFileName(request.Public.Model), $"{inputs.Model.ParameterCount} parameters are tuned"),
        new("public rows", $"{inputs.Rows.Count}", request.Public.PublicData),
        new("private rows", $"N = {inputs.NominalSize}", $"{request.PrivateData}; declared public for this comparison"),
        new("privacy unit", request.Public.UnitColumn ?? "row", request.Public.Adjacency.ToString()),
        new("test rows", $"{testRows}", request.TestData),
        new("δ", $"{request.Entries.Budgets[0].Delta}"),
        new("seeds", $"{request.Entries.Seeds}", "of the noise, the same for every method"),
    ];
}
