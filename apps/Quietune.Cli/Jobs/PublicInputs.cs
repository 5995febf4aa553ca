using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quietune.Cli.Outputs;
using Quietune.Data;
using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Onnx;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;

namespace Quietune.Cli.Jobs;

/// <summary>A model and public rows that fit each other, with all that can be known of them before private rows are named.</summary>
internal sealed class PublicInputs : IDisposable
{
    private const int CheckedRows = 8;
    private readonly OnnxModelFile source;

    private PublicInputs(PublicRequest request, OnnxModelFile file, OnnxModel model, LossFunction loss, PreprocessingSpec spec, InMemoryExamples rows, LabelRange labels)
    {
        (Request, source, Model, Loss, Spec, Rows, Labels) = (request, file, model, loss, spec, rows, labels);
        NominalSize = request.NominalSize ?? rows.Count;
        Expansion = new(model, loss, rows) { Change = Scenarios.ChangeOf(rows) };
    }

    /// <summary>What was asked for.</summary>
    public PublicRequest Request { get; }

    /// <summary>The model; owned here.</summary>
    public OnnxModel Model { get; }

    /// <summary>Its loss.</summary>
    public LossFunction Loss { get; }

    /// <summary>How columns become inputs and labels.</summary>
    public PreprocessingSpec Spec { get; }

    /// <summary>A sample of the public rows.</summary>
    public InMemoryExamples Rows { get; }

    /// <summary>The labels that the loss has a meaning for.</summary>
    public LabelRange Labels { get; }

    /// <summary>N.</summary>
    public int NominalSize { get; }

    /// <summary>What public rows say of the model; owned here.</summary>
    public PublicExpansion Expansion { get; }

    /// <summary>SHA-256 of the model's file.</summary>
    public string ModelSha256 => StagedOutput.Sha256(Request.Model);

    /// <summary>SHA-256 of the spec.</summary>
    public string SpecSha256 => SpecHash(Spec);

    /// <summary>SHA-256 of the sampled rows, whatever the form of their table.</summary>
    public string RowsSha256
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(MemoryMarshal.AsBytes(Rows.Features.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(Rows.Labels.AsSpan()));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>SHA-256 of a spec's content.</summary>
    public static string SpecHash(PreprocessingSpec spec) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(spec.ToJson())));

    /// <summary>Reads the model and the public rows; the caller disposes.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="stages">Where to say how it goes.</param>
    /// <param name="cancellationToken">Stops between batches of rows.</param>
    /// <param name="known">The preprocessing, where a plan has it; null to load or to propose one.</param>
    /// <exception cref="BadInputException">Something does not fit.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public static PublicInputs Read(PublicRequest request, Stages stages, CancellationToken cancellationToken, PreprocessingSpec? known = null)
    {
        var loss = Inputs.Checked(() => LossFunction.Named(request.Loss));
        var file = OnnxModelFile.Load(request.Model);
        OnnxModel? model = null;
        try
        {
            var (spec, rows) = stages.Run("reading public rows", _ => PublicPart(request, file, loss, known, cancellationToken));
            var labels = LabelsOf(request, file, loss, spec, rows);
            model = Inputs.Checked(() => OnnxModel.Checked(file, TrainSelection.Of(request.Train), loss, First(rows, CheckedRows)));
            if (request.NominalSize is null)
            {
                stages.Say($"--nominal-size was not given: N = {rows.Count}, the number of public rows, is declared as the public constant.");
            }

            return new(request, file, model, loss, spec, rows, labels);
        }
        catch
        {
            model?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>The first public rows as tensors, in the current dispose scope.</summary>
    /// <param name="count">How many at most.</param>
    public TensorBatch First(int count) => First(Rows, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Expansion.Dispose();
        Model.Dispose();
        source.Dispose();
    }

    private static (PreprocessingSpec Spec, InMemoryExamples Rows) PublicPart(PublicRequest request, OnnxModelFile file, LossFunction loss, PreprocessingSpec? known, CancellationToken cancellationToken)
    {
        var table = Inputs.Checked(() => TableReference.Parse(request.PublicData));
        var spec = known ?? Inputs.Checked(() => (request.Preprocess is { } path ? PreprocessingSpec.Load(path) : Inputs.Propose(table, file, loss, request.Label, request.Features, request.UnitColumn))
            .InOrderOf([.. file.Graph.Inputs.Select(input => input.Name)]));
        return (spec, Inputs.Checked(() => PublicRows.Sample(spec.Apply(table), request.PublicData, cancellationToken)));
    }

    /// <summary>The labels that fit the model, found before its gradients are checked on public rows.</summary>
    private static LabelRange LabelsOf(PublicRequest request, OnnxModelFile file, LossFunction loss, PreprocessingSpec spec, InMemoryExamples rows)
    {
        using var untried = Inputs.Checked(() => new OnnxModel(file, TrainSelection.Of(request.Train), First(rows, CheckedRows).Inputs, loss));
        return Inputs.RequireLabels(request.PublicData, rows, spec.Label, untried, loss);
    }

    private static TensorBatch First(InMemoryExamples rows, int count)
    {
        var first = rows.Slice(0, Math.Min(count, rows.Count));
        return TensorBatch.Of(first.Read(first.Count).First(), rows.InputShapes);
    }
}
