// TorchSharp's scalars can be finalised while native code reads them when another thread collects garbage meanwhile.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
