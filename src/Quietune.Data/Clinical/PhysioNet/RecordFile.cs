namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>One file of an archive.</summary>
/// <param name="Name">Its name without folders.</param>
/// <param name="Place">Its number among the record files, from 1.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record RecordFile(string Name, int Place, byte[] Content);
