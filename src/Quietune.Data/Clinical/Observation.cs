using System.Runtime.InteropServices;

namespace Quietune.Data.Clinical;

/// <summary>One measured value.</summary>
/// <param name="Minute">Minutes since admission to intensive care, 0 to 2880.</param>
/// <param name="Variable">Place in <see cref="ClinicalVariables.All"/>.</param>
/// <param name="Value">The value, plausible, in the variable's unit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Observation(short Minute, byte Variable, float Value);
