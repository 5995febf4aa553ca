using System.Runtime.InteropServices;

namespace Quietune.Privacy.Accounting;

/// <summary>Whether a release fits under a cap.</summary>
/// <param name="Before">ε spent so far, at the cap's δ.</param>
/// <param name="After">ε if the release is made as well.</param>
/// <param name="Fits">Whether that stays within the cap.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FilterDecision(double Before, double After, bool Fits);
