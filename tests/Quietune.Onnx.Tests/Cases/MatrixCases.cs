using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Cases;

/// <summary>Products of matrices.</summary>
internal static class MatrixCases
{
    public static IEnumerable<OperatorCase> All
    {
        get
        {
            foreach (var (left, right) in new (long[], long[])[] { ([3, 4], [4, 5]), ([2, 3, 4], [4, 5]), ([4, 5], [2, 5, 3]), ([4], [4]), ([4], [4, 3]), ([2, 3, 4], [4]), ([2, 1, 3, 4], [5, 4, 2]) })
            {
                yield return new($"MatMul [{string.Join(",", left)}] by [{string.Join(",", right)}]", 13, model => model.Input("x", left).Weight("w", right).Node("MatMul", "x w", "y"));
            }

            yield return new("MatMul weight left", 9, model => model.Weight("w", 4, 3).Input("x", 2, 3, 5).Node("MatMul", "w x", "y"));
            foreach (var opset in new[] { 7, 9, 11, 13 })
            {
                yield return new("Gemm", opset, model => model.Input("x", 2, 3).Weight("w", 3, 4).Weight("b", 4).Node("Gemm", "x w b", "y"));
            }

            yield return new("Gemm transposed, scaled", 13, model => model.Input("x", 3, 2).Weight("w", 4, 3).Weight("b", 2, 1).Node("Gemm", "x w b", "y", ("transA", 1), ("transB", 1), ("alpha", 0.5f), ("beta", 2f)));
            yield return new("Gemm without summand", 11, model => model.Input("x", 2, 3).Weight("w", 4, 3).Node("Gemm", "x w", "y", ("transB", 1)));
            yield return new("Gemm with a number", 13, model => model.Input("x", 2, 3).Weight("w", 3, 4).Weight("b").Node("Gemm", "x w b", "y"));
            foreach (var (equation, shapes) in new (string, long[][])[] { ("bij, bjk -> bik", [[2, 3, 4], [2, 4, 5]]), ("ij->ji", [[2, 3]]), ("ii->i", [[3, 3]]), ("bij,kj->bki", [[2, 3, 4], [5, 4]]), ("...ij,...jk->...ik", [[2, 3, 4], [2, 4, 5]]), ("ij,j", [[2, 3], [3]]), ("ij->", [[2, 3]]) })
            {
                yield return new($"Einsum {equation}", 12, model =>
                {
                    var names = shapes.Select((shape, i) =>
                    {
                        _ = i == 0 ? model.Input("x0", shape) : model.Weight($"x{i}", shape);
                        return $"x{i}";
                    }).ToList();
                    model.Node("Einsum", string.Join(" ", names), "y", ("equation", equation));
                });
            }

            yield return new("Det", 11, model => model.Input("x", 2, 3, 3).Node("Det", "x", "y"));
        }
    }
}
