using Quietune.Privacy.Budgets;
using Quietune.Privacy.Profiles;

namespace Quietune.Privacy.Accounting;

/// <summary>Resolves nesting: an event becomes a count of primitive rounds, with all unsampled Gaussians merged into one.</summary>
/// <remarks>The rules are derived in docs/derivations/events.md.</remarks>
internal static class EventReduction
{
    /// <summary>Below this, ε is above 5,000, and the numerics were not made for it.</summary>
    private const double LeastNoise = 0.01;

    public static IReadOnlyDictionary<Round, long> Reduce(PrivacyEvent privacyEvent, Adjacency adjacency)
    {
        ArgumentNullException.ThrowIfNull(privacyEvent);
        var rounds = new Dictionary<Round, long>();
        try
        {
            Add(rounds, privacyEvent, adjacency, count: 1, groupSize: 1);
        }
        catch (OverflowException)
        {
            throw new UnsupportedEventException($"Expected fewer than 2^63 rounds and groups of fewer than 2^31 units, got more in {privacyEvent.GetType().Name}.");
        }

        return Merge(rounds);
    }

    private static void Add(Dictionary<Round, long> rounds, PrivacyEvent privacyEvent, Adjacency adjacency, long count, int groupSize)
    {
        switch (privacyEvent)
        {
            case ComposedEvent composed:
                foreach (var part in composed.Events)
                {
                    Add(rounds, part, adjacency, count, groupSize);
                }

                break;
            case SelfComposedEvent repeated:
                Add(rounds, repeated.Inner, adjacency, checked(count * repeated.Count), groupSize);
                break;
            case GroupEvent group:
                Add(rounds, group.Inner, adjacency, count, checked(groupSize * group.Size));
                break;
            default:
                var round = Primitive(privacyEvent, adjacency, groupSize);
                rounds[round] = checked(rounds.GetValueOrDefault(round) + count);
                break;
        }
    }

    private static Round Primitive(PrivacyEvent privacyEvent, Adjacency adjacency, int groupSize) => privacyEvent switch
    {
        GaussianEvent gaussian when gaussian.NoiseMultiplier / groupSize < LeastNoise => throw new UnsupportedEventException(
            $"Expected a noise multiplier of at least {LeastNoise} for a group, got {gaussian.NoiseMultiplier / groupSize}, which protects nothing."),
        GaussianEvent gaussian => new GaussianRound(1, gaussian.NoiseMultiplier / groupSize, 1),
        PureEvent pure => new PureRound(pure.Epsilon * groupSize),
        ExponentialMechanismEvent mechanism => new BoundedRangeRound(mechanism.Epsilon * groupSize),
        ApproximateEvent approximate when groupSize == 1 => new ApproximateRound(approximate.Epsilon, approximate.Delta),
        ApproximateEvent => throw new UnsupportedEventException("Expected an (ε, δ)-private release outside any group, got one inside a group event."),
        SelectionEvent selection when groupSize == 1 => new SelectionRound(selection.Inner, selection.Trials),
        SelectionEvent => throw new UnsupportedEventException("Expected selection outside any group, got a selection inside a group event."),
        PoissonSampledEvent sampled => Sampled(sampled, adjacency, groupSize),
        _ => throw new UnsupportedEventException($"Expected a known privacy event, got {privacyEvent.GetType().Name}."),
    };

    private static Round Sampled(PoissonSampledEvent sampled, Adjacency adjacency, int groupSize)
    {
        var rate = sampled.SamplingRate;
        if (rate == 1)
        {
            var whole = Reduce(new GroupEvent(sampled.Inner, groupSize), adjacency);
            return whole.Count == 1 && whole.Single() is { Value: 1, Key: var same } ? same : throw Refusal(sampled);
        }

        // Everything inside runs on the same part of the data, so it must be one release by itself.
        var inner = sampled.Inner is GroupEvent ? throw Refusal(sampled) : Reduce(sampled.Inner, adjacency);
        if (inner.Count != 1 || inner.Single() is not { Value: 1, Key: var round })
        {
            throw Refusal(sampled);
        }

        return round switch
        {
            GaussianRound { GroupSize: 1 } gaussian => new GaussianRound(rate * gaussian.SamplingRate, gaussian.NoiseMultiplier, groupSize),

            PureRound pure => new PureRound(groupSize * Amplified(pure.Epsilon, rate, adjacency)),
            BoundedRangeRound bounded => new PureRound(groupSize * Amplified(bounded.Epsilon, rate, adjacency)),
            _ => throw Refusal(sampled),
        };
    }

    /// <summary>ε after Poisson sampling.</summary>
    /// <remarks>Source: Balle, Barthe and Gaboardi 2018, theorem 8, for add/remove. Under replace-one nothing is known about the mechanism
    /// without the unit, and there is no gain.</remarks>
    private static double Amplified(double epsilon, double rate, Adjacency adjacency) =>
        adjacency == Adjacency.ReplaceOne ? epsilon : Math.Min(epsilon, NearZero.LogP1(rate * NearZero.ExpM1(epsilon)));

    private static UnsupportedEventException Refusal(PoissonSampledEvent sampled) =>
        new($"Expected Poisson sampling of one Gaussian, pure or exponential release, got sampling of {sampled.Inner.GetType().Name}.");

    private static Dictionary<Round, long> Merge(Dictionary<Round, long> rounds)
    {
        var precision = 0.0;
        var merged = new Dictionary<Round, long>();
        foreach (var (round, count) in rounds)
        {
            if (round is GaussianRound { SamplingRate: 1 } gaussian)
            {
                precision += count / (gaussian.NoiseMultiplier * gaussian.NoiseMultiplier);
            }
            else
            {
                merged.Add(round, count);
            }
        }

        if (precision > 0)
        {
            // Releases that are μᵢ-GDP compose to √(Σμᵢ²) (Dong, Roth and Su 2022, corollary 3.3). Each term carries three roundings, the sum
            // one more a term and the root halves them all; 2⁻⁵² a term and 1e-14 are more than that.
            var single = rounds.Keys.OfType<GaussianRound>().Where(round => round.SamplingRate == 1).ToList();
            var exact = single.Count == 1 && rounds[single[0]] == 1;
            merged.Add(exact ? single[0] : new GaussianRound(1, (1 - 1e-14 - Math.ScaleB(rounds.Count, -52)) / Math.Sqrt(precision), 1), 1);
        }

        return merged;
    }
}
