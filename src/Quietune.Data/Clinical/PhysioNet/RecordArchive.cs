using System.Formats.Tar;
using System.IO.Compression;

namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>The record files of a folder, a tar (plain or gzip) or a zip, in the order they lie in.</summary>
internal static class RecordArchive
{
    // A record of two days has some thousand lines; the largest of the challenge has 50 kB.
    private const int LargestRecord = 16 << 20;

    /// <summary>Reads the record files one after the other; nothing is written to disk.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="InvalidDataException">It is no archive, or holds no record.</exception>
    public static IEnumerable<RecordFile> Read(string path)
    {
        if (!Path.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist; expected a folder, .tar.gz or .zip of record files.", path);
        }

        return Checked(path);
    }

    private static IEnumerable<RecordFile> Checked(string path)
    {
        var files = (Directory.Exists(path) ? Folder(path) : Archive(path)).GetEnumerator();
        var place = 0;
        using (files)
        {
            while (true)
            {
                (string Name, byte[] Content) file;
                try
                {
                    if (!files.MoveNext())
                    {
                        break;
                    }

                    file = files.Current;
                }
                catch (Exception failure) when (failure is EndOfStreamException or FormatException or ArgumentException || (failure is InvalidDataException && failure.InnerException is null && !failure.Message.StartsWith(path, StringComparison.Ordinal)))
                {
                    throw new InvalidDataException($"{path} cannot be read after record file {place}: expected a whole .tar.gz, .tar or .zip.", failure);
                }

                yield return new(file.Name, ++place, file.Content);
            }
        }

        if (place == 0)
        {
            throw new InvalidDataException($"{path} holds no record file; expected files named NUMBER.txt.");
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Archive(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[2];
        var length = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        var kind = length < 2 ? ' ' : magic is [0x1F, 0x8B] ? 'g' : magic is [(byte)'P', (byte)'K'] ? 'z' : 't';
        stream.Position = 0;
        return kind switch
        {
            ' ' => throw new InvalidDataException($"{path} is empty; expected a .tar.gz, .tar or .zip of record files."),
            'z' => Zip(path),
            _ => Tar(path, kind == 'g'),
        };
    }

    private static IEnumerable<(string Name, byte[] Content)> Folder(string path)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*.txt").Where(file => IsRecord(file)).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            yield return (Path.GetFileName(file), Content(stream, stream.Length, path, Path.GetFileName(file)));
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Tar(string path, bool compressed)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        if (!compressed)
        {
            RequireEnd(file, path);
        }

        using Stream stream = compressed ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16) : file;
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && IsRecord(entry.Name))
            {
                yield return (Path.GetFileName(entry.Name), entry.DataStream is { } data ? Content(data, entry.Length, path, Path.GetFileName(entry.Name)) : []);
            }
        }
    }

    // A tar that was cut between two files looks whole but for the zeros at its end; the gzip format notices by itself.
    private static void RequireEnd(FileStream file, string path)
    {
        var block = new byte[512];
        if (file.Length >= 2 * block.Length)
        {
            file.Position = file.Length - block.Length;
            file.ReadExactly(block);
            file.Position = 0;
        }

        if (file.Length < 2 * block.Length || block.Any(value => value != 0))
        {
            throw new InvalidDataException($"{path} cannot be read: expected a whole .tar.gz, .tar or .zip.");
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Zip(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries.Where(entry => IsRecord(entry.FullName)))
        {
            using var stream = entry.Open();
            yield return (entry.Name, Content(stream, entry.Length, path, entry.Name));
        }
    }

    // Hidden files are what some systems add to archives; outcomes may lie beside the records.
    private static bool IsRecord(string path) =>
        Path.GetFileName(path) is var name && name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith('.') && !name.StartsWith("Outcomes", StringComparison.OrdinalIgnoreCase);

    private static byte[] Content(Stream stream, long length, string path, string name)
    {
        if (length > LargestRecord)
        {
            throw new InvalidDataException($"{path}: {name} has {length} bytes; expected a record of at most {LargestRecord}.");
        }

        // The stated length of a zip entry may be a lie.
        var content = new byte[length];
        stream.ReadExactly(content);
        return stream.ReadByte() < 0 ? content : throw new InvalidDataException($"{path}: {name} is longer than the archive says.");
    }
}
