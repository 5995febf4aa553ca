namespace Quietune.Data.Tables;

/// <summary>A column as its table declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsNumber">Whether the table itself holds numbers or booleans; a text file's columns are all text.</param>
public sealed record TableColumn(string Name, bool IsNumber);
