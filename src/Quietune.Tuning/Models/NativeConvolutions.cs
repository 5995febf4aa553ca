using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Quietune.Tuning.Models;

/// <summary>Which instructions libtorch's convolutions may use.</summary>
internal static partial class NativeConvolutions
{
    private const string InstructionSet = "ONEDNN_MAX_CPU_ISA";

    // AMD's family 1Ah, Zen 5.
    private const int FirstWrongFamily = 26;

    /// <summary>Keeps oneDNN to AVX2 on processors on which its AVX-512 convolutions are wrong, unless the environment says what it may use.</summary>
    /// <remarks>
    /// Depthwise and dilated convolutions of libtorch 2.10 differ by more than half from their definition on AMD family 1Ah, and not with AVX2 on the same machine; tests of
    /// gradients against loops over examples found it. oneDNN reads the C environment before its first primitive, hence at the start of this assembly.
    /// </remarks>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "It must come before the first tensor, and hosts cannot know.")]
    internal static void AvoidWrongKernels()
    {
        if (!OperatingSystem.IsLinux() || !IsWrong() || Environment.GetEnvironmentVariable(InstructionSet) is not null)
        {
            return;
        }

        try
        {
            _ = SetVariable(InstructionSet, "AVX2", 0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library; what is saved is held against ONNX Runtime all the same.
        }
    }

    // Family of AMD's processors: base family and, where that is full, the extended one (AMD64 Architecture Programmer's Manual, volume 3, CPUID Fn0000_0001).
    private static bool IsWrong()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Ebx != 0x68747541)     // "Auth", of AuthenticAMD
        {
            return false;
        }

        var signature = X86Base.CpuId(1, 0).Eax;
        return ((signature >> 8) & 0xF) + ((signature >> 20) & 0xFF) >= FirstWrongFamily;
    }

    // The process's own table of .NET is not the one that native code reads.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrites);
}
