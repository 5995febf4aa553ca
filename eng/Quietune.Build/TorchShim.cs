namespace Quietune.Build;

/// <summary>Places TorchSharp's native shim in a program's folder, loadable by the host's C++ library.</summary>
public static class TorchShim
{
    /// <summary>The C++ library version (GCC 13) that the shim asks for and that older Linux distributions lack.</summary>
    /// <remarks>Its one symbol, <c>_ZSt21ios_base_library_initv</c>, is a marker that no relocation uses.</remarks>
    public const string NewestVersion = "GLIBCXX_3.4.32";

    private static readonly string[] LibraryFolders =
        ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib"];

    /// <summary>Copies the shim, with its need of <see cref="NewestVersion"/> marked weak where the host lacks it.</summary>
    /// <returns>Whether the copy was changed.</returns>
    /// <exception cref="InvalidDataException">The shim is not an ELF file where one is expected.</exception>
    public static bool Place(string source, string destination, bool hostHasVersion)
    {
        var bytes = File.ReadAllBytes(source);
        var changed = !hostHasVersion && new ElfVersions(bytes, source).Weaken(NewestVersion) > 0;
        if (File.Exists(destination) && File.ReadAllBytes(destination).AsSpan().SequenceEqual(bytes))
        {
            return changed;
        }

        var beside = destination + "." + Environment.ProcessId;
        File.WriteAllBytes(beside, bytes);
        File.Move(beside, destination, overwrite: true);
        return changed;
    }

    /// <summary>Whether this machine's libstdc++ defines <see cref="NewestVersion"/>; true where there is none to ask, as on Windows.</summary>
    public static bool HostHasVersion()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var library = LibraryFolders.Select(folder => Path.Combine(folder, "libstdc++.so.6")).FirstOrDefault(File.Exists);
        return library is not null && new ElfVersions(File.ReadAllBytes(library), library).Defined().Contains(NewestVersion, StringComparer.Ordinal);
    }
}
