using Quietune.Cli.Experiments;
using Quietune.Cli.Jobs;
using Quietune.Cli.Terminals;
using Quietune.Data;
using Quietune.Data.Images;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Audits;

/// <summary>A model with public rows in the private rows' place, and other public rows to make canaries of.</summary>
internal sealed class AuditedModel : IDisposable
{
    private const int CheckedRows = 8;
    private readonly List<IDisposable> owned;

    private AuditedModel(PublicExpansion expansion, InMemoryExamples rows, InMemoryExamples canaryRows, params IEnumerable<IDisposable> owned)
    {
        (Expansion, Rows, CanaryRows) = (expansion, rows, canaryRows);
        this.owned = [.. owned];
    }

    /// <summary>The model and what public data says of it.</summary>
    public PublicExpansion Expansion { get; }

    /// <summary>Public rows that stand in for private ones.</summary>
    public InMemoryExamples Rows { get; }

    /// <summary>Public rows of the same kind that are not among them.</summary>
    public InMemoryExamples CanaryRows { get; }

    /// <summary>How columns become numbers, where the rows come from a table; private rows are read the same way.</summary>
    public PreprocessingSpec? Spec { get; private init; }

    /// <summary>The labels that mean something to the loss, where the rows come from a table.</summary>
    public LabelRange? Labels { get; private init; }

    /// <summary>The digit network of <c>quietune experiment mnist</c>, on the digits that are private there.</summary>
    public static AuditedModel OfDigits(string folder, int publicRows, int rows, Terminal terminal, CancellationToken cancellationToken)
    {
        var (split, digits) = terminal.Stage("pretraining on public digits", progress =>
        {
            var files = MnistFolder.Read(folder);
            if (files.Train.Count < publicRows + (2 * rows))
            {
                throw new BadInputException($"{folder}: expected at least {publicRows + (2 * rows)} training rows (--public-rows {publicRows}, twice --rows {rows}), got {files.Train.Count}.");
            }

            var parts = DigitSplit.Of(files.Train.Shuffled(seed: 2026), files.Test, publicRows, Shift.Parse("rotate:30"));
            return (parts, DigitModel.Pretrain(parts.Pretraining, seed: 0, progress, cancellationToken));
        });
        return new(digits.Expansion, split.Private.Slice(0, rows), split.Private.Slice(rows, split.Private.Count - rows), digits);
    }

    /// <summary>A model file, on one half of the public rows; canaries are made of the other.</summary>
    public static AuditedModel OfFile(AuditRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var loss = Inputs.Checked(() => LossFunction.Named(request.Loss));
        var name = request.PublicData ?? throw new BadInputException("--public: expected the public rows that stand in for private ones.");
        var file = OnnxModelFile.Load(request.Model!);
        try
        {
            var table = Inputs.Checked(() => TableReference.Parse(name));
            var spec = Inputs.Checked(() => request.Preprocess is { } path ? PreprocessingSpec.Load(path) : Inputs.Propose(table, file, loss, request.Label, request.Features, request.UnitColumn));
            var all = terminal.Stage("reading public rows", _ => Inputs.Checked(() => PublicRows.Sample(spec.Apply(table), name, cancellationToken)));
            var first = all.Slice(0, Math.Min(CheckedRows, all.Count));
            var batch = TensorBatch.Of(first.Read(first.Count, cancellationToken).First(), all.InputShapes);
            LabelRange labels;
            using (var untried = Inputs.Checked(() => new OnnxModel(file, TrainSelection.Of(request.Train), batch.Inputs, loss)))
            {
                labels = Inputs.RequireLabels(name, all, spec.Label, untried, loss);
            }

            var model = Inputs.Checked(() => OnnxModel.Checked(file, TrainSelection.Of(request.Train), loss, batch));
            var expansion = new PublicExpansion(model, loss, all) { Change = Scenarios.ChangeOf(all) };
            var half = all.Count / 2;
            return new(expansion, all.Slice(0, Math.Min(half, request.Rows)), all.Slice(half, all.Count - half), expansion, model, file) { Spec = spec, Labels = labels };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owned.ForEach(part => part.Dispose());
}
