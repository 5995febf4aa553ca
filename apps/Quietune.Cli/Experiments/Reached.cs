namespace Quietune.Cli.Experiments;

/// <summary>What a model reached on the test rows.</summary>
/// <param name="Accuracy">Share named right.</param>
internal sealed record Reached(double Accuracy);
