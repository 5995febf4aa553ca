namespace Quietune.Onnx.Tests.Cases;

/// <summary>Normalisations.</summary>
internal static class NormalizationCases
{
    public static IEnumerable<OperatorCase> All
    {
        get
        {
            foreach (var opset in new[] { 7, 9, 14, 15 })
            {
                yield return new("BatchNormalization", opset, model => model.Input("x", 2, 3, 4, 4).Weight("s", 3).Weight("b", 3).Weight("m", 3).Weight("v", model.Random(3).abs() + 0.5)
                    .Node("BatchNormalization", "x s b m v", "y", ("epsilon", 1e-3f)));
            }

            yield return new("BatchNormalization of rows", 15, model => model.Input("x", 5, 3).Weight("s", 3).Weight("b", 3).Weight("m", 3).Weight("v", model.Random(3).abs() + 0.5).Node("BatchNormalization", "x s b m v", "y"));
            yield return new("InstanceNormalization", 7, model => model.Input("x", 2, 3, 4, 5).Weight("s", 3).Weight("b", 3).Node("InstanceNormalization", "x s b", "y", ("epsilon", 1e-2f)));
            yield return new("GroupNormalization by group", 18, model => model.Input("x", 2, 4, 3, 3).Weight("s", 2).Weight("b", 2).Node("GroupNormalization", "x s b", "y", ("num_groups", 2)));
            yield return new("GroupNormalization by channel", 21, model => model.Input("x", 2, 4, 3, 3).Weight("s", 4).Weight("b", 4).Node("GroupNormalization", "x s b", "y", ("num_groups", 2)));
            yield return new("LayerNormalization", 17, model => model.Input("x", 2, 3, 4).Weight("s", 4).Weight("b", 4).Node("LayerNormalization", "x s b", "y"));
            yield return new("LayerNormalization axis 1", 17, model => model.Input("x", 2, 3, 4).Weight("s", 3, 4).Weight("b", 3, 4).Node("LayerNormalization", "x s b", "y", ("axis", 1), ("epsilon", 1e-3f)));
            yield return new("LayerNormalization statistics", 17, model => model.Input("x", 2, 3, 4).Weight("s", 4).Node("LayerNormalization", "x s", "y m v"));
            yield return new("RMSNormalization", 23, model => model.Input("x", 2, 3, 4).Weight("s", 4).Node("RMSNormalization", "x s", "y"));
            yield return new("LRN odd", 13, model => model.Input("x", 2, 7, 3, 3).Node("LRN", "x", "y", ("size", 3), ("alpha", 0.2f), ("beta", 0.6f), ("bias", 1.5f)));
            yield return new("LpNormalization 2", 7, model => model.Input("x", 2, 3, 4).Node("LpNormalization", "x", "y"));
            yield return new("LpNormalization 1", 22, model => model.Input("x", 2, 3, 4).Node("LpNormalization", "x", "y", ("p", 1), ("axis", 1)));
            yield return new("MeanVarianceNormalization", 13, model => model.Input("x", 2, 3, 4, 4).Node("MeanVarianceNormalization", "x", "y"));
            yield return new("MeanVarianceNormalization axes", 9, model => model.Input("x", 2, 3, 4, 4).Node("MeanVarianceNormalization", "x", "y", ("axes", new long[] { 2, 3 })));
        }
    }
}
