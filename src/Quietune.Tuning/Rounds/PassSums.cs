using Quietune.Tuning.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Rounds;

/// <summary>What one pass over the private rows found.</summary>
/// <param name="Sum">The clipped sum, [k].</param>
/// <param name="Below">Σ_u (1 if ‖v(u)‖ ≤ C, else 0, or between where it is within C/8) − ½, [1], where it was asked for: a unit moves it by a half.</param>
internal sealed record PassSums(Sensitive<Tensor> Sum, Sensitive<Tensor>? Below);
