namespace Quietune.Privacy.Accounting;

/// <summary>Upper bounds on ε and δ that hold together.</summary>
public interface IPrivacyCurve
{
    /// <summary>The smallest known ε for δ; infinite when none is known.</summary>
    /// <param name="delta">δ, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is outside its range.</exception>
    double EpsilonOf(double delta);

    /// <summary>The smallest known δ for ε.</summary>
    /// <param name="epsilon">ε, finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is outside its range.</exception>
    double DeltaOf(double epsilon);
}
