using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Models;
using Quietune.Tuning.Planning;
using Quietune.Tuning.Pretraining;
using Quietune.Tuning.Rounds;

namespace Quietune.Auditing.Exposure;

/// <summary>Inserts secrets into invented text, tunes a small model of text on it, and looks how high the model ranks them.</summary>
/// <remarks>Every secret has a run of its own. The model is small and the text is invented: it shows that a promise hides what tuning without one gives away.</remarks>
public sealed class ExposureAudit : IDisposable
{
    private const int PublicSentences = 3_000;
    private const int PretrainingEpochs = 6;
    private const int NonPrivateEpochs = 40;
    private readonly NextCharacterNetwork network;
    private readonly ModuleModel model;
    private readonly PublicExpansion expansion;
    private readonly IReadOnlyList<string> privateSentences;

    /// <summary>Pretrains the model on public sentences.</summary>
    /// <param name="privateCount">How many sentences stand in for private ones.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public ExposureAudit(int privateCount, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var rows = Sentences.Rows(Sentences.Draw(PublicSentences, new SeededGenerator(41))).InMemory().Shuffled(seed: 42);
        network = new(seed: 1, Sentences.Alphabet.Length, Sentences.Window);
        Trainer.Train(network, LossFunction.CrossEntropy, rows, PretrainingEpochs, seed: 1, progress: progress, cancellationToken: cancellationToken);
        model = new(network);
        expansion = new(model, LossFunction.CrossEntropy, rows);
        privateSentences = Sentences.Draw(privateCount, new SeededGenerator(43));
    }

    /// <summary>The plan of a method, with its clip norm from public sentences.</summary>
    /// <param name="method">One of <see cref="Methods.Names"/>.</param>
    /// <param name="budget">What it promises, per sentence.</param>
    public TuningPlan Plan(string method, PrivacyBudget budget)
    {
        var stand = Sentences.Rows(Sentences.Draw(100, new SeededGenerator(44))).InMemory();
        return AuditPlan.Of(expansion, method, budget, privateSentences.Count, stand) with { PrivacyUnit = "sentence" };
    }

    /// <summary>Inserts secrets and looks for them.</summary>
    /// <param name="plan">A calibrated plan.</param>
    /// <param name="insertions">How many times each is inserted.</param>
    /// <param name="secrets">How many are tried, each in a run of its own.</param>
    /// <param name="noise">Where the noise comes from.</param>
    /// <param name="progress">Told the share done, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public ExposureFindings Run(TuningPlan plan, int insertions, int secrets, INoiseSource noise, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var random = new SeededGenerator(45);
        var (hidden, open) = (new List<double>(), new List<double>());
        var largest = 0.0;
        for (var secret = 0; secret < secrets; secret++)
        {
            var code = random.Next((int)Math.Pow(10, Sentences.SecretDigits));
            IReadOnlyList<string> all = [.. privateSentences, .. Enumerable.Repeat(Sentences.Telling("zoe", code), insertions)];
            Tuner.Tune(expansion, plan, Sentences.Rows(all), noise, progress: null, cancellationToken);
            hidden.Add(Exposure(code));
            model.Move(expansion.Origin);
            Trainer.Train(network, LossFunction.CrossEntropy, Sentences.Rows(all).InMemory(), NonPrivateEpochs, seed: (ulong)secret, cancellationToken: cancellationToken);
            open.Add(Exposure(code));
            model.Move(expansion.Origin);
            progress?.Report((secret + 1.0) / secrets);
        }

        return new(insertions, hidden, open, largest);

        double Exposure(int code)
        {
            var rank = SecretRanking.Of(model, LossFunction.CrossEntropy, "zoe", code);
            largest = rank.LargestExposure;
            return rank.Exposure;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        expansion.Dispose();
        model.Dispose();
        network.Dispose();
    }
}
