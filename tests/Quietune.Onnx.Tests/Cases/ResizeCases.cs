namespace Quietune.Onnx.Tests.Cases;

/// <summary>Resampling.</summary>
internal static class ResizeCases
{
    public static IEnumerable<OperatorCase> All => [.. Old, .. Coordinates, .. Options];

    private static IEnumerable<OperatorCase> Old
    {
        get
        {
            foreach (var mode in new[] { "nearest", "linear" })
            {
                yield return new($"Upsample {mode} by attribute", 7, model => model.Input("x", 1, 2, 3, 4).Node("Upsample", "x", "y", ("mode", mode), ("scales", new[] { 1f, 1, 2, 3 })));
                yield return new($"Upsample {mode}", 9, model => model.Input("x", 1, 2, 3, 4).Weight("s", Floats(1, 1, 2, 1.5f)).Node("Upsample", "x s", "y", ("mode", mode)));
                yield return new($"Resize {mode} up", 10, model => model.Input("x", 1, 2, 3, 4).Weight("s", Floats(1, 1, 2, 1.5f)).Node("Resize", "x s", "y", ("mode", mode)));
                yield return new($"Resize {mode} down", 10, model => model.Input("x", 1, 2, 6, 8).Weight("s", Floats(1, 1, 0.5f, 0.7f)).Node("Resize", "x s", "y", ("mode", mode)));
            }
        }
    }

    private static IEnumerable<OperatorCase> Coordinates
    {
        get
        {
            foreach (var coordinates in new[] { "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn" })
            {
                foreach (var mode in new[] { "nearest", "linear", "cubic" })
                {
                    foreach (var scale in new[] { 2.5f, 0.6f })
                    {
                        if (coordinates != "tf_half_pixel_for_nn" || mode == "nearest")
                        {
                            yield return new($"Resize {mode} {coordinates} {scale}", 11, model => model.Input("x", 1, 2, 5, 6).Weight("s", Floats(1, 1, scale, scale)).Weight("r", TorchSharp.torch.zeros(0)).Node("Resize", "x r s", "y", ("mode", mode), ("coordinate_transformation_mode", coordinates)));
                        }
                    }
                }
            }

            foreach (var rounding in new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" })
            {
                yield return new($"Resize nearest {rounding}", 13, model => model.Input("x", 1, 1, 4, 4).Numbers("z", 1, 1, 7, 8).Node("Resize", "x _ _ z", "y", ("nearest_mode", rounding)));
            }

            yield return new("Resize half_pixel_symmetric", 19, model => model.Input("x", 1, 1, 5, 5).Weight("s", Floats(1, 1, 0.7f, 1.7f)).Node("Resize", "x _ s", "y", ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric")));
        }
    }

    private static IEnumerable<OperatorCase> Options
    {
        get
        {
            foreach (var mode in new[] { "linear", "cubic" })
            {
                yield return new($"Resize {mode} antialias", 18, model => model.Input("x", 1, 1, 9, 8).Weight("s", Floats(1, 1, 0.4f, 0.6f)).Node("Resize", "x _ s", "y", ("mode", mode), ("antialias", 1)));
            }

            yield return new("Resize cubic exclude outside", 13, model => model.Input("x", 1, 1, 4, 4).Weight("s", Floats(1, 1, 2, 2)).Node("Resize", "x _ s", "y", ("mode", "cubic"), ("exclude_outside", 1), ("cubic_coeff_a", -0.5f)));
            yield return new("Resize crop", 13, model => model.Input("x", 1, 1, 4, 4).Weight("r", Floats(0, 0, 0.4f, 0.6f, 1, 1, 1.2f, 1.7f)).Numbers("z", 1, 1, 3, 3).Node("Resize", "x r _ z", "y", ("mode", "linear"), ("coordinate_transformation_mode", "tf_crop_and_resize"), ("extrapolation_value", 10f))) { HasGradient = false };
            foreach (var policy in new[] { "not_larger", "not_smaller" })
            {
                yield return new($"Resize {policy}", 18, model => model.Input("x", 1, 1, 4, 6).Numbers("z", 7, 8).Node("Resize", "x _ _ z", "y", ("axes", new long[] { 2, 3 }), ("keep_aspect_ratio_policy", policy)));
            }

            yield return new("Resize linear 1d", 13, model => model.Input("x", 1, 2, 5).Numbers("z", 1, 2, 8).Node("Resize", "x _ _ z", "y", ("mode", "linear")));
            yield return new("Resize linear 3d", 13, model => model.Input("x", 1, 1, 3, 4, 3).Numbers("z", 1, 1, 5, 6, 4).Node("Resize", "x _ _ z", "y", ("mode", "linear")));
        }
    }

    private static TorchSharp.torch.Tensor Floats(params float[] values) => TorchSharp.torch.tensor(values);
}
