using Quietune.Data;

namespace Quietune.Tuning.Planning;

/// <summary>Changes public rows in one of many ways, the same way for the same number; labels stay.</summary>
/// <param name="rows">Public rows, left as they are.</param>
/// <param name="index">Which way.</param>
public delegate InMemoryExamples PublicChange(InMemoryExamples rows, int index);
