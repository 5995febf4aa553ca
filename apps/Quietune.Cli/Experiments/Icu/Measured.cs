namespace Quietune.Cli.Experiments.Icu;

/// <summary>A metric over noise seeds and test rows.</summary>
/// <param name="Mean">Mean over seeds.</param>
/// <param name="Std">Sample standard deviation over seeds; 0 for one.</param>
/// <param name="Low">Lower end of the 95 % bootstrap interval over test rows, all seeds pooled.</param>
/// <param name="High">Its upper end.</param>
internal sealed record Measured(double Mean, double Std, double Low, double High);
