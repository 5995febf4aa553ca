using Quietune.Data;
using Quietune.Tuning.Gradients;
using Quietune.Tuning.Models;
using static TorchSharp.torch;

namespace Quietune.Auditing.Exposure;

/// <summary>Ranks a code among all codes by what a model of text thinks of its digits, one after the other.</summary>
public static class SecretRanking
{
    /// <summary>The rank of a code.</summary>
    /// <param name="model">From <see cref="Sentences.Window"/> characters to the next one.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="name">Whose code it is.</param>
    /// <param name="code">The code.</param>
    public static ExposureRank Of(TunableModel model, LossFunction loss, string name, int code)
    {
        var codes = (int)Math.Pow(10, Sentences.SecretDigits);
        var start = Sentences.Telling(name, 0).Length - 1 - Sentences.SecretDigits;
        var total = new double[codes];
        for (var digit = 0; digit < Sentences.SecretDigits; digit++)
        {
            // Codes that share their first digits share what is thought of them.
            var share = codes / (int)Math.Pow(10, digit + 1);
            var beginnings = Enumerable.Range(0, codes / share).Select(beginning => Sentences.Telling(name, beginning * share)).ToList();
            var losses = Losses(model, loss, beginnings, start + digit);
            for (var other = 0; other < codes; other++)
            {
                total[other] += losses[other / share];
            }
        }

        return ExposureRank.Of(total, code);
    }

    private static double[] Losses(TunableModel model, LossFunction loss, List<string> texts, int place)
    {
        using var scope = NewDisposeScope();
        var rows = new InMemoryExamples(
            [Sentences.Window],
            [.. texts.SelectMany(text => Sentences.Before(text, place))],
            [.. texts.Select(text => (float)Sentences.Alphabet.IndexOf(text[place], StringComparison.Ordinal))]);
        var batch = TensorBatch.Of(rows.Read(rows.Count).First(), rows.InputShapes);
        return loss.PerRow(model.Forward(batch.Inputs), batch.Labels).to_type(ScalarType.Float64).data<double>().ToArray();
    }
}
