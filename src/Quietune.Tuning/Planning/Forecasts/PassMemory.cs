using Quietune.Tuning.Models;
using Quietune.Tuning.Rounds;

namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>The memory of a pass, counted from the sizes of what it holds at once.</summary>
internal static class PassMemory
{
    private const long UnitsAtOnce = 128;
    private const long LargestHeldProjection = 48L << 20;

    /// <summary>Bytes of a batch's values, of whitened units, of sums and of the geometry.</summary>
    /// <param name="model">The model.</param>
    /// <param name="geometry">The geometry.</param>
    /// <param name="dimension">k.</param>
    public static long Of(TunableModel model, GeometryPlan geometry, long dimension)
    {
        var rows = Math.Min(Math.Min(PrivatePass.MostRowsAtOnce, Tuner.BatchSize), model.LargestBatch);
        var sums = dimension * (sizeof(double) + (2 * sizeof(float)));
        return (rows * model.BytesPerRow) + (UnitsAtOnce * dimension * sizeof(float)) + sums + Held(model.Blocks, geometry, dimension);
    }

    private static long Held(IReadOnlyList<ParameterBlock> blocks, GeometryPlan geometry, long dimension)
    {
        var parameters = blocks.Sum(block => block.Count);
        var map = geometry.Kind switch
        {
            "identity" => 0,
            "diagonal" => parameters,
            "kronecker" => blocks.Sum(block => block.Groups * ((block.Inputs * block.Inputs) + (block.Outputs * block.Outputs))) + dimension,
            "principal" => dimension * parameters,
            "gaussian" or "rademacher" => Math.Min(dimension * parameters, LargestHeldProjection / sizeof(float)),
            "kronecker-projection" => blocks.Sum(block => block.Inputs + block.Outputs) * (long)Math.Sqrt(dimension),
            _ => blocks.Sum(block => block.Inputs + block.Outputs) + dimension,
        };
        return sizeof(float) * (map + (geometry.Whitened ? dimension * dimension : 0));
    }
}
