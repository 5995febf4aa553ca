using System.Buffers.Binary;
using System.Text;

namespace Quietune.Build.Tests;

public sealed class ElfVersionsTests : IDisposable
{
    private const int NeedFlags = 64 + 16 + 4;
    private readonly string folder = Directory.CreateTempSubdirectory("quietune-elf").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Weaken_NeededVersion_SetsOnlyItsWeakFlag()
    {
        var original = Crafted("GLIBCXX_3.4.32");
        var changed = (byte[])original.Clone();

        Assert.Equal(1, new ElfVersions(changed, "crafted").Weaken("GLIBCXX_3.4.32"));

        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(changed.AsSpan(NeedFlags)));
        changed[NeedFlags] = 0;
        Assert.Equal(original, changed);
    }

    [Fact]
    public void Weaken_OtherVersion_ChangesNothing()
    {
        var file = Crafted("GLIBCXX_3.4.30");
        var before = (byte[])file.Clone();
        Assert.Equal(0, new ElfVersions(file, "crafted").Weaken("GLIBCXX_3.4.32"));
        Assert.Equal(before, file);
    }

    [Fact]
    public void Weaken_SecondNeedOfTheChain_IsReached()
    {
        var file = Crafted("GLIBC_2.2.5", "GLIBCXX_3.4.32");
        Assert.Equal(1, new ElfVersions(file, "crafted").Weaken("GLIBCXX_3.4.32"));
        Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(NeedFlags)));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(NeedFlags + 16)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Place_HostHasVersionOrNot_ChangesTheCopyOnlyWhereNeeded(bool hostHasVersion)
    {
        var source = Path.Combine(folder, "shim.so");
        var destination = Path.Combine(folder, "copy.so");
        var original = Crafted("GLIBCXX_3.4.32");
        File.WriteAllBytes(source, original);

        Assert.Equal(!hostHasVersion, TorchShim.Place(source, destination, hostHasVersion));

        Assert.Equal(original, File.ReadAllBytes(source));
        Assert.Equal(hostHasVersion ? 0 : 2, File.ReadAllBytes(destination)[NeedFlags]);
    }

    [Fact]
    public void Constructor_NotElf_NamesTheFile()
    {
        var error = Assert.Throws<InvalidDataException>(() => new ElfVersions(new byte[100], "notes.txt"));
        Assert.StartsWith("notes.txt: expected an ELF file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weaken_TableOutsideTheFile_IsRefused()
    {
        var file = Crafted("GLIBCXX_3.4.32");
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(64 + 8), 0x7fffffff);
        Assert.Throws<InvalidDataException>(() => new ElfVersions(file, "crafted").Weaken("GLIBCXX_3.4.32"));
    }

    /// <summary>A file of one version-need table, at byte 64, that asks one library for the given versions.</summary>
    private static byte[] Crafted(params string[] versions)
    {
        var strings = new List<byte> { 0 };
        var names = new List<int>();
        foreach (var version in versions)
        {
            names.Add(strings.Count);
            strings.AddRange(Encoding.ASCII.GetBytes(version + "\0"));
        }

        var stringsAt = 64 + 16 + (16 * versions.Length);
        var headersAt = stringsAt + strings.Count;
        var file = new byte[headersAt + (3 * 64)];
        "\u007fELF"u8.CopyTo(file);
        file[4] = 2;
        file[5] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(0x28), (ulong)headersAt);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x3A), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(0x3C), 3);

        var need = file.AsSpan(64);
        BinaryPrimitives.WriteUInt16LittleEndian(need, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(need[2..], (ushort)versions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(need[8..], 16);
        for (var i = 0; i < versions.Length; i++)
        {
            var entry = file.AsSpan(64 + 16 + (16 * i));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)names[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], i + 1 < versions.Length ? 16u : 0u);
        }

        strings.CopyTo(file, stringsAt);
        Header(1, 0x6ffffffe, 64, link: 2);
        Header(2, 3, stringsAt, link: 0);
        return file;

        void Header(int index, uint type, int offset, uint link)
        {
            var header = file.AsSpan(headersAt + (64 * index));
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[0x18..], (ulong)offset);
            BinaryPrimitives.WriteUInt32LittleEndian(header[0x28..], link);
        }
    }
}
