namespace Quietune.Privacy.Profiles;

/// <summary>log(1 + x) and e^x − 1 without the cancellation near 0 that the base library's own versions have.</summary>
/// <remarks>Source: Kahan's quotients; Higham 2002, sections 1.14.1 and 1.14.2. Relative error a few units in the last place.</remarks>
internal static class NearZero
{
    public static double LogP1(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : double.IsInfinity(sum) || sum <= 0 ? Math.Log(sum) : Math.Log(sum) * (x / (sum - 1));
    }

    public static double ExpM1(double x)
    {
        var power = Math.Exp(x);
        return Math.Abs(x) > 1 ? power - 1 : power == 1 ? x : (power - 1) * (x / Math.Log(power));
    }
}
