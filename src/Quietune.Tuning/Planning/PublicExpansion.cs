using Quietune.Data;
using Quietune.Privacy.Noise;
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
    private readonly Dictionary<(double Temperature, string? Subset), KroneckerCurvature> curvatures = [];
    private readonly Dictionary<GeometryPlan, Tensor> directions = [];
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

    /// <summary>Changes of public rows, from which directions are learned; null where none are known for rows of this kind.</summary>
    public PublicChange? Change { get; init; }

    /// <summary>The curvature at the pretrained parameters from labels drawn at a temperature; measured once.</summary>
    /// <param name="temperature">τ.</param>
    /// <param name="subset">Some of the parameters, as <see cref="ParameterSubset"/> names them, or null for all.</param>
    public KroneckerCurvature CurvatureAt(double temperature, string? subset = null)
    {
        if (!curvatures.TryGetValue((temperature, subset), out var curvature))
        {
            AtOrigin(() => curvature = Curvature(temperature, subset is null ? null : ParameterSubset.Of(Model.Blocks, subset), noise: false));
            curvatures.Add((temperature, subset), curvature!);
        }

        return curvature!;
    }

    /// <summary>Does something with the model at the pretrained parameters and brings it back to where it is.</summary>
    internal void AtOrigin(Action action)
    {
        if (IsAtOrigin)
        {
            action();
            return;
        }

        using var present = Model.Capture();
        Model.Move(Origin);
        IsAtOrigin = true;
        try
        {
            action();
        }
        finally
        {
            IsAtOrigin = false;
            Model.Move(present);
        }
    }

    /// <summary>Whether the model is known to have the pretrained parameters, so that what was measured there once holds.</summary>
    internal bool IsAtOrigin { get; private set; }

    /// <summary>The curvature at the model's present parameters; the caller disposes.</summary>
    /// <param name="temperature">τ.</param>
    /// <param name="subset">Some of the parameters, or null for all.</param>
    /// <param name="noise">Whether the inputs are noise of the public inputs' mean and deviation instead of public rows.</param>
    internal KroneckerCurvature Curvature(double temperature, ParameterSubset? subset, bool noise)
    {
        var labels = new SeededGenerator(seed: 1);
        return KroneckerCurvature.Of(
            Model, Loss, Batches(curvatureRows, noise).Select(batch => batch.Inputs), temperature, count => Uniform(labels, count), subset);
    }

    /// <summary>Gradients of public rows at the model's present parameters, batch after batch; the caller disposes each.</summary>
    /// <param name="rows">How many rows at most.</param>
    /// <param name="temperature">τ of the law from which labels are drawn; null for the public rows' own labels.</param>
    /// <param name="subset">Some of the parameters, or null for all.</param>
    /// <param name="noise">Whether the inputs are noise instead of public rows.</param>
    /// <param name="batchSize">Rows at a time.</param>
    internal IEnumerable<UnitGradients> Gradients(int rows, double? temperature, ParameterSubset? subset = null, bool noise = false, int batchSize = BatchSize)
    {
        var labels = new SeededGenerator(seed: 1);
        foreach (var batch in Batches(Math.Min(rows, publicRows.Count), noise, batchSize))
        {
            using var scope = NewDisposeScope();
            var gradients = temperature is not { } factor
                ? UnitGradients.Of(Model, Loss, batch)
                : UnitGradients.Of(Model, batch.Inputs, outputs => Loss.PerRow(
                    outputs, Loss.SampleLabels(outputs.detach(), factor, tensor(Uniform(labels, (int)outputs.shape[0]), device: outputs.device)).to_type(ScalarType.Float32)));
            yield return subset?.Restrict(gradients) ?? gradients;
        }
    }

    /// <summary>The directions learned in the coordinates of a geometry at the pretrained parameters; learned once for each metric. This object disposes.</summary>
    /// <param name="metric">The plan of the geometry.</param>
    /// <param name="geometry">The geometry; the model is at the pretrained parameters.</param>
    internal Tensor DirectionsAtOrigin(GeometryPlan metric, IGeometry geometry)
    {
        if (!directions.TryGetValue(metric, out var found))
        {
            directions.Add(metric, found = LearnedDirections.Of(this, geometry).DetachFromDisposeScope());
        }

        return found;
    }

    /// <summary>Some public rows, others for each number, changed in the way of that number.</summary>
    /// <exception cref="ArgumentException">No changes are known.</exception>
    internal InMemoryExamples Changed(int index, int count)
    {
        var change = Change ?? throw new ArgumentException("Expected changes that public rows of this kind can be given, got none.", nameof(index));
        var rows = Math.Min(count, publicRows.Count);
        return change(publicRows.Slice((int)((long)index * rows % (publicRows.Count - rows + 1)), rows), index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Origin.Dispose();
        foreach (var found in directions.Values)
        {
            found.Dispose();
        }

        foreach (var curvature in curvatures.Values)
        {
            curvature.Dispose();
        }

        foreach (var input in trustInputs)
        {
            input.Dispose();
        }
    }

    private static float[] Uniform(SeededGenerator generator, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)generator.NextDouble())];

    private IEnumerable<TensorBatch> Batches(int count, bool noise, int batchSize = BatchSize)
    {
        var rows = publicRows.Slice(0, count);
        var generator = new SeededNoise(1);
        foreach (var batch in rows.Read(Math.Min(batchSize, Model.LargestBatch)))
        {
            var tensors = TensorBatch.Of(batch, rows.InputShapes);
            yield return noise ? tensors with { Inputs = [.. tensors.Inputs.Select(input => Noise(input, generator))] } : tensors;
        }
    }

    /// <summary>Noise of an input's mean and deviation, which two numbers are all that it takes from the public rows; images get the spectrum of images.</summary>
    /// <remarks>Amplitude falls as 1/frequency (Field 1987), as DP-KFC's probes have it (Molina et al. 2026).</remarks>
    private static Tensor Noise(Tensor input, SeededNoise generator)
    {
        var normal = new double[input.numel()];
        generator.FillNormal(normal);
        var noise = tensor(normal, input.shape, device: input.device).to_type(input.dtype);
        if (input.dim() == 4 && Math.Min(input.shape[2], input.shape[3]) > 1)
        {
            var (height, width) = (input.shape[2], input.shape[3]);
            var frequency = (fft.fftfreq(height).square().unsqueeze(1) + fft.rfftfreq(width).square().unsqueeze(0)).sqrt().clamp_min(1.0 / Math.Max(height, width));
            noise = fft.irfftn(fft.rfftn(noise, dim: [2, 3]) / frequency.to(input.device), s: [height, width], dim: [2, 3]);
        }

        return ((noise - noise.mean()) / noise.std() * input.std()) + input.mean();
    }
}
