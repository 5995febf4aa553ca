namespace Quietune.Reporting;

/// <summary>How much of inserted secrets a method gives away, in bits.</summary>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised there, per sentence.</param>
/// <param name="Insertions">Sentences that hold the secret.</param>
/// <param name="Secrets">How many secrets were tried.</param>
/// <param name="Mean">After private tuning.</param>
/// <param name="MeanNonPrivate">After tuning without privacy.</param>
/// <param name="Largest">The most that it can be.</param>
public sealed record ExposureStory(string Method, double Epsilon, int Insertions, int Secrets, double Mean, double MeanNonPrivate, double Largest);
