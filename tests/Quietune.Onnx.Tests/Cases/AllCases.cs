namespace Quietune.Onnx.Tests.Cases;

/// <summary>All operator cases.</summary>
internal static class AllCases
{
    public static IEnumerable<OperatorCase> All =>
        [.. ElementwiseCases.All, .. ArithmeticCases.All, .. MatrixCases.All, .. WindowCases.All, .. NormalizationCases.All, .. ReductionCases.All, .. IndexCases.All, .. ShapeCases.All, .. ResizeCases.All, .. RecurrentCases.All, .. GraphCases.All];
}
