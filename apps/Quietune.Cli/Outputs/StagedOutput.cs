using System.Security.Cryptography;

namespace Quietune.Cli.Outputs;

/// <summary>Files that appear together or not at all: written whole in a folder beside their place, then moved, the most important last.</summary>
/// <remarks>A process that dies before <see cref="Commit"/> leaves nothing under the final names.</remarks>
internal sealed class StagedOutput : IDisposable
{
    private readonly string target;
    private readonly string staging;
    private readonly List<string> names = [];

    /// <summary>Opens a staging folder.</summary>
    /// <param name="target">The folder where the files are to appear; one that is missing is made with them.</param>
    public StagedOutput(string target)
    {
        this.target = Path.GetFullPath(target);
        var name = $".quietune-{Guid.NewGuid():N}.partial";
        staging = Directory.Exists(this.target) ? Path.Combine(this.target, name) : this.target + name;
        Directory.CreateDirectory(staging);
    }

    /// <summary>Where to write the file that will be called <paramref name="name"/>.</summary>
    public string this[string name]
    {
        get
        {
            if (!names.Contains(name))
            {
                names.Add(name);
            }

            return Path.Combine(staging, name);
        }
    }

    /// <summary>SHA-256 of a file, in lower-case hexadecimal.</summary>
    public static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Writes a text file.</summary>
    public void Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        using var stream = new FileStream(this[name], FileMode.Create, FileAccess.Write);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Moves all files to their place: those that nobody asked for by name first, then in the reverse order of their naming.</summary>
    /// <returns>The final paths, in the order of their naming.</returns>
    public IReadOnlyList<string> Commit()
    {
        Directory.CreateDirectory(target);
        var companions = Directory.EnumerateFiles(staging).Select(Path.GetFileName).OfType<string>().Except(names).ToList();
        if (names.Count > 0)
        {
            // An older run's chief file must not stand among the new companions, should the process die between the moves.
            File.Delete(Path.Combine(target, names[0]));
        }

        foreach (var name in companions.Concat(Enumerable.Reverse(names)))
        {
            File.Move(Path.Combine(staging, name), Path.Combine(target, name), overwrite: true);
        }

        return [.. names.Select(name => Path.Combine(target, name))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }
}
