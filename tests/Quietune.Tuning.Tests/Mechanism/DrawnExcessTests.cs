using Quietune.Privacy.Budgets;
using Quietune.Tuning.Mechanism;

namespace Quietune.Tuning.Tests.Mechanism;

public sealed class DrawnExcessTests
{
    [Theory]
    [InlineData(0.3, 2.5, 1000, 400, Adjacency.AddRemove)]
    [InlineData(1.7, 0.4, 250, 2000, Adjacency.ReplaceOne)]
    public void Of_NormalMechanism_AgreesWithItsLawAndNoOther(double mu, double clipNorm, int nominalSize, int dimension, Adjacency adjacency)
    {
        var mechanism = new QuadraticExponentialMechanism(mu, clipNorm, nominalSize, dimension, adjacency);
        var drawn = DrawnExcess.Of(mechanism);

        // The mean of n draws of χ²(k)/k has standard deviation √(2/(kn)); five of them pass one in a million times.
        var tolerance = 5 * Math.Sqrt(2.0 / ((double)dimension * drawn.Draws)) * mechanism.ExpectedExcess;
        Assert.Equal(mechanism.ExpectedExcess, drawn.Mean, tolerance);

        // Noise of 9/10 the scale would lie outside.
        Assert.True(tolerance < (1 - 0.81) * mechanism.ExpectedExcess);
        Assert.InRange(drawn.Largest, drawn.Mean, mechanism.ExcessTail(1e-9));
    }

    [Fact]
    public void Of_ManyCoordinates_DrawsFewTimes() => Assert.Equal(4, DrawnExcess.Of(new QuadraticExponentialMechanism(1, 1, 10, 2_000_000, Adjacency.AddRemove)).Draws);
}
