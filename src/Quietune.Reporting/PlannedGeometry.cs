namespace Quietune.Reporting;

/// <summary>What is foretold for one draw in a geometry; losses are in nats.</summary>
/// <param name="Name">The geometry.</param>
/// <param name="Coordinates">How many numbers are released with noise.</param>
/// <param name="NoisePerCoordinate">Deviation of the noise on each coordinate of the released mean.</param>
/// <param name="TotalNoise">Length of all the noise.</param>
/// <param name="Signal">Length of the mean that it is added to.</param>
/// <param name="Excess">Expected excess loss of the full step.</param>
/// <param name="ExcessTail">The excess that is passed in 5 % of draws.</param>
/// <param name="Benefit">Expected decrease of the loss, mean over the scenarios.</param>
/// <param name="LeastBenefit">The same for the scenario that fares worst.</param>
/// <param name="NoiseCost">The part that noise takes from the benefit.</param>
/// <param name="TriedDecrease">Decrease of the loss by the step when it was taken on public stand-ins, with noise.</param>
/// <param name="TriedGain">Rise of the measure by that step.</param>
/// <param name="EnergyKept">Share of gradient energy that the coordinates keep.</param>
/// <param name="BuildSeconds">Time to build the geometry.</param>
/// <param name="PassSeconds">Time of the private pass.</param>
/// <param name="Bytes">Memory of the private pass.</param>
public sealed record PlannedGeometry(
    string Name,
    long Coordinates,
    double NoisePerCoordinate,
    double TotalNoise,
    double Signal,
    double Excess,
    double ExcessTail,
    double Benefit,
    double LeastBenefit,
    double NoiseCost,
    double TriedDecrease,
    double TriedGain,
    double EnergyKept,
    double BuildSeconds,
    double PassSeconds,
    long Bytes);
