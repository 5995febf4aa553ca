using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Quietune.Data.Clinical;
using Quietune.Data.Clinical.PhysioNet;

namespace Quietune.Data.Tests.Clinical.PhysioNet;

/// <summary>A small set of records, written by hand, in each of the forms that a set may have.</summary>
internal sealed class RecordSet : IDisposable
{
    public const string Header = "Time,Parameter,Value\n";

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> files = [];

    public string Path => folder.Path;

    public string Outcomes { get; set; } = "RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death\n1,6,1,5,-1,0\n2,16,8,-1,3,1\n";

    public static RecordSet Usual() => new RecordSet()
        .With("1.txt", Header + "00:00,RecordID,1\n00:00,Age,54\n00:00,Gender,0\n00:00,Height,-1\n00:00,ICUType,4\n00:00,Weight,70\n00:07,HR,73\n01:07,HR,75\n00:07,Temp,36.5\n")
        .With("2.txt", Header + "00:00,RecordID,2\n00:00,Age,76\n00:00,Gender,1\n00:00,Height,175.3\n00:00,ICUType,2\n00:00,Weight,-1\n47:59,HR,90\n");

    public RecordSet With(string name, string text)
    {
        files[name] = text;
        return this;
    }

    public StaySet Read(string form = "tar.gz", bool isPrivate = false)
    {
        var path = System.IO.Path.Combine(folder.Path, "set-x" + (form.Length > 0 ? "." + form : ""));
        switch (form)
        {
            case "":
                Directory.CreateDirectory(path);
                foreach (var (name, text) in files)
                {
                    File.WriteAllText(System.IO.Path.Combine(path, name), text);
                }

                break;
            case "zip":
                using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
                {
                    foreach (var (name, text) in files)
                    {
                        using var entry = zip.CreateEntry("set-x/" + name).Open();
                        entry.Write(Encoding.UTF8.GetBytes(text));
                    }
                }

                break;
            default:
                using (var file = File.Create(path))
                using (Stream stream = form == "tar.gz" ? new GZipStream(file, CompressionLevel.Fastest) : file)
                using (var tar = new TarWriter(stream))
                {
                    foreach (var (name, text) in files)
                    {
                        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "set-x/" + name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
                    }
                }

                break;
        }

        var outcomes = folder.Write("Outcomes-x.txt", Outcomes);
        return PhysioNet2012.Read(path, outcomes, "set-x", isPrivate);
    }

    public void Dispose() => folder.Dispose();
}
