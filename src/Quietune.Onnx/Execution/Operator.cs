using static TorchSharp.torch;

namespace Quietune.Onnx.Execution;

/// <summary>Computes the outputs of a node.</summary>
internal delegate Tensor[] Operator(NodeCall call);
