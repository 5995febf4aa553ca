namespace Quietune.Data.Generated;

/// <summary>Draws one digit after another; not safe for threads to share.</summary>
internal sealed class DigitPen
{
    private const int Side = GeneratedDigits.Side;
    private const int PointsPerSpan = 6;
    private readonly List<List<(double X, double Y)>> curves = [];

    public void Draw(int digit, SeededGenerator random, Span<float> image)
    {
        Write(digit, random);
        Bend(random);
        CentreInk(random);
        var radius = Math.Max(0.7, 1.25 + (0.32 * Bell(random)));
        var softness = 0.75 + (0.35 * random.NextDouble());
        foreach (var curve in curves)
        {
            for (var i = 1; i < curve.Count; i++)
            {
                Ink(image, curve[i - 1], curve[i], radius, softness);
            }
        }

        Roughen(image, random);
    }

    // Picks a variant, moves its control points and joins them by smooth curves.
    private void Write(int digit, SeededGenerator random)
    {
        curves.Clear();
        var jitter = 0.028 + (0.034 * random.NextDouble());
        var moved = new Dictionary<(double, double), (double, double)>();
        foreach (var stroke in Choose(DigitStrokes.All[digit], random).Strokes)
        {
            // A point where two strokes meet moves once, most of the time: some writers leave a gap.
            var points = stroke.Select(point =>
            {
                if (!moved.TryGetValue(point, out var place) || random.Next(8) == 0)
                {
                    place = (point.X + (jitter * Bell(random)), point.Y + (jitter * Bell(random)));
                    moved[point] = place;
                }

                return place;
            }).ToArray();
            curves.Add(Smooth(points));
        }
    }

    private static DigitStrokes.Variant Choose(DigitStrokes.Variant[] variants, SeededGenerator random)
    {
        var ticket = random.Next(variants.Sum(variant => variant.Weight));
        var chosen = 0;
        while (ticket >= variants[chosen].Weight)
        {
            ticket -= variants[chosen++].Weight;
        }

        return variants[chosen];
    }

    // Catmull-Rom spline with doubled end points.
    private static List<(double X, double Y)> Smooth((double X, double Y)[] points)
    {
        var curve = new List<(double X, double Y)>((points.Length * PointsPerSpan) + 1) { points[0] };
        for (var i = 0; i + 1 < points.Length; i++)
        {
            var (p0, p1, p2, p3) = (points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
            for (var step = 1; step <= PointsPerSpan; step++)
            {
                var t = (double)step / PointsPerSpan;
                curve.Add((Spline(p0.X, p1.X, p2.X, p3.X, t), Spline(p0.Y, p1.Y, p2.Y, p3.Y, t)));
            }
        }

        return curve;
    }

    private static double Spline(double p0, double p1, double p2, double p3, double t) =>
        p1 + (0.5 * t * (p2 - p0 + (t * ((2 * p0) - (5 * p1) + (4 * p2) - p3 + (t * (p3 - p0 + (3 * (p1 - p2))))))));

    // Random affine map from the unit box to pixels: size, width, slant, turn.
    private void Bend(SeededGenerator random)
    {
        var height = 18.5 + (0.9 * Bell(random));
        var width = height * (0.78 + (0.11 * Bell(random)));
        var slant = 0.10 + (0.14 * Bell(random));
        var (sine, cosine) = Math.SinCos(4 * Bell(random) * Math.PI / 180);
        var wave = 0.5 * Bell(random);
        Move(point =>
        {
            var up = 0.5 - point.Y;
            var x = ((point.X - 0.5) * width) + (slant * up * height) + (wave * Math.Sin(2 * Math.PI * point.Y));
            var y = -up * height;
            return ((cosine * x) + (sine * y), (cosine * y) - (sine * x));
        });
    }

    // Puts the centre of the ink near the middle, but no stroke within a margin of the border.
    private void CentreInk(SeededGenerator random)
    {
        const double Middle = (Side - 1) / 2.0;
        const double Margin = 2.5;
        var (length, sumX, sumY) = (0.0, 0.0, 0.0);
        foreach (var curve in curves)
        {
            for (var i = 1; i < curve.Count; i++)
            {
                var (from, to) = (curve[i - 1], curve[i]);
                var piece = Math.Sqrt(((to.X - from.X) * (to.X - from.X)) + ((to.Y - from.Y) * (to.Y - from.Y)));
                length += piece;
                sumX += piece * (from.X + to.X) / 2;
                sumY += piece * (from.Y + to.Y) / 2;
            }
        }

        var points = curves.SelectMany(curve => curve).ToArray();
        var shiftX = Within(Middle - (sumX / length) + (0.5 * Bell(random)), points.Min(point => point.X), points.Max(point => point.X));
        var shiftY = Within(Middle - (sumY / length) + (0.5 * Bell(random)), points.Min(point => point.Y), points.Max(point => point.Y));
        Move(point => (point.X + shiftX, point.Y + shiftY));

        static double Within(double shift, double low, double high) =>
            Math.Max(Margin - low, Math.Min(Side - 1 - Margin - high, shift));
    }

    private void Move(Func<(double X, double Y), (double X, double Y)> map)
    {
        foreach (var curve in curves)
        {
            for (var i = 0; i < curve.Count; i++)
            {
                curve[i] = map(curve[i]);
            }
        }
    }

    // Full ink within the radius of the line, fading to none over `softness` pixels on either side of the edge.
    private static void Ink(Span<float> image, (double X, double Y) from, (double X, double Y) to, double radius, double softness)
    {
        var reach = radius + softness;
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var squared = Math.Max(1e-12, (dx * dx) + (dy * dy));
        var top = Math.Max(0, (int)Math.Ceiling(Math.Min(from.Y, to.Y) - reach));
        var bottom = Math.Min(Side - 1, (int)Math.Floor(Math.Max(from.Y, to.Y) + reach));
        var left = Math.Max(0, (int)Math.Ceiling(Math.Min(from.X, to.X) - reach));
        var right = Math.Min(Side - 1, (int)Math.Floor(Math.Max(from.X, to.X) + reach));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var along = Math.Clamp((((x - from.X) * dx) + ((y - from.Y) * dy)) / squared, 0, 1);
                var (gapX, gapY) = (x - from.X - (along * dx), y - from.Y - (along * dy));
                var distance = Math.Sqrt((gapX * gapX) + (gapY * gapY));
                var ink = (float)Math.Clamp((reach - distance) / (2 * softness), 0, 1);
                ref var pixel = ref image[(y * Side) + x];
                pixel = Math.Max(pixel, ink);
            }
        }
    }

    // Uneven ink on the stroke, and 8-bit grey values like those of a scan.
    private static void Roughen(Span<float> image, SeededGenerator random)
    {
        var strength = 0.12 * random.NextDouble();
        foreach (ref var pixel in image)
        {
            if (pixel > 0)
            {
                var value = pixel * (1 - (strength * 2 * random.NextDouble()));
                pixel = MathF.Round((float)value * 255f) / 255f;
            }
        }
    }

    // Bell-shaped with mean 0, variance 1 and bounds ±3: the sum of three uniforms, the same on every platform.
    private static double Bell(SeededGenerator random) => 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
}
