using System.Runtime.CompilerServices;

namespace Quietune.Privacy.Accounting;

/// <summary>Checks the arguments of events.</summary>
internal static class Require
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(name, $"Expected {name} to be finite and above 0, got {value}.");

    public static int AtLeastOne(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, $"Expected {name} to be at least 1, got {value}.");

    public static double Epsilon(double epsilon) =>
        double.IsFinite(epsilon) && epsilon >= 0
            ? epsilon
            : throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected epsilon to be finite and at least 0, got {epsilon}.");

    public static double Delta(double delta) => delta is >= 0 and < 1
        ? delta
        : throw new ArgumentOutOfRangeException(nameof(delta), $"Expected delta in [0, 1), got {delta}.");

    public static T Present<T>(T? value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
