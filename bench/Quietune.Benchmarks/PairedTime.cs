using System.Diagnostics;

namespace Quietune.Benchmarks;

/// <summary>The time of a private pass beside that of a plain one, in one process and in turn, so that both see the same machine.</summary>
/// <param name="PlainSeconds">Quartiles of the plain pass.</param>
/// <param name="PrivateSeconds">Quartiles of the private pass.</param>
/// <param name="Ratio">Quartiles of the ratio of each pair.</param>
public sealed record PairedTime(Spread PlainSeconds, Spread PrivateSeconds, Spread Ratio)
{
    private const int WarmUps = 3;

    /// <summary>Measures pairs; every other pair starts with the private pass.</summary>
    /// <param name="passes">The two passes.</param>
    /// <param name="rows">Rows of each pass.</param>
    /// <param name="pairs">How many pairs.</param>
    public static PairedTime Of(Passes passes, int rows, int pairs)
    {
        var (plain, secret) = (new List<double>(), new List<double>());
        for (var pair = -WarmUps; pair < pairs; pair++)
        {
            var privateFirst = pair % 2 == 0;
            var before = privateFirst ? Seconds(() => passes.Private(rows)) : 0;
            var plainSeconds = Seconds(() => passes.Plain(rows));
            var privateSeconds = privateFirst ? before : Seconds(() => passes.Private(rows));
            if (pair >= 0)
            {
                plain.Add(plainSeconds);
                secret.Add(privateSeconds);
            }
        }

        return new(Spread.Of(plain), Spread.Of(secret), Spread.Of(secret.Zip(plain, (numerator, denominator) => numerator / denominator)));
    }

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
