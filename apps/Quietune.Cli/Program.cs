using Quietune.Cli;
using Quietune.Tuning.Models;

NativeHeap.KeepFreedMemory();
return await CommandLine.RunAsync(args, Console.Out, Console.Error);
