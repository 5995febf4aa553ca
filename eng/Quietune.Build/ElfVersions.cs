using System.Buffers.Binary;
using System.Text;

namespace Quietune.Build;

/// <summary>The symbol versions that a 64-bit little-endian ELF file needs and defines.</summary>
/// <remarks>
/// Source: Linux Standard Base Core 5.0, "Symbol Versioning" (<c>Elfxx_Verneed</c>, <c>Elfxx_Vernaux</c>,
/// <c>Elfxx_Verdef</c>, <c>Elfxx_Verdaux</c>), and the System V ABI for the section headers.
/// </remarks>
public sealed class ElfVersions
{
    private const uint SectionVersionDefinitions = 0x6ffffffd;
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ushort FlagWeak = 0x2;

    private readonly byte[] file;
    private readonly string name;

    /// <summary>Reads an ELF file.</summary>
    /// <param name="file">The whole file; <see cref="Weaken"/> changes it in place.</param>
    /// <param name="name">What to call the file in errors.</param>
    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF file.</exception>
    public ElfVersions(byte[] file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        this.name = name;
        if (file.Length < 64 || !file.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            throw new InvalidDataException($"{name}: expected an ELF file, got {file.Length} bytes that do not start with its magic number.");
        }

        if (file[4] != 2 || file[5] != 1)
        {
            throw new InvalidDataException($"{name}: expected a 64-bit little-endian ELF file, got class {file[4]} and byte order {file[5]}.");
        }
    }

    /// <summary>The version names that the file defines, such as <c>GLIBCXX_3.4.32</c> in libstdc++.</summary>
    /// <exception cref="InvalidDataException">The version section points outside the file.</exception>
    public IEnumerable<string> Defined()
    {
        foreach (var (offset, strings) in Sections(SectionVersionDefinitions))
        {
            for (long entry = offset, next = 1; next != 0; entry += next)
            {
                yield return Text(strings + U32(entry + U32(entry + 12)));
                next = U32(entry + 16);
            }
        }
    }

    /// <summary>Marks every need of <paramref name="version"/> weak, so that the loader passes over it where it is missing.</summary>
    /// <returns>How many needs were marked.</returns>
    /// <exception cref="InvalidDataException">The version section points outside the file.</exception>
    public int Weaken(string version)
    {
        var marked = 0;
        foreach (var (offset, strings) in Sections(SectionVersionNeeds))
        {
            for (long entry = offset, next = 1; next != 0; entry += next)
            {
                next = U32(entry + 12);
                for (long need = entry + U32(entry + 8), nextNeed = 1; nextNeed != 0; need += nextNeed)
                {
                    nextNeed = U32(need + 12);
                    if (Text(strings + U32(need + 8)) == version)
                    {
                        var flags = Slice(need + 4, 2);
                        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | FlagWeak));
                        marked++;
                    }
                }
            }
        }

        return marked;
    }

    private List<(long Offset, long Strings)> Sections(uint type)
    {
        var found = new List<(long, long)>();
        var headers = (long)BinaryPrimitives.ReadUInt64LittleEndian(Slice(0x28, 8));
        var size = BinaryPrimitives.ReadUInt16LittleEndian(Slice(0x3A, 2));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Slice(0x3C, 2));
        for (var i = 0; i < count; i++)
        {
            var header = headers + ((long)i * size);
            if (U32(header + 4) == type)
            {
                var stringsHeader = headers + ((long)U32(header + 0x28) * size);
                found.Add((Offset(header), Offset(stringsHeader)));
            }
        }

        return found;

        long Offset(long header) => (long)BinaryPrimitives.ReadUInt64LittleEndian(Slice(header + 0x18, 8));
    }

    private uint U32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    private string Text(long offset)
    {
        var rest = Slice(offset, 1, toEnd: true);
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    private Span<byte> Slice(long offset, int length, bool toEnd = false)
    {
        if (offset < 0 || offset + length > file.Length)
        {
            throw new InvalidDataException($"{name}: a version table points to byte {offset} of a file of {file.Length}.");
        }

        return toEnd ? file.AsSpan((int)offset) : file.AsSpan((int)offset, length);
    }
}
