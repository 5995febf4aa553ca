using static TorchSharp.torch;

namespace Quietune.Auditing.TwoWorlds;

/// <summary>What a run released, beside what each canary adds to it where it is present; both in units of the noise as claimed.</summary>
/// <remarks>The tensors stay the subject's, and live until its next run.</remarks>
/// <param name="Releases">What was released less what the other rows are known to add, [T, k], float32: noise of deviation 1 and the canaries, if the claim is right.</param>
/// <param name="Canaries">What each canary adds, [m, T, k], float32.</param>
public sealed record Transcript(Tensor Releases, Tensor Canaries);
