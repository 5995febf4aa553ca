using Quietune.Data;

namespace Quietune.Auditing.Tests.Broken;

/// <summary>Rows that all belong to one privacy unit.</summary>
internal sealed class OneUnit(InMemoryExamples rows) : IExampleSource
{
    public InMemoryExamples Rows => rows;

    public IReadOnlyList<int[]> InputShapes => rows.InputShapes;

    public IEnumerable<ExampleBatch> Read(int batchSize, CancellationToken cancellationToken = default) =>
        rows.Read(rows.Count, cancellationToken).Select(batch => batch with { Units = new long[batch.Count] });
}
