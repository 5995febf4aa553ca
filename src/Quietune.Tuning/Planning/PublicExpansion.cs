using Quietune.Data;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using static TorchSharp.torch;

namespace Quietune.Tuning.Planning;

/// <summary>What public data says of a pretrained model: its curvature, and the inputs on which a step is measured.</summary>
/// <remarks>Expanded around the parameters that the model has when this is made. Owns the curvatures and the inputs, not the model.</remarks>
public sealed class PublicExpansion : IDisposable
{
    /// <summary>How many public rows measure the curvature, unless told.</summary>
    public const int DefaultCurvatureRows = 16_000;

    /// <summary>How many public rows measure a step.</summary>
    public const int TrustRows = 500;

    private const int BatchSize = 500;
    private readonly InMemoryExamples publicRows;
    private readonly int curvatureRows;
    private readonly Dictionary<double, KroneckerCurvature> curvatures = [];
    private readonly IReadOnlyList<Tensor> trustInputs;

    /// <summary>Expands a model; the curvature is measured when first asked for.</summary>
    /// <param name="model">The pretrained model.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="publicRows">Public rows of the kind the model was trained on, in random order.</param>
    /// <param name="curvatureRows">How many of them measure the curvature at most.</param>
    public PublicExpansion(TunableModel model, LossFunction loss, InMemoryExamples publicRows, int curvatureRows = DefaultCurvatureRows)
    {
        Model = model;
        Loss = loss;
        this.publicRows = publicRows;
        this.curvatureRows = Math.Min(curvatureRows, publicRows.Count);
        Origin = model.Capture();
        var trust = publicRows.Slice(0, Math.Min(TrustRows, publicRows.Count));
        using var scope = NewDisposeScope();
        trustInputs = [.. TensorBatch.Of(trust.Read(trust.Count).First(), trust.InputShapes).Inputs.Select(input => input.DetachFromDisposeScope())];
        TrustRegion = new(model, loss, trustInputs);
    }

    /// <summary>The model, whose parameters move while plans are tried.</summary>
    public TunableModel Model { get; }

    /// <summary>Its loss.</summary>
    public LossFunction Loss { get; }

    /// <summary>The pretrained parameters.</summary>
    public ParameterDelta Origin { get; }

    /// <summary>The bound on a step.</summary>
    public TrustRegion TrustRegion { get; }

    /// <summary>The curvature at the pretrained parameters from labels drawn at a temperature; measured once.</summary>
    public KroneckerCurvature CurvatureAt(double temperature)
    {
        if (!curvatures.TryGetValue(temperature, out var curvature))
        {
            var present = Model.Capture();
            Model.Move(Origin);
            var labels = new SeededGenerator(seed: 1);
            curvature = KroneckerCurvature.Of(Model, Loss, Inputs(), temperature, count => [.. Enumerable.Range(0, count).Select(_ => (float)labels.NextDouble())]);
            curvatures.Add(temperature, curvature);
            Model.Move(present);
            present.Dispose();
        }

        return curvature;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Origin.Dispose();
        foreach (var curvature in curvatures.Values)
        {
            curvature.Dispose();
        }

        foreach (var input in trustInputs)
        {
            input.Dispose();
        }
    }

    private IEnumerable<IReadOnlyList<Tensor>> Inputs()
    {
        var rows = publicRows.Slice(0, curvatureRows);
        foreach (var batch in rows.Read(BatchSize))
        {
            yield return TensorBatch.Of(batch, rows.InputShapes).Inputs;
        }
    }
}
