using System.Runtime.InteropServices;

namespace Quietune.Privacy.Accounting;

/// <summary>A number known to lie between two bounds.</summary>
/// <param name="Lower">The optimistic bound: the truth is not below it.</param>
/// <param name="Upper">The pessimistic bound, the one to certify: the truth is not above it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bracket(double Lower, double Upper)
{
    /// <summary>Upper minus lower; 0 when both are infinite.</summary>
    public double Width => double.IsInfinity(Lower) ? 0 : Upper - Lower;
}
