using Quietune.Auditing.Exposure;
using Quietune.Privacy.Budgets;
using Quietune.Privacy.Noise;
using Quietune.Tuning.Models;

namespace Quietune.Auditing.Tests.Exposure;

/// <summary>Exposure counts ranks as it should, and private tuning hides what tuning without privacy gives away.</summary>
public sealed class ExposureTests
{
    [Fact]
    public void Rank_OfTheBestAndTheWorst_ReachesTheEnds()
    {
        Assert.Equal(2, ExposureRank.Of([0.1, 3, 2, 1], 0).Exposure, 1e-12);
        Assert.Equal(0, ExposureRank.Of([0.1, 3, 2, 1], 1).Exposure, 1e-12);
        Assert.Equal(2.5, ExposureRank.Of([1, 1, 1, 1], 2).Rank);
    }

    [Fact]
    public void LargestProbability_AtNoPrivacyLoss_IsThatOfChance()
    {
        Assert.Equal(0.25, ExposureRank.LargestProbability(2, 0, 0), 1e-12);
        Assert.Equal(1, ExposureRank.LargestProbability(2, 3, 0), 1e-12);
    }

    [Fact]
    public void Rows_OfASentence_AreItsCharactersInOneUnit()
    {
        var batch = Sentences.Rows([Sentences.Telling("zoe", 42), "anna."]).Read(3).ToList();
        Assert.Equal(2, batch.Count);
        Assert.Equal("the code of zoe is 0042.".Length, batch[0].Count);
        Assert.Single(batch[0].Units!.Distinct());
        Assert.Equal("the code of zoe is 0042.", string.Concat(batch[0].Labels.Select(label => Sentences.Alphabet[(int)label])));
        Assert.Equal("of zoe is 00", string.Concat(batch[0].Inputs[0].Skip(21 * Sentences.Window).Take(Sentences.Window).Select(character => Sentences.Alphabet[(int)character])));
    }

    [Fact]
    public void Ranking_OfAModelThatKnowsTheCode_IsFirst()
    {
        using var network = new NextCharacterNetwork(1, Sentences.Alphabet.Length, Sentences.Window);
        Quietune.Tuning.Pretraining.Trainer.Train(network, LossFunction.CrossEntropy, Sentences.Rows([Sentences.Telling("zoe", 7304)]).InMemory(), epochs: 200, batchSize: 24);
        using var model = new ModuleModel(network);
        Assert.Equal(1, SecretRanking.Of(model, LossFunction.CrossEntropy, "zoe", 7304).Rank);
        Assert.True(SecretRanking.Of(model, LossFunction.CrossEntropy, "zoe", 1111).Rank > 100);
    }

    [Fact]
    public void Audit_OfRepeatedSecrets_FindsThemOnlyWithoutPrivacy()
    {
        using var audit = new ExposureAudit(privateCount: 200);
        var found = audit.Run(audit.Plan("one-draw", new PrivacyBudget(1, 1e-5)), insertions: 8, secrets: 3, new SeededNoise(6));
        Assert.True(found.NonPrivate.Average() > 10, string.Join(" ", found.NonPrivate));
        Assert.True(found.Private.Average() < 6, string.Join(" ", found.Private));
        Assert.Equal(Math.Log2(10_000), found.LargestExposure, 1e-9);
    }
}
