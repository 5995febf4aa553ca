using Quietune.Data;

namespace Quietune.Tuning.Rounds;

/// <summary>Rows picked from several batches, as one batch.</summary>
internal static class JoinedRows
{
    /// <summary>Copies the rows, in the order given.</summary>
    /// <param name="parts">Batches of one source, and the numbers of rows in each; at least one row in all.</param>
    public static ExampleBatch Of(IReadOnlyList<(ExampleBatch Batch, IReadOnlyList<int> Rows)> parts)
    {
        var count = parts.Sum(part => part.Rows.Count);
        var inputs = new List<float[]>();
        for (var i = 0; i < parts[0].Batch.Inputs.Count; i++)
        {
            var length = parts[0].Batch.Inputs[i].Length / parts[0].Batch.Count;
            var values = new float[count * length];
            var next = 0;
            foreach (var (batch, chosen) in parts)
            {
                foreach (var row in chosen)
                {
                    batch.Inputs[i].AsSpan(row * length, length).CopyTo(values.AsSpan(length * next++));
                }
            }

            inputs.Add(values);
        }

        return new(
            count,
            inputs,
            [.. parts.SelectMany(part => part.Rows.Select(row => part.Batch.Labels[row]))],
            parts[0].Batch.Units is null ? null : [.. parts.SelectMany(part => part.Rows.Select(row => part.Batch.Units![row]))]);
    }
}
