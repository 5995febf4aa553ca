namespace Quietune.Tuning.Planning.Forecasts;

/// <summary>What one draw in a geometry is expected to cost and to bring, from public data alone.</summary>
public sealed record Forecast
{
    /// <summary>The candidate.</summary>
    public required ForecastCandidate Candidate { get; init; }

    /// <summary>k, how many coordinates are released.</summary>
    public required long Dimension { get; init; }

    /// <summary>The share of stand-in units below the clip norm, of those tried the best.</summary>
    public required double ClipQuantile { get; init; }

    /// <summary>C.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>σ/N, the noise on each coordinate of the released mean.</summary>
    public required double NoisePerCoordinate { get; init; }

    /// <summary>√k·σ/N, the length of all the noise.</summary>
    public double TotalNoise => Math.Sqrt(Dimension) * NoisePerCoordinate;

    /// <summary>Root mean square over the scenarios of the clipped mean's length: what stands against the noise.</summary>
    public double Signal => Math.Sqrt(Scenarios.Average(scenario => scenario.Signal * scenario.Signal));

    /// <summary>Expected excess of the quadratic that the geometry's metric is, at the full step: k·σ²/(2N²), in nats.</summary>
    public required double Excess { get; init; }

    /// <summary>The excess that is passed with a probability of 5 % (Laurent &amp; Massart 2000).</summary>
    public required double ExcessTail { get; init; }

    /// <summary>tr(W·H·Wᵀ), which stands for k where the curvature H is not the geometry's metric.</summary>
    public required double EffectiveDimension { get; init; }

    /// <summary>The multiple of the step for which the benefit is foretold.</summary>
    public required double Step { get; init; }

    /// <summary>Expected cost of the noise at that step, in nats.</summary>
    public required double NoiseCost { get; init; }

    /// <summary>Expected decrease of the mean loss over the scenarios at that step, noise and all, in nats.</summary>
    public required double Benefit { get; init; }

    /// <summary>The same, scenario by scenario.</summary>
    public required IReadOnlyList<ScenarioForecast> Scenarios { get; init; }

    /// <summary>The multiple at which the step was taken, with seeded noise: of the foretold one and its halves the one that raised the measure most.</summary>
    public required double TriedStep { get; init; }

    /// <summary>By how much that step lowered the mean loss of the scenarios' evaluation rows, in nats.</summary>
    public required double TriedDecrease { get; init; }

    /// <summary>By how much it raised the measure, mean over the scenarios.</summary>
    public required double TriedGain { get; init; }

    /// <summary>Share of public gradients' energy that the geometry's subspace keeps.</summary>
    public required double EnergyKept { get; init; }

    /// <summary>Seconds to build the geometry from public rows.</summary>
    public required double BuildSeconds { get; init; }

    /// <summary>Seconds for one pass over N rows, by a timed public batch.</summary>
    public required double PassSeconds { get; init; }

    /// <summary>Bytes of a pass, by its batches: values, whitened units and the geometry; the model's file and the runtime come on top.</summary>
    public required long Bytes { get; init; }
}
