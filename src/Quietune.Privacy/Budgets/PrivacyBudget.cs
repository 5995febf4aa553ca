namespace Quietune.Privacy.Budgets;

/// <summary>A privacy budget: the (ε, δ) of approximate differential privacy.</summary>
/// <remarks>Source: Dwork, Kenthapadi, McSherry, Mironov and Naor 2006, definition 1.</remarks>
public sealed record PrivacyBudget
{
    /// <summary>Makes a budget.</summary>
    /// <param name="epsilon">ε, finite and above 0.</param>
    /// <param name="delta">δ, in [0, 1); 0 asks for pure differential privacy.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε or δ is outside its range.</exception>
    public PrivacyBudget(double epsilon, double delta)
    {
        if (!double.IsFinite(epsilon) || epsilon <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Expected epsilon to be finite and above 0, got {epsilon}.");
        }

        if (delta is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"Expected delta in [0, 1), got {delta}.");
        }

        Epsilon = epsilon;
        Delta = delta;
    }

    /// <summary>ε: the privacy loss that is exceeded only with the probability mass δ accounts for.</summary>
    public double Epsilon { get; }

    /// <summary>δ: the mass allowed to exceed ε.</summary>
    public double Delta { get; }

    /// <summary>Whether this asks for pure differential privacy (δ = 0), which no normal distribution gives.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsPure => Delta == 0;
}
