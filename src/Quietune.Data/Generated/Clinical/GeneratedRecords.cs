using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Quietune.Data.Generated.Clinical;

/// <summary>Invented record sets in the form of the PhysioNet 2012 challenge.</summary>
public static class GeneratedRecords
{
    /// <summary>Writes <c>set-X.tar.gz</c> and <c>Outcomes-X.txt</c>.</summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="letter">X.</param>
    /// <param name="count">How many records.</param>
    /// <param name="seed">Decides them, with the letter.</param>
    public static void Write(string folder, char letter, int count, ulong seed = 1)
    {
        Directory.CreateDirectory(folder);
        var first = (100_000 * (letter - 'a' + 1L)) + 1;
        var patients = Enumerable.Range(0, count).Select(i => new GeneratedPatient(seed, first + i)).ToList();
        using (var file = File.Create(Path.Combine(folder, $"set-{letter}.tar.gz")))
        using (var stream = new GZipStream(file, CompressionLevel.Fastest))
        using (var tar = new TarWriter(stream))
        {
            foreach (var patient in patients)
            {
                using var content = new MemoryStream(Encoding.UTF8.GetBytes(Record(patient)));
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"set-{letter}/{patient.Number}.txt") { DataStream = content });
            }
        }

        File.WriteAllLines(
            Path.Combine(folder, $"Outcomes-{letter}.txt"),
            patients.Select(patient => $"{patient.Number},-1,-1,{(int)patient.Days + 3},-1,{(patient.Died ? 1 : 0)}").Prepend("RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death"));
    }

    private static string Record(GeneratedPatient patient)
    {
        var text = new StringBuilder("Time,Parameter,Value\n");
        text.Append($"00:00,RecordID,{patient.Number}\n00:00,Age,{patient.Age}\n00:00,Gender,{(patient.IsMale ? 1 : 0)}\n00:00,Height,-1\n00:00,ICUType,{patient.UnitType}\n00:00,Weight,-1\n");
        foreach (var (minute, name, value) in patient.Measurements())
        {
            text.Append($"{minute / 60:00}:{minute % 60:00},{name},{value}\n");
        }

        return text.ToString();
    }
}
