namespace Quietune.Onnx.Tests.Cases;

/// <summary>Loads models that a test made, from a file that is deleted at once.</summary>
internal static class ModelFiles
{
    public static OnnxModelFile Load(byte[] model)
    {
        var path = Path.Combine(Path.GetTempPath(), $"quietune-{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, model);
        try
        {
            return OnnxModelFile.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
