using Quietune.Cli.Outputs;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Privacy.Accounting;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Privacy.Profiles;
using Quietune.Tuning.Evaluation;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Cli.Jobs;

/// <summary>Measures a model on private rows by one release with a budget of its own: fix the bins, reserve, read the rows, release.</summary>
/// <param name="request">What to do.</param>
/// <param name="terminal">Where to say how it goes.</param>
internal sealed class PrivateEvaluationJob(PrivateEvaluationRequest request, Terminal terminal)
{
    // Covers the rounding of the few operations that lead from a budget to a multiplier and back.
    private const double RoundedUp = 1 + 1e-12;
    private const int EqualBins = 20;

    /// <summary>Runs the job.</summary>
    /// <exception cref="BadInputException">Something given does not fit; nothing was spent unless the private rows were opened.</exception>
    public PrivateEvaluationStatement Run(CancellationToken cancellationToken)
    {
        var loss = Inputs.Checked(() => LossFunction.Named(request.Loss));
        if (loss != LossFunction.Binary && loss != LossFunction.CrossEntropy)
        {
            throw new BadInputException($"--loss: expected binary or cross-entropy for a private evaluation, got '{request.Loss}'.");
        }

        if (request is { Ledger: not null, Dataset: null })
        {
            throw new BadInputException("--ledger: expected --dataset with the id under which the owner granted the budget.");
        }

        var privateTable = PrivateTable.Of(request.Data, request.UnitColumn);
        using var file = OnnxModelFile.Load(request.Model);
        var publicRows = request.PublicData is null ? null : Inputs.Checked(() => TableReference.Parse(request.PublicData));
        var spec = Inputs.Checked(() => Spec(file, loss, publicRows)).InOrderOf([.. file.Graph.Inputs.Select(input => input.Name)]);
        PrivateTable.Require(privateTable, spec, request.Data);
        var known = publicRows is null ? null : terminal.Stage("reading public rows", _ => Inputs.Checked(() => PublicRows.Sample(spec.Apply(publicRows), request.PublicData!, cancellationToken)));
        using var model = Inputs.Checked(() => new OnnxModel(file, TrainSelection.All, loss: loss));
        var shapes = known?.InputShapes ?? (spec.Pixels is null ? [.. spec.Inputs.Select(input => input.Shape.ToArray())] : throw new BadInputException("--public: expected public images, whose shape and scores fix what is counted."));
        RequireOutputs(model, shapes);
        var bins = known is null ? ScoreBins.EqualWidth(EqualBins) : Inputs.Checked(() => ScoreBins.Of(Predictions.Of(model, known)));
        var unsigned = Statement(spec, bins);
        using var reservation = Reservation.Of(request.Ledger, request.Dataset, unsigned.PrivacyUnit, request.Adjacency, unsigned.Event, unsigned.EvaluationSha256);
        // Budget is set aside: from here on private rows are read.
        var scores = terminal.Stage(
            "counting private rows",
            _ => PrivateTable.Withheld(request.Data, () =>
            {
                var rows = new FittingRows(spec.Apply(privateTable, isPrivate: true, request.UnitColumn), shapes, new(0, 1, IsWhole: true, loss.Name), request.Data);
                var counts = PrivateEvaluation.Count(model, rows, bins, cancellationToken);
                return PrivateEvaluation.Release(counts, bins, Math.BitDecrement(Sensitivity / Multiplier), request.Adjacency, request.Seed is { } seed ? new SeededNoise(seed) : new SecureNoise());
            }),
            tellsTime: false);
        var released = unsigned with { Scores = ReleasedScores.Of(scores), NotPrivate = scores.IsSecure ? null : "NOT PRIVATE: the noise came from a seed, which anybody can guess." };
        return released with { Ledger = reservation.Commit(released.ScoresHash()) };
    }

    private double Sensitivity => request.Adjacency == Adjacency.ReplaceOne ? 2 : 1;

    private double Multiplier => Sensitivity / GaussianProfile.MuOf(request.Budget) * RoundedUp;

    private PreprocessingSpec Spec(OnnxModelFile file, LossFunction loss, TableReference? publicRows) =>
        request.Preprocess is { } path ? PreprocessingSpec.Load(path)
        : publicRows is { } table ? Inputs.Propose(table, file, loss, request.Label, request.Features, request.UnitColumn)
        : throw new BadInputException("--private: expected --preprocess or --public, as statistics of private rows would be private.");

    private PrivateEvaluationStatement Statement(PreprocessingSpec spec, ScoreBins bins)
    {
        var statement = new PrivateEvaluationStatement
        {
            Epsilon = request.Budget.Epsilon,
            Delta = request.Budget.Delta,
            Mu = GaussianProfile.MuOf(request.Budget),
            Adjacency = request.Adjacency,
            PrivacyUnit = request.UnitColumn ?? "row",
            Event = new GaussianEvent(Multiplier),
            ModelSha256 = StagedOutput.Sha256(request.Model),
            SpecSha256 = PublicInputs.SpecHash(spec),
            BinEdges = bins.Edges,
        };
        return statement with { EvaluationSha256 = statement.SettingsHash() };
    }

    /// <summary>Refuses a model with another number of outputs before budget is set aside, by one row of zeros.</summary>
    private void RequireOutputs(OnnxModel model, IReadOnlyList<int[]> shapes)
    {
        using var scope = NewDisposeScope();
        var zero = new ExampleBatch(1, [.. shapes.Select(shape => new float[shape.Aggregate(1, (product, size) => product * size)])], [0]);
        var outputs = Inputs.Checked(() => model.Forward(TensorBatch.Of(zero, shapes).Inputs)).numel();
        if (outputs is not (1 or 2))
        {
            throw new BadInputException($"{request.Model}: expected a model of one logit or two classes, got {outputs} outputs.");
        }
    }
}
