namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>What is foretold for one scenario at the multiple of the step that suits all of them.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Benefit">Expected decrease of its mean loss, in nats; negative for harm.</param>
/// <param name="Signal">‖c‖, the length of the clipped whitened mean.</param>
public sealed record ScenarioForecast(string Name, double Benefit, double Signal);
