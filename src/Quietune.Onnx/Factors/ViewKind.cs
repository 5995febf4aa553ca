namespace Quietune.Onnx.Factors;

/// <summary>What was done to a parameter's elements before a node reads them.</summary>
internal enum ViewKind
{
    /// <summary>Nothing, or a reshape or cast: the elements in their own order.</summary>
    Same,

    /// <summary>One transposition.</summary>
    Transposed,

    /// <summary>Anything else; gradients go back through it by automatic differentiation.</summary>
    Derived,
}
