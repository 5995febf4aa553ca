using Quietune.Onnx.Execution;

namespace Quietune.Onnx.Operators;

/// <summary>Where along an axis new elements are taken from, and how they are interpolated.</summary>
/// <remarks>
/// Places are counted in single precision, as the runtimes do, so that ties fall on the same side.
/// Source: ONNX specification, <c>Resize</c>: coordinate_transformation_mode, nearest_mode, cubic_coeff_a, antialias;
/// the cubic weights are Keys' (1981), "Cubic convolution interpolation for digital image processing", equation 15.
/// </remarks>
internal sealed class AxisSampling
{
    private readonly NodeCall call;
    private readonly bool isOld;
    private readonly string mode;
    private readonly string coordinates;
    private readonly string rounding;
    private readonly bool isSmoothed;
    private readonly bool excludesOutside;
    private readonly double cubic;

    /// <summary>Reads the sampling of a node.</summary>
    /// <param name="call">The node.</param>
    /// <param name="isOld">Whether it is from before coordinates could be chosen.</param>
    public AxisSampling(NodeCall call, bool isOld)
    {
        this.call = call;
        this.isOld = isOld;
        mode = call.Text("mode", "nearest");
        coordinates = isOld ? "asymmetric" : call.Text("coordinate_transformation_mode", "half_pixel");
        rounding = call.Text("nearest_mode", "round_prefer_floor");
        isSmoothed = call.Flag("antialias") && mode != "nearest";
        excludesOutside = call.Flag("exclude_outside");
        cubic = call.Single("cubic_coeff_a", -0.75f);
        call.Check(mode is "nearest" or "linear" or "cubic", "mode nearest, linear or cubic", $"'{mode}'");
    }

    /// <summary>Whether places are counted in a region of the input.</summary>
    public bool UsesRegion => coordinates == "tf_crop_and_resize";

    /// <summary>Finds where new elements come from.</summary>
    /// <param name="from">The old size of the axis.</param>
    /// <param name="to">The new size.</param>
    /// <param name="scale">The scale asked for, or the quotient of the sizes.</param>
    /// <param name="start">Where the region starts, as a share of the axis.</param>
    /// <param name="end">Where it ends.</param>
    public AxisSamples Sample(long from, long to, float scale, float start, float end)
    {
        var places = new float[to];
        for (var i = 0; i < to; i++)
        {
            places[i] = Place(i, from, to, scale, start, end);
        }

        var isOutside = Array.ConvertAll(places, place => place < 0 || place > from - 1);
        if (mode == "nearest")
        {
            return new AxisSamples([Array.ConvertAll(places, place => Math.Clamp(Nearest(place, scale), 0, from - 1))], null, isOutside);
        }

        if (mode == "linear" && !isSmoothed)
        {
            places = Array.ConvertAll(places, place => Math.Clamp(place, 0, from - 1));
        }

        // Smoothing widens the weights over all old elements that one new element stands for.
        var width = isSmoothed && scale < 1 ? 1 / (double)scale : 1;
        var reach = (mode == "linear" ? 1 : 2) * width;
        var taps = to == 0 ? 0 : (int)Math.Min(2 * Math.Ceiling(reach), int.MaxValue / 2);
        call.Reserve([taps, to], TorchSharp.torch.ScalarType.Float64);
        var (sources, weights) = (new long[taps][], new double[taps][]);
        for (var tap = 0; tap < taps; tap++)
        {
            (sources[tap], weights[tap]) = (new long[to], new double[to]);
        }

        for (var i = 0; i < to; i++)
        {
            var first = (long)Math.Floor(places[i]) - (taps / 2) + 1;
            var total = 0.0;
            for (var tap = 0; tap < taps; tap++)
            {
                var source = first + tap;
                var isInside = source >= 0 && source < from;
                sources[tap][i] = Math.Clamp(source, 0, from - 1);
                weights[tap][i] = isInside || !excludesOutside ? Weight(Math.Abs(places[i] - source) / width) : 0;
                total += weights[tap][i];
            }

            for (var tap = 0; tap < taps && total != 0; tap++)
            {
                weights[tap][i] /= total;
            }
        }

        return new AxisSamples(sources, weights, isOutside);
    }

    private float Place(long i, long from, long to, float scale, float start, float end) => coordinates switch
    {
        "half_pixel" => ((i + 0.5f) / scale) - 0.5f,
        "half_pixel_symmetric" => (from / 2f * (1 - (to / (scale * from)))) + ((i + 0.5f) / scale) - 0.5f,
        "pytorch_half_pixel" => to > 1 ? ((i + 0.5f) / scale) - 0.5f : 0,
        "align_corners" => to > 1 ? i * (from - 1f) / (to - 1) : 0,
        "asymmetric" => i / scale,
        "tf_half_pixel_for_nn" => (i + 0.5f) / scale,
        "tf_crop_and_resize" => to > 1 ? (start * (from - 1)) + (i * (end - start) * (from - 1) / (to - 1)) : 0.5f * (start + end) * (from - 1),
        _ => throw call.Wrong("a known coordinate_transformation_mode", $"'{coordinates}'"),
    };

    private long Nearest(float place, float scale) => isOld
        ? (long)(scale < 1 ? MathF.Ceiling(place) : MathF.Floor(place))
        : (long)(rounding switch
        {
            "round_prefer_floor" => MathF.Ceiling(place - 0.5f),
            "round_prefer_ceil" => MathF.Floor(place + 0.5f),
            "floor" => MathF.Floor(place),
            "ceil" => MathF.Ceiling(place),
            _ => throw call.Wrong("a known nearest_mode", $"'{rounding}'"),
        });

    private double Weight(double distance)
    {
        if (mode == "linear")
        {
            return Math.Max(0, 1 - distance);
        }

        return distance switch
        {
            <= 1 => (((((cubic + 2) * distance) - (cubic + 3)) * distance) * distance) + 1,
            < 2 => ((((((cubic * distance) - (5 * cubic)) * distance) + (8 * cubic)) * distance) - (4 * cubic)),
            _ => 0,
        };
    }
}
