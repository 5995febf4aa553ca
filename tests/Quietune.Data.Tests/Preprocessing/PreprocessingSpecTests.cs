using Quietune.Data.Preprocessing;
using Quietune.Data.Tables;
using Quietune.Data.Tests.Tables;

namespace Quietune.Data.Tests.Preprocessing;

/// <summary>Specs are proposed from public data alone, and survive being stored.</summary>
public sealed class PreprocessingSpecTests
{
    private static readonly ListTable People = new(["id", "age", "ward", "code", "empty", "y"],
    [
        ["1", "20", "ICU", "01", null, "2"],
        ["2", "30", "Med", "02", "", "0"],
        ["3", "NA", "", "1.0", "NA", "0"],
        ["4", "40", "ICU", "1e1", null, "4"],
    ]);

    private static ProposalOptions Options => new("y") { Exclude = ["empty"], UnitColumn = "id" };

    [Fact]
    public void Propose_MixedTable_StandardisesNumbersAndNamesTexts()
    {
        var spec = PreprocessingSpec.Propose(People, Options);
        var input = Assert.Single(spec.Inputs);
        Assert.Equal([4], input.Shape);
        var age = Assert.IsType<StandardiseColumn>(input.Columns[0]);
        Assert.Equal((30, Math.Sqrt(200.0 / 3), 30.0), (age.Mean, age.Deviation, age.Impute!.Value));
        Assert.Equal(["ICU", "Med"], Assert.IsType<OneHotColumn>(input.Columns[1]).Values);
        Assert.IsType<StandardiseColumn>(input.Columns[2]);
        Assert.Equal(["0", "1", "2", "3", "4"], spec.Label.Classes); // class indices, though 1 and 3 have no public row
    }

    [Fact]
    public void Propose_ConstantColumn_DividesByOne()
    {
        var spec = PreprocessingSpec.Propose(new ListTable(["x", "y"], [["3", "a"], ["3", "b"]]), new("y"));
        Assert.Equal(1, Assert.IsType<StandardiseColumn>(spec.Inputs[0].Columns[0]).Deviation);
        Assert.Equal(["a", "b"], spec.Label.Classes);
    }

    [Fact]
    public void Propose_PatternsTreatmentAndShape_AreFollowed()
    {
        var table = new ListTable(["p0", "p1", "q", "y"], [["0", "255", "x", "1.5"]]);
        var spec = PreprocessingSpec.Propose(table, new("y")
        {
            Features = ["p*"],
            Treatment = FeatureTreatment.Pixels,
            InputShape = [1, 2, 1],
            LabelKind = LabelKind.Number,
        });
        var batch = Assert.Single(spec.Apply(table).Read(1));
        Assert.Equal([0, 1], batch.Inputs[0]);
        Assert.Equal([1.5f], batch.Labels);
        Assert.Equal([1, 2, 1], spec.Apply(table).InputShapes[0]);
    }

    [Fact]
    public void Propose_PrivateTable_IsRefused() =>
        Assert.Throws<ArgumentException>(() => PreprocessingSpec.Propose(new ListTable(["x", "y"], [["1", "1"]], isPrivate: true), new("y")));

    [Fact]
    public void Propose_ImpossibleColumns_AreNamed()
    {
        Assert.Contains("'empty': expected at least one value", Refused(Options with { Exclude = [] }), StringComparison.Ordinal);
        Assert.Contains("no column 'nothing'", Refused(new("nothing")), StringComparison.Ordinal);
        Assert.Contains("no column 'z*'", Refused(Options with { Features = ["z*"] }), StringComparison.Ordinal);
        var many = new ListTable(["x", "y"], [.. Enumerable.Range(0, 40).Select(i => new string?[] { $"t{i}", "0" })]);
        Assert.Contains("at most 32 different texts", Assert.Throws<InvalidDataException>(() => PreprocessingSpec.Propose(many, new("y"))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PreprocessingSpec.Propose(People, Options with { InputShape = [7] }));
        Assert.Throws<InvalidDataException>(() => PreprocessingSpec.Propose(new ListTable(["x", "y"], []), new("y")));

        static string Refused(ProposalOptions options) => Assert.Throws<InvalidDataException>(() => PreprocessingSpec.Propose(People, options)).Message;
    }

    [Fact]
    public void Parse_WhatToJsonWrote_GivesTheSameSpec()
    {
        var spec = PreprocessingSpec.Propose(People, Options) with { Missing = ["", "?"] };
        var json = spec.ToJson();
        Assert.Equal(json, PreprocessingSpec.Parse(json).ToJson());
        Assert.Contains("\"kind\": \"one-hot\"", json, StringComparison.Ordinal);
        var images = PreprocessingSpec.Propose(new InMemoryExamples([1, 1, 1], [0.5f], [3]));
        Assert.Equal(["0", "1", "2", "3"], PreprocessingSpec.Parse(images.ToJson()).Label.Classes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"label":{"column":"y","kind":"classes","classes":["a"]}}""")]
    [InlineData("""{"version":2,"pixels":{},"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"pixels":{"deviation":0},"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"pixels":{},"label":{"column":"y","kind":"classes"}}""")]
    [InlineData("""{"pixels":{},"label":{"column":"y","kind":"ratio"}}""")]
    [InlineData("""{"pixels":{},"typo":1,"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[2],"columns":[{"kind":"pass","column":"x"}]}],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[1],"columns":[{"kind":"magic","column":"x"}]}],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[1],"columns":[{"kind":"standardise","column":"x","mean":0,"deviation":-1}]}],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[1],"columns":[{"kind":"one-hot","column":"x","values":null}]}],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[1],"columns":[null]}],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[null],"label":{"column":"y","kind":"number"}}""")]
    [InlineData("""{"inputs":[{"shape":[2000000000,2000000000,2000000000],"columns":[{"kind":"pass","column":"x"}]}],"label":{"column":"y","kind":"number"}}""")]
    public void Parse_NotASpec_IsOneSentence(string json)
    {
        var failure = Assert.Throws<InvalidDataException>(() => PreprocessingSpec.Parse(json, "spec.json"));
        Assert.StartsWith("spec.json is not a preprocessing spec: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Apply_ImagesOutOfRangeOrWithUnits_AreRefused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 255]);
        folder.Write("labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 1, 7]);
        var reference = TableReference.Parse(folder.Path);
        var spec = new PreprocessingSpec { Pixels = new(Mean: 0.5, Deviation: 0.25), Label = new("label", LabelKind.Classes, [.. Enumerable.Range(0, 8).Select(i => $"{i}")]) };
        Assert.Equal([-2, 2], Assert.Single(spec.Apply(reference).Read(9)).Inputs[0]);
        Assert.Throws<ArgumentException>(() => spec.Apply(reference, unitColumn: "p"));
        var few = spec with { Label = new("label", LabelKind.Classes, ["0", "1"]) };
        Assert.EndsWith("label 2: expected one of the 2 classes (0, 1).", Assert.Throws<InvalidDataException>(() => few.Apply(reference, isPrivate: true)).Message, StringComparison.Ordinal);
    }
}
