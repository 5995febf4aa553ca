using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Quietune.Auditing.Tests;

/// <summary>Test classes run side by side already: threads inside libtorch would only wait for each other, and spin while they do.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => set_num_threads(1);
}
