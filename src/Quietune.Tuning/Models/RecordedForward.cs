using Quietune.Tuning.Gradients;
using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>One forward pass and what is needed to find every unit's gradient from it.</summary>
/// <param name="Output">The model's output [R, …], with its graph.</param>
/// <param name="Uses">Every recorded use of a trainable parameter; a parameter used twice has two.</param>
/// <param name="Unrecorded">Blocks whose consumers have no factor rule: one autograd pass an example finds their gradients.</param>
public sealed record RecordedForward(Tensor Output, IReadOnlyList<ParameterUse> Uses, IReadOnlyList<ParameterBlock> Unrecorded);
