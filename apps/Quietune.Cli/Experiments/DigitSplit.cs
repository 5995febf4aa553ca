using Quietune.Data;

namespace Quietune.Cli.Experiments;

/// <summary>Digits in their roles: what the model was pretrained on, what rehearsals use, what is private, what is measured on.</summary>
/// <param name="Pretraining">Public.</param>
/// <param name="HeldOut">Public rows that took no part in pretraining: they stand in for the private rows in rehearsals.</param>
/// <param name="Private">A pool from which each seed draws its private rows; shifted.</param>
/// <param name="Test">Unseen rows of the private kind; no setting is chosen by them.</param>
internal sealed record DigitSplit(InMemoryExamples Pretraining, InMemoryExamples HeldOut, InMemoryExamples Private, InMemoryExamples Test)
{
    private const double HeldOutShare = 0.2;

    /// <summary>Splits rows that are in random order.</summary>
    /// <param name="rows">Public rows first, private pool behind.</param>
    /// <param name="test">Test rows, not shifted.</param>
    /// <param name="publicCount">How many rows are public.</param>
    /// <param name="shift">What makes private rows different.</param>
    public static DigitSplit Of(InMemoryExamples rows, InMemoryExamples test, int publicCount, Shift shift)
    {
        var heldOut = (int)(publicCount * HeldOutShare);
        return new(
            rows.Slice(0, publicCount - heldOut),
            rows.Slice(publicCount - heldOut, heldOut),
            shift.Apply(rows.Slice(publicCount, rows.Count - publicCount)),
            shift.Apply(test));
    }

    /// <summary>The private rows of one seed.</summary>
    public InMemoryExamples PrivateRows(int count, ulong seed)
    {
        var order = Enumerable.Range(0, Private.Count).ToArray();
        new SeededGenerator(seed, stream: 77).Shuffle(order.AsSpan());
        return Private.Select(order[..count]);
    }
}
