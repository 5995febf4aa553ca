using Quietune.Data;
using Quietune.Data.Clinical;

namespace Quietune.Cli.Experiments.Icu;

/// <summary>Selected stays as examples of a model.</summary>
/// <param name="Selection">How they were selected.</param>
/// <param name="Admissions">One a row.</param>
/// <param name="Examples">In the same order.</param>
internal sealed record IcuRows(string Selection, IReadOnlyList<Admission> Admissions, InMemoryExamples Examples);
