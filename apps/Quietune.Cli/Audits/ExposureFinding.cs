namespace Quietune.Cli.Audits;

/// <summary>How much of inserted secrets a method gives away.</summary>
/// <param name="Method">The method on trial.</param>
/// <param name="Epsilon">ε as promised, per sentence.</param>
/// <param name="Delta">δ of it.</param>
/// <param name="Insertions">Sentences that hold the secret.</param>
/// <param name="Secrets">How many secrets were tried.</param>
/// <param name="MeanExposure">After private tuning, in bits.</param>
/// <param name="MeanExposureNonPrivate">After tuning without privacy.</param>
/// <param name="LargestExposure">The most that it can be.</param>
/// <param name="Exposures">Of each secret after private tuning.</param>
/// <param name="Seconds">How long it took, without pretraining.</param>
internal sealed record ExposureFinding(
    string Method, double Epsilon, double Delta, int Insertions, int Secrets, double MeanExposure, double MeanExposureNonPrivate, double LargestExposure, IReadOnlyList<double> Exposures, double Seconds);
