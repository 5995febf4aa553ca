using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>What a recurrent layer carries from step to step.</summary>
/// <param name="Hidden">The hidden state, [B, H].</param>
/// <param name="Cell">The cell state, [B, H]; unused by layers without one.</param>
internal sealed record RecurrentState(Tensor Hidden, Tensor Cell);
