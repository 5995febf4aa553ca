using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Selections;

namespace Quietune.Data.Tests.Clinical.Selections;

public sealed class StaySelectionTests
{
    private static readonly Admission Woman = new(123_456_789, 1, new(70, 0, float.NaN, 60, 2), new(false, null));

    [Theory]
    [InlineData("set-a", true)]
    [InlineData("set-a where ICUType=2", true)]
    [InlineData("set-a where icutype = 3", false)]
    [InlineData("set-a where ICUType in (1, 2)", true)]
    [InlineData("set-a where ICUType in (1,3)", false)]
    [InlineData("set-a where Age>=70 and Gender=0", true)]
    [InlineData("set-a where Age>70 or Gender=1", false)]
    [InlineData("set-a where Gender=1 or Gender=0 and Age<65", false)]
    [InlineData("set-a where (Gender=1 or Gender=0) and Age<75.5", true)]
    [InlineData("set-a where not (Age <= 60)", true)]
    [InlineData("set-a where Age != 70", false)]
    [InlineData("set-a where Height > 100", false)]
    [InlineData("set-a where Height <= 100", false)]
    [InlineData("set-a where Height != 100", false)]
    [InlineData("set-a where Half = 2", true)]
    [InlineData("set-a where Half = 1", false)]
    [InlineData("set-a where RecordID = 123456788", false)]
    [InlineData("set-a where RecordID = 123456789", true)]
    public void Includes_Condition_Decides(string text, bool expected) => Assert.Equal(expected, StaySelection.Parse(text).Includes(Woman));

    [Fact]
    public void Parse_SeveralSets_NamesThem() => Assert.Equal(["set-a", "set-b"], StaySelection.Parse("set-a + set-b where Age<65").SetNames);

    [Theory]
    [InlineData("", "expected the name of a set, such as set-a at its end")]
    [InlineData("set-a when Age=2", "expected the end at character 7, got 'when'")]
    [InlineData("set-a where Heart=2", "expected a field of Age, Gender, Height, Weight, ICUType, RecordID, Half at character 13, got 'Heart'")]
    [InlineData("set-a where Age ~ 2", "expected a comparison")]
    [InlineData("set-a where Age = old", "expected a number at character 19, got 'old'")]
    [InlineData("set-a where (Age = 2", "expected ')' at its end")]
    [InlineData("set-a where Age =", "expected a number at its end")]
    [InlineData("set-a where Age = 1e999", "expected a number")]
    public void Parse_NoSelection_NamesThePlace(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => StaySelection.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_DeepBrackets_AreRefused() =>
        Assert.Throws<ArgumentException>(() => StaySelection.Parse("set-a where " + new string('(', 100_000) + "Age=1"));
}
