namespace Quietune.Onnx.Factors;

/// <summary>What an initializer is in its graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WhyFixed">Why it is not tuned unless named, or null for a parameter.</param>
/// <param name="CanTrain">Whether it can be tuned at all.</param>
/// <param name="IsBias">Whether it is only ever added, along one axis.</param>
/// <param name="IsNormalization">Whether it is only ever the scale or bias of a normalisation.</param>
/// <param name="LastUse">The place of the last node that reads it together with rows.</param>
internal sealed record InitializerRole(string Name, string? WhyFixed, bool CanTrain, bool IsBias, bool IsNormalization, int LastUse);
