namespace Quietune.Data;

/// <summary>A restartable stream of examples: every call of <see cref="Read"/> gives the same rows in the same order.</summary>
public interface IExampleSource
{
    /// <summary>The shape of one example, one entry per model input, without the batch dimension.</summary>
    IReadOnlyList<int[]> InputShapes { get; }

    /// <summary>Reads all examples from the first, in batches.</summary>
    /// <param name="batchSize">Largest number of rows in a batch; a privacy unit with more rows makes a larger batch, for units are never split.</param>
    /// <param name="cancellationToken">Stops the reading between batches.</param>
    /// <returns>The batches, none of them empty; a caller may keep them.</returns>
    /// <exception cref="InvalidDataException">A row cannot be read; the message names the file and the place.</exception>
    IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default);
}
