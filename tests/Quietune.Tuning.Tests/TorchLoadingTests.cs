using static TorchSharp.torch;

namespace Quietune.Tuning.Tests;

/// <summary>libtorch loads on this machine, from links and not from copies.</summary>
public sealed class TorchLoadingTests
{
    [Fact]
    public void Matmul_OnThisHost_Computes()
    {
        using var product = ones(2, 3).matmul(ones(3, 4));
        Assert.Equal(24, product.sum().item<float>());
    }

    [Fact]
    public void OutputFolder_HoldsLinksNotCopies()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Windows may copy where links need a privilege.");
        var library = new FileInfo(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"));
        Assert.NotNull(library.LinkTarget);

        // Packages keep their copies under runtimes/; torch's natives are half a gigabyte a program, and its shim there would not load.
        var copies = Path.Combine(AppContext.BaseDirectory, "runtimes");
        var copied = Directory.Exists(copies) ? Directory.GetFiles(copies, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)) : [];
        Assert.DoesNotContain(copied, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("c10", StringComparison.Ordinal));
    }
}
