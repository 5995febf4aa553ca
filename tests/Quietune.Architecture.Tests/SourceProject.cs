using System.Xml.Linq;

namespace Quietune.Architecture.Tests;

/// <summary>A project as its file tells it.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Xml">The file.</param>
internal sealed record SourceProject(string Path, XDocument Xml)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folder at the root that it lies in: src, apps, bench, tests, eng.</summary>
    public string Area => Path.Split('/')[0];

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public string Assembly => Property("AssemblyName") ?? Name;

    public string RootNamespace => Property("RootNamespace") ?? Name;

    /// <summary>Names of the projects that it references, but for those only built before it.</summary>
    public IEnumerable<string> References => Xml.Descendants("ProjectReference")
        .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
        .Select(reference => System.IO.Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

    public IEnumerable<string> Packages => Xml.Descendants("PackageReference").Select(package => (string)package.Attribute("Include")!);

    public string? Property(string name) => Xml.Descendants(name).FirstOrDefault()?.Value;
}
