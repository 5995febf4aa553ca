using System.Text.Json.Serialization;

namespace Quietune.Data.Preprocessing;

/// <summary>What a label is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelKind>))]
public enum LabelKind
{
    /// <summary>One of a list of classes; becomes its place in the list.</summary>
    [JsonStringEnumMemberName("classes")]
    Classes,

    /// <summary>A number: a target of regression, or a count; stays as it is.</summary>
    [JsonStringEnumMemberName("number")]
    Number,
}
