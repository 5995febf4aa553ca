using Quietune.Auditing.TwoWorlds;
using static TorchSharp.torch;

namespace Quietune.Auditing.OneRun;

/// <summary>Those of a subject's canaries that can best be told apart: what each adds lies least in the directions of the others.</summary>
/// <remarks>Chosen before any coin is thrown, from what canaries add, which the auditor knows: it costs no confidence.</remarks>
public sealed class ApartCanaries : IAuditSubject
{
    private readonly IAuditSubject subject;
    private readonly int[] chosen;

    /// <summary>Chooses canaries; runs the subject once without any.</summary>
    /// <param name="subject">The mechanism, with more canaries than are wanted; stays the caller's.</param>
    /// <param name="count">How many to choose.</param>
    public ApartCanaries(IAuditSubject subject, int count)
    {
        this.subject = subject;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var vectors = subject.Run(new bool[subject.Kinds.Count]).Canaries.flatten(1);
        var gram = vectors.mm(vectors.transpose(0, 1)).to_type(ScalarType.Float64);

        // What the best linear estimate of a coin leaves unknown of it is the diagonal of the inverse.
        var unknown = linalg.inv(gram + (4 * eye(gram.shape[0], dtype: ScalarType.Float64))).diagonal().data<double>().ToArray();
        chosen = [.. Enumerable.Range(0, unknown.Length).OrderBy(i => unknown[i]).Take(count)];
        Kinds = [.. chosen.Select(i => subject.Kinds[i])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Kinds { get; }

    /// <inheritdoc/>
    public int Rounds => subject.Rounds;

    /// <inheritdoc/>
    public double SamplingRate => subject.SamplingRate;

    /// <inheritdoc/>
    public Transcript Run(IReadOnlyList<bool> present)
    {
        var all = new bool[subject.Kinds.Count];
        for (var i = 0; i < chosen.Length; i++)
        {
            all[chosen[i]] = present[i];
        }

        var transcript = subject.Run(all);
        return transcript with { Canaries = transcript.Canaries.index_select(0, tensor(Array.ConvertAll(chosen, i => (long)i))) };
    }
}
