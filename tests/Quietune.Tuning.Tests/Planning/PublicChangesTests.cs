using Quietune.Data;
using Quietune.Tuning.Planning;

namespace Quietune.Tuning.Tests.Planning;

public sealed class PublicChangesTests
{
    private static readonly InMemoryExamples Images = new([1, 12, 12], [.. Enumerable.Range(0, 3 * 144).Select(i => (float)(i % 12 is 5 or 6 ? 1 : 0))], [0, 1, 2]);

    [Fact]
    public void OfImages_SameNumber_IsTheSameChangeAndKeepsLabels()
    {
        var once = PublicChanges.OfImages(Images, 3);
        Assert.Equal(once.Features, PublicChanges.OfImages(Images, 3).Features);
        Assert.Equal(Images.Labels, once.Labels);
        Assert.Equal(Images.Shape, once.Shape);
    }

    [Fact]
    public void OfImages_DifferentNumbers_ChangeImagesInDifferentWays()
    {
        var all = Enumerable.Range(0, 20).Select(index => string.Join(' ', PublicChanges.OfImages(Images, index).Features)).ToList();
        Assert.Equal(20, all.Distinct().Count());
        Assert.DoesNotContain(string.Join(' ', Images.Features), all);
    }
}
