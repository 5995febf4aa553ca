using System.Globalization;
using Quietune.Tuning.Geometry;
using Quietune.Tuning.Models;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>A geometry that a forecast is asked about.</summary>
/// <param name="Name">How it is written: <c>kind</c>, <c>kind:k</c>, or either with <c>@parameters</c>.</param>
/// <param name="Geometry">The geometry.</param>
public sealed record ForecastCandidate(string Name, GeometryPlan Geometry)
{
    private static readonly string[] Parted = ["gep", "low-rank"];
    private static readonly long[] Dimensions = [30, 100, 300, 1000, 4000];
    private static readonly string[] Whole = ["identity", "diagonal"];
    private static readonly string[] Projections = ["principal:100", "hadamard:300", "kronecker-projection:300"];
    private static readonly string[] Subsets = ["head", "bias", "normalisation"];

    /// <summary>The kinds that can be named.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. GeometryPlan.Kinds.Except(Parted)];

    /// <summary>Reads <c>kronecker:300@head</c> and the like.</summary>
    /// <param name="text">The words.</param>
    /// <param name="blocks">The model's blocks.</param>
    /// <exception cref="ArgumentException">The kind is unknown, k is no number from 1 to the model's, or no parameter has the name.</exception>
    public static ForecastCandidate Parse(string text, IReadOnlyList<ParameterBlock> blocks)
    {
        var (whole, subset) = text.Split('@', 2) is [var front, var back] ? (front, back) : (text, null);
        var (kind, number) = whole.Split(':', 2) is [var name, var k] ? (name, k) : (whole, null);
        if (!Kinds.Contains(kind))
        {
            throw new ArgumentException($"Expected a candidate such as kronecker:300@head, of kind {string.Join(", ", Kinds)}, got '{text}'.", nameof(text));
        }

        var chosen = subset is null ? blocks : ParameterSubset.Of(blocks, subset).Blocks;
        var most = chosen.Sum(block => block.Count);
        long? dimension = null;
        if (number is not null)
        {
            dimension = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given >= 1 && given <= most
                ? given
                : throw new ArgumentException($"Expected a candidate of 1 to {most} coordinates, got '{text}'.", nameof(text));
        }

        // Where a rehearsal begins, too.
        var damping = kind == "identity" ? 1 : blocks.Sum(block => block.Count) <= Methods.LargestSmallModel ? 10 : 0.01;
        var isCurved = kind is "kronecker" or "diagonal";
        var isSubspace = !isCurved && kind != "identity";
        return new(text, new(kind, isSubspace ? dimension ?? Math.Min(300, most) : dimension, damping, kind == "identity" ? null : 0.3) { Subset = subset, Whitened = isSubspace });
    }

    /// <summary>What is worth a look for a model: whole geometries, eigenbases cut at several k, parts of the parameters, and projections of large models.</summary>
    /// <param name="blocks">The model's blocks.</param>
    public static IReadOnlyList<ForecastCandidate> Usual(IReadOnlyList<ParameterBlock> blocks)
    {
        var most = blocks.Sum(block => block.Count);
        return
        [
            .. Whole
                .Concat(Dimensions.Where(k => k < most).Select(k => $"kronecker:{k}"))
                .Append("kronecker")
                .Concat(Subsets.Where(subset => Share(blocks, subset) is > 0 and var count && count < most).Select(subset => $"kronecker@{subset}"))
                .Concat(most > Methods.LargestSmallModel ? Projections : [])
                .Select(text => Parse(text, blocks)),
        ];
    }

    private static long Share(IReadOnlyList<ParameterBlock> blocks, string subset)
    {
        try
        {
            return ParameterSubset.Of(blocks, subset).Blocks.Sum(block => block.Count);
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }
}
