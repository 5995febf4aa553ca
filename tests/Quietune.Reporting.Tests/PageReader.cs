using System.Xml;
using System.Xml.Linq;

namespace Quietune.Reporting.Tests;

/// <summary>Reads a page as a tree; pages are written so that they are well-formed XML too.</summary>
internal static class PageReader
{
    public static XElement Read(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    public static IEnumerable<XElement> All(this XElement page, string name) => page.DescendantsAndSelf().Where(element => element.Name.LocalName == name);

    public static XElement WithId(this XElement page, string id) => page.DescendantsAndSelf().Single(element => (string?)element.Attribute("id") == id);
}
