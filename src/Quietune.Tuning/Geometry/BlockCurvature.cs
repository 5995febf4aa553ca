using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Tuning.Geometry;

/// <summary>The curvature of one block.</summary>
/// <param name="Block">The parameters.</param>
/// <param name="OutBasis">Orthonormal columns [groups, out, out], strongest first, or null for the block's own axes.</param>
/// <param name="InBasis">Orthonormal columns [groups, in, in], strongest first, or null for the block's own axes.</param>
/// <param name="Eigenvalues">The curvature along each coordinate, [groups, out, in], float32, ≥ 0.</param>
public sealed record BlockCurvature(ParameterBlock Block, Tensor? OutBasis, Tensor? InBasis, Tensor Eigenvalues);
