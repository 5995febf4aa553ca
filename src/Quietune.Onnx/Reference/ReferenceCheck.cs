using Quietune.Tuning.Geometry;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Reference;

/// <summary>Compares a model file with what another implementation computed of it.</summary>
public static class ReferenceCheck
{
    /// <summary>The tolerance on outputs and losses.</summary>
    public const double ValueTolerance = 1e-5;

    /// <summary>The tolerance on gradients and their norms.</summary>
    public const double GradientTolerance = 1e-4;

    // Below this length a gradient is as good as zero: float32 leaves no digits to compare.
    private const double SmallestLength = 1e-6;

    /// <summary>Outputs, losses, every row's gradient of each listed initializer, and norms found without forming gradients.</summary>
    /// <param name="file">The model.</param>
    /// <param name="reference">What it is compared with.</param>
    /// <exception cref="ArgumentException">The reference names what the model does not have, or its rows do not fit.</exception>
    public static IReadOnlyList<ReferenceError> Compare(OnnxModelFile file, ReferenceFolder reference)
    {
        using var scope = NewDisposeScope();
        using var model = new OnnxModel(file, TrainSelection.Of([.. reference.GradientFiles.Keys]), [reference.Input], reference.Loss);
        var batch = new TensorBatch([reference.Input], reference.Labels.to_type(ScalarType.Float32), null, reference.Labels.shape[0]);
        using var gradients = UnitGradients.Of(model, reference.Loss, batch);
        using var quiet = no_grad();
        return
        [
            Values("outputs", reference.Outputs, model.Forward([reference.Input])),
            Values("losses", reference.Losses, gradients.Losses),
            .. model.Blocks.Zip(gradients.Layers).SelectMany(pair => Block(reference, pair.First, model.BiasNameOf(pair.First), pair.Second)),
        ];
    }

    private static ReferenceError Values(string name, Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (expected.to_type(ScalarType.Float64).flatten(), actual.to_type(ScalarType.Float64).flatten());
        if (a.shape[0] != b.shape[0])
        {
            throw new ArgumentException($"Expected {name} of shape [{string.Join(", ", expected.shape)}] as in the reference, got [{string.Join(", ", actual.shape)}].", nameof(actual));
        }

        var errors = (a - b).abs();
        return new(name, Largest(errors), Largest(errors / a.abs().clamp_min(1)), ValueTolerance);
    }

    private static List<ReferenceError> Block(ReferenceFolder reference, ParameterBlock block, string? biasName, LayerFactors factors)
    {
        using var scope = NewDisposeScope();
        var rows = factors.ToExplicit().Gradients.unbind(0).Select(block.ToParameters).ToList();
        var weight = Read(reference, block.Weight, block.Name);
        var errors = new List<ReferenceError> { Vectors($"gradient of {block.Name}", weight, stack([.. rows.Select(row => row.Weight)]), block.Rule) };
        var squares = weight.square().sum(1);
        if (block.Bias is { } bias)
        {
            var expected = Read(reference, bias, biasName!);
            errors.Add(Vectors($"gradient of {biasName}", expected, stack([.. rows.Select(row => row.Bias!)]), block.Rule));
            squares += expected.square().sum(1);
        }

        using var plain = BlockWhitening.Rotation(block, null, null);
        errors.Add(Vectors($"norms of {block.Name}", squares.sqrt().unsqueeze(1), factors.SquaredNorms(plain).clamp_min(0).sqrt(), block.Rule));
        return errors;
    }

    private static ReferenceError Vectors(string name, Tensor expected, Tensor actual, string rule)
    {
        var found = actual.to_type(ScalarType.Float64).reshape(expected.shape);
        var difference = (expected - found).abs();
        var lengths = expected.square().sum(1).sqrt();
        return new(name, Largest(difference), Largest(difference.square().sum(1).sqrt() / lengths.clamp_min(SmallestLength)), GradientTolerance, rule);
    }

    private static Tensor Read(ReferenceFolder reference, Tensor parameter, string name)
    {
        using var stored = reference.Gradients(name);
        return stored.shape.AsSpan(1).SequenceEqual(parameter.shape)
            ? stored.to_type(ScalarType.Float64).reshape(stored.shape[0], -1)
            : throw new ArgumentException($"Expected gradients of '{name}' of shape [rows, {string.Join(", ", parameter.shape)}], got [{string.Join(", ", stored.shape)}].", nameof(name));
    }

    // A number that is not one is as wrong as can be.
    private static double Largest(Tensor errors) => errors.nan_to_num(double.PositiveInfinity).max().item<double>();
}
