using Quietune.Data;
using Quietune.Data.Generated;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Benchmarks;

/// <summary>The two passes that are compared, over the same rows read from the same source.</summary>
public sealed class Passes : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> plain;
    private readonly ModuleModel model;
    private readonly IGeometry? geometry;
    private readonly InMemoryExamples pool;
    private readonly int batchSize;
    private readonly double clipNorm;

    /// <summary>Prepares both.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="geometry">One of <see cref="Subject.Geometries"/>, or <see cref="Subject.Plain"/> to prepare the plain pass alone.</param>
    /// <param name="batchSize">Rows at a time.</param>
    public Passes(Subject subject, string geometry, int batchSize)
    {
        this.batchSize = batchSize;
        pool = GeneratedDigits.Create(batchSize, seed: 4);
        plain = subject.Network();
        model = new(subject.Network());
        this.geometry = geometry == Subject.Plain ? null : Subject.Geometry(geometry, model);
        clipNorm = this.geometry is null ? 0 : MedianNorm(this.geometry);
    }

    /// <summary>A forward and a backward pass in the layout of the private one, batch by batch, that leaves each batch's mean gradient in the parameters.</summary>
    public void Plain(int rows)
    {
        var source = new RepeatedRows(pool, rows);
        foreach (var batch in source.Read(batchSize))
        {
            using var scope = NewDisposeScope();
            var tensors = TensorBatch.Of(batch, source.InputShapes);
            plain.zero_grad();
            LossFunction.CrossEntropy.PerRow(plain.call(ImageLayout.ChannelsLast(tensors.Inputs[0])), tensors.Labels).mean().backward();
        }
    }

    /// <summary>Per-row norms, clipping and the weighted sum.</summary>
    public void Private(int rows)
    {
        using var sum = PrivatePass.ClippedSum(model, LossFunction.CrossEntropy, geometry!, new RepeatedRows(pool, rows), clipNorm, batchSize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        geometry?.Dispose();
        model.Dispose();
        plain.Dispose();
    }

    // Half the digits are clipped; they are generated and public.
    private double MedianNorm(IGeometry whitening)
    {
        using var scope = NewDisposeScope();
        var gradients = UnitGradients.Of(model, LossFunction.CrossEntropy, TensorBatch.Of(pool.Read(batchSize).First(), pool.InputShapes));
        using var quiet = no_grad();
        return whitening.SquaredNorms(gradients).sqrt().median().item<float>();
    }
}
