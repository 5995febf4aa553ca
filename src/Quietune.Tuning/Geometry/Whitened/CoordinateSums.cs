using System.Numerics;
using System.Runtime.InteropServices;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry.Whitened;

/// <summary>Squared norms and weighted sums of float32 vectors, in float64, without a copy of the vectors.</summary>
/// <remarks>A float32's square is exact in float64, and n of them add up to within n·2⁻⁵³ relative in any order (docs/derivations/secure-noise.md, "What the sum itself is").</remarks>
internal static class CoordinateSums
{
    // A block of sums stays in the first cache while the units' numbers stream past it.
    private const int ColumnsAtOnce = 2048;
    private const int UnitsAtOnce = 16;

    // As many numbers as one span of bytes can hold.
    private const long MostNumbers = 1 << 28;

    /// <summary>‖v_u‖², [U], float64.</summary>
    /// <param name="vectors">v, [U, n].</param>
    public static Tensor SquaredNorms(Tensor vectors)
    {
        var (units, size) = (vectors.shape[0], vectors.shape[1]);
        if (!IsPlain(vectors))
        {
            return vectors.to_type(ScalarType.Float64).square().sum(1);
        }

        if (vectors.numel() > MostNumbers && units > 1)
        {
            return cat([SquaredNorms(vectors.narrow(0, 0, units / 2)), SquaredNorms(vectors.narrow(0, units / 2, units - (units / 2)))]);
        }

        var numbers = vectors.contiguous();
        var norms = new double[units];
        TensorNumbers.InParallel(((int)units + UnitsAtOnce - 1) / UnitsAtOnce, numbers.numel(), block =>
        {
            var all = TensorNumbers.Of(numbers);
            for (var unit = block * UnitsAtOnce; unit < Math.Min((block + 1) * UnitsAtOnce, norms.Length); unit++)
            {
                norms[unit] = SquaredNorm(all.Slice(unit * (int)size, (int)size));
            }
        });
        return tensor(norms, device: vectors.device);
    }

    /// <summary>Σ_u c_u·v_u, [n], float64; a unit of weight 0 adds nothing, whatever its numbers.</summary>
    /// <param name="vectors">v, [U, n].</param>
    /// <param name="weights">c, [U].</param>
    public static Tensor WeightedSum(Tensor vectors, Tensor weights)
    {
        var (units, size) = (vectors.shape[0], (int)vectors.shape[1]);
        if (!IsPlain(vectors))
        {
            var heavy = weights.unsqueeze(1);
            return (where(heavy.ne(0), vectors.to_type(ScalarType.Float64), zeros_like(heavy)) * heavy).sum([0]);
        }

        if (vectors.numel() > MostNumbers && units > 1)
        {
            return WeightedSum(vectors.narrow(0, 0, units / 2), weights.narrow(0, 0, units / 2))
                + WeightedSum(vectors.narrow(0, units / 2, units - (units / 2)), weights.narrow(0, units / 2, units - (units / 2)));
        }

        var numbers = vectors.contiguous();
        var factors = weights.to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        var sum = new double[size];
        TensorNumbers.InParallel((size + ColumnsAtOnce - 1) / ColumnsAtOnce, numbers.numel(), block =>
        {
            var all = TensorNumbers.Of(numbers);
            var start = block * ColumnsAtOnce;
            var part = sum.AsSpan(start, Math.Min(ColumnsAtOnce, size - start));
            for (var unit = 0; unit < factors.Length; unit++)
            {
                if (factors[unit] != 0)
                {
                    Add(all.Slice((unit * size) + start, part.Length), factors[unit], part);
                }
            }
        });
        return tensor(sum, device: vectors.device);
    }

    /// <summary>What rounding may hide of a squared norm Σ_{t,s}⟨b_t, b_s⟩⟨a_t, a_s⟩ whose positions nearly cancel: to be added, so that no unit looks shorter than it is.</summary>
    /// <remarks>(Σ‖a_t‖‖b_t‖)² times what Higham 2002, section 3.1 allows, twice the unit of float64 for each rounding; never so little that large terms pass for nothing.</remarks>
    /// <param name="lengths">Σ_t ‖a_t‖‖b_t‖ of each unit, [U], float64.</param>
    /// <param name="roundings">How many roundings a term takes part in.</param>
    public static Tensor HiddenWhereTermsCancel(Tensor lengths, long roundings) => Math.Max(roundings * Math.ScaleB(1, -52), Math.ScaleB(1, -28)) * lengths.square();

    private static bool IsPlain(Tensor vectors) => vectors.device.type == DeviceType.CPU && vectors.dtype == ScalarType.Float32 && vectors.shape[1] <= MostNumbers;

    private static double SquaredNorm(ReadOnlySpan<float> row)
    {
        // Two numbers' sums at a time would wait for each other's additions.
        var (low, high, evenLow, evenHigh) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var wide = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (var i = 0; i < wide.Length; i++)
        {
            Vector.Widen(wide[i], out var first, out var second);
            if ((i & 1) == 0)
            {
                evenLow += first * first;
                evenHigh += second * second;
            }
            else
            {
                low += first * first;
                high += second * second;
            }
        }

        var sum = Vector.Sum(low + high + evenLow + evenHigh);
        foreach (var value in row[(wide.Length * Vector<float>.Count)..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static void Add(ReadOnlySpan<float> row, double factor, Span<double> sum)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(row);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(sum);
        var scale = new Vector<double>(factor);
        for (var i = 0; i < wide.Length; i++)
        {
            Vector.Widen(wide[i], out var first, out var second);
            sums[2 * i] += first * scale;
            sums[(2 * i) + 1] += second * scale;
        }

        for (var i = wide.Length * Vector<float>.Count; i < row.Length; i++)
        {
            sum[i] += row[i] * factor;
        }
    }
}
