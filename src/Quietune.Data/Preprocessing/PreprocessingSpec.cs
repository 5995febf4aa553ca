using System.Text.Json;
using System.Text.Json.Serialization;
using Quietune.Data.Images;
using Quietune.Data.Tables;

namespace Quietune.Data.Preprocessing;

/// <summary>How the rows of a table, or images, become the inputs and labels of a model; fixed from public data and stored beside the model.</summary>
/// <remarks>Guarantee: applying it reads nothing but the row at hand, so a private row changes no other row's example.</remarks>
public sealed record PreprocessingSpec
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowOutOfOrderMetadataProperties = true,
        WriteIndented = true,
    };

    /// <summary>Version of the format, now 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The model's inputs, put together from columns; empty for images.</summary>
    public IReadOnlyList<InputSpec> Inputs { get; init; } = [];

    /// <summary>Scaling of images; null for tables.</summary>
    public PixelSpec? Pixels { get; init; }

    /// <summary>The label.</summary>
    public required LabelSpec Label { get; init; }

    /// <summary>Texts that mean a missing value, besides a null of the table. "NaN" here makes a NaN missing too; otherwise it is refused.</summary>
    public IReadOnlyList<string> Missing { get; init; } = ["", "NA", "N/A", "null", "NULL"];

    /// <summary>Works out a spec from a public table: the only statistics ever taken.</summary>
    /// <param name="publicTable">A table declared public.</param>
    /// <param name="options">The label, the features, and how to treat them.</param>
    /// <exception cref="ArgumentException">The table is private, or the options do not fit it.</exception>
    /// <exception cref="InvalidDataException">The table's content does not allow a proposal.</exception>
    public static PreprocessingSpec Propose(ITable publicTable, ProposalOptions options) => new SpecProposal(publicTable, options).Make();

    /// <summary>The spec of a public folder of images: pixels divided by 255, classes 0 to the largest label.</summary>
    /// <param name="images">Public images.</param>
    public static PreprocessingSpec Propose(InMemoryExamples images) => new()
    {
        Pixels = new(),
        Label = new("label", LabelKind.Classes, [.. Enumerable.Range(0, 1 + (int)images.Labels.DefaultIfEmpty().Max()).Select(label => label.ToString())]),
    };

    /// <summary>Reads a spec.</summary>
    /// <param name="path">A JSON file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not a spec.</exception>
    public static PreprocessingSpec Load(string path) => File.Exists(path)
        ? Parse(File.ReadAllText(path), path)
        : throw new FileNotFoundException($"{path} does not exist; expected a preprocessing spec.", path);

    /// <summary>Reads a spec from its JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What a message calls it.</param>
    /// <exception cref="InvalidDataException">It is not a spec.</exception>
    public static PreprocessingSpec Parse(string json, string name = "The preprocessing spec")
    {
        try
        {
            var spec = JsonSerializer.Deserialize<PreprocessingSpec>(json, Json) ?? throw new InvalidDataException($"{name} is not a preprocessing spec: it is null.");
            return spec.Problem() is { } problem ? throw new InvalidDataException($"{name} is not a preprocessing spec: {problem}.") : spec;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{name} is not a preprocessing spec: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", failure);
        }
    }

    /// <summary>The spec as JSON, which <see cref="Parse"/> reads back to an equal one.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The spec with its inputs in a model's order, where they are named; as it is where none is.</summary>
    /// <param name="names">Names of the model's inputs.</param>
    /// <exception cref="ArgumentException">Some inputs are named and others not, or the names are not the model's.</exception>
    public PreprocessingSpec InOrderOf(IReadOnlyList<string> names) =>
        Inputs.All(input => input.Name is null) ? this
        : Inputs.Count == names.Count && names.All(name => Inputs.Count(input => input.Name == name) == 1) ? this with { Inputs = [.. names.Select(name => Inputs.Single(input => input.Name == name))] }
        : throw new ArgumentException($"Expected a preprocessing spec with one input for each of {string.Join(", ", names)}, got {string.Join(", ", Inputs.Select(input => input.Name ?? "one without a name"))}.", nameof(names));

    /// <summary>Turns a table or a folder of images into examples.</summary>
    /// <param name="reference">The table; the same spec serves the public and the private one.</param>
    /// <param name="isPrivate">Whether messages must keep the rows' values to themselves.</param>
    /// <param name="unitColumn">Column that says whose row it is, text or integer; null makes every row its own privacy unit.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The table lacks a column that the spec names, or is no table.</exception>
    /// <exception cref="ArgumentException">Images with a unit column, or a spec of the other kind.</exception>
    public IExampleSource Apply(TableReference reference, bool isPrivate = false, string? unitColumn = null)
    {
        if (reference.Format != TableFormat.Idx)
        {
            return Apply(reference.Open(isPrivate), unitColumn);
        }

        if (unitColumn is not null || Pixels is null)
        {
            throw new ArgumentException($"{reference} is a folder of images: expected a spec with pixels and no privacy-unit column.", nameof(reference));
        }

        var images = IdxFolder.Read(reference.Location);
        var wrong = Label.Classes is { } classes ? Array.FindIndex(images.Labels, label => label >= classes.Count) : -1;
        return wrong < 0
            ? Pixels.Apply(images)
            : throw new InvalidDataException($"{reference}, label {wrong + 1}: expected {Label.Expected}{(isPrivate ? "" : $", got {images.Labels[wrong]}")}.");
    }

    /// <summary>Turns an open table into examples.</summary>
    /// <param name="table">The table.</param>
    /// <param name="unitColumn">Column that says whose row it is; null makes every row its own privacy unit.</param>
    /// <exception cref="InvalidDataException">The table lacks a column that the spec names.</exception>
    /// <exception cref="ArgumentException">The spec is one for images.</exception>
    public IExampleSource Apply(ITable table, string? unitColumn = null) => Inputs.Count > 0
        ? new TableExamples(table, this, unitColumn)
        : throw new ArgumentException($"{table.Name} is a table: expected a spec with inputs.", nameof(table));

    internal string? Problem() =>
        Version != 1 ? $"Expected version 1, got {Version}"
        : Inputs.Count > 0 == Pixels is not null ? "Expected either inputs or pixels"
        : Inputs.Any(input => input is null || input.Columns.Any(column => column is null)) || Missing.Any(text => text is null) ? "Expected lists without null"
        : Label.Problem() ?? Pixels?.Problem() ?? Inputs.Select(input => input.Problem()).FirstOrDefault(problem => problem is not null);
}
