namespace Quietune.Reporting.Figures;

/// <summary>Words at the right of a chart, one for each line, moved apart where they would cover each other.</summary>
internal static class EndWords
{
    private const double LineHeight = 15;

    /// <summary>Where to put the words, from the positions at which their lines end.</summary>
    /// <param name="ends">Vertical positions, in the axis's numbers.</param>
    /// <param name="axis">The vertical axis.</param>
    /// <param name="pixels">Its length in pixels.</param>
    /// <returns>Positions at least a line apart, in the order of <paramref name="ends"/>; inside the axis as long as there is room.</returns>
    public static IReadOnlyList<double> Places(IReadOnlyList<double> ends, Axis axis, double pixels)
    {
        var gap = LineHeight / pixels * (axis.To - axis.From);
        var order = Enumerable.Range(0, ends.Count).OrderByDescending(index => ends[index]).ToList();
        var places = new double[ends.Count];
        var above = double.PositiveInfinity;
        foreach (var index in order)
        {
            above = places[index] = Math.Min(ends[index], above - gap);
        }

        var floor = axis.From;
        foreach (var index in Enumerable.Reverse(order))
        {
            places[index] = Math.Max(places[index], floor);
            floor = places[index] + gap;
        }

        return places;
    }
}
