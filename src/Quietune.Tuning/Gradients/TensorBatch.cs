using Quietune.Data;
using static TorchSharp.torch;

namespace Quietune.Tuning.Gradients;

/// <summary>A batch of examples as tensors; lives in the dispose scope it was made in.</summary>
/// <param name="Inputs">One tensor for each model input, [R, …], float32.</param>
/// <param name="Labels">[R], float32: class numbers or targets.</param>
/// <param name="Units">The unit of each row counted from 0 within the batch, [R], int64; null when each row is a unit.</param>
/// <param name="UnitCount">How many units the batch holds.</param>
public sealed record TensorBatch(IReadOnlyList<Tensor> Inputs, Tensor Labels, Tensor? Units, long UnitCount)
{
    /// <summary>Copies a batch to a device.</summary>
    /// <param name="batch">Rows of one unit are adjacent.</param>
    /// <param name="inputShapes">The shape of one row of each input.</param>
    /// <param name="device">Where to; null for the processor.</param>
    public static TensorBatch Of(ExampleBatch batch, IReadOnlyList<int[]> inputShapes, Device? device = null)
    {
        var inputs = batch.Inputs.Select((values, i) => tensor(values, [batch.Count, .. inputShapes[i].Select(size => (long)size)], device: device)).ToList();
        var labels = tensor(batch.Labels, device: device);
        if (batch.Units is null)
        {
            return new(inputs, labels, null, batch.Count);
        }

        var numbers = new Dictionary<long, long>();
        var units = batch.Units.Select(unit => numbers.TryGetValue(unit, out var number) ? number : numbers[unit] = numbers.Count).ToArray();
        return new(inputs, labels, tensor(units, device: device), numbers.Count);
    }

    /// <summary>As many rows as wanted, the first row again in the places that are free; unchanged where units have several rows or there are as many already.</summary>
    internal TensorBatch FilledTo(long rows)
    {
        var count = Labels.shape[0];
        if (Units is not null || count >= rows)
        {
            return this;
        }

        var places = cat([arange(count, device: Labels.device), zeros([rows - count], dtype: ScalarType.Int64, device: Labels.device)]);
        return new([.. Inputs.Select(input => input.index_select(0, places))], Labels.index_select(0, places), null, rows);
    }
}
