using System.Text.Json;
using Quietune.Tests;

namespace Quietune.Privacy.Tests;

/// <summary>The sections of the golden privacy file.</summary>
internal static class Golden
{
    public static IReadOnlyList<JsonElement> Section(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("golden/privacy.json")));
        return [.. document.RootElement.GetProperty(name).Clone().EnumerateArray()];
    }

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static double NumberOr(this JsonElement element, string name, double otherwise) =>
        element.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
}
