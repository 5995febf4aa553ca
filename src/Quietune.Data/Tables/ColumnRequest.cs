namespace Quietune.Data.Tables;

/// <summary>A column to read, and what for.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="AsText">True for text, whatever the table holds; false for numbers where the table holds numbers, and for text to be parsed elsewhere.</param>
public sealed record ColumnRequest(string Name, bool AsText);
