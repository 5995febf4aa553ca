namespace Quietune.Data.Tests;

/// <summary>Tests that measure the process or the clock, which other tests beside them would change.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
