using Quietune.Data.Clinical;
using Quietune.Data.Clinical.PhysioNet;
using Quietune.Tests;

namespace Quietune.Data.Tests.Clinical.PhysioNet;

public sealed class PhysioNet2012Tests
{
    private static readonly byte Heart = (byte)ClinicalVariables.IndexOf("HR");
    private static readonly byte Weight = (byte)ClinicalVariables.IndexOf("Weight");

    [Theory]
    [InlineData("")]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void Read_EveryForm_GivesTheSameStays(string form)
    {
        using var records = RecordSet.Usual().With("readme.md", "no record").With(".hidden.txt", "no record");
        var set = records.Read(form);
        Assert.Equal([1, 2], set.Stays.Select(stay => stay.Admission.Id));
        var (first, second) = (set.Stays[0], set.Stays[1]);
        Assert.Equal(new StayDescription(54, 0, float.NaN, 70, 4), first.Admission.Description);
        Assert.Equal(new StayOutcome(false, 5), first.Admission.Outcome);
        Assert.Equal(new StayOutcome(true, null), second.Admission.Outcome);
        Assert.Equal(
            [new(0, Weight, 70), new(7, Heart, 73), new(7, (byte)ClinicalVariables.IndexOf("Temp"), 36.5f), new(67, Heart, 75)],
            first.Observations);
        Assert.Equal([new(2879, Heart, 90)], second.Observations);
        Assert.Equal(2, set.Cleaned![Cleaning.MissingMark]);
    }

    [Theory]
    [InlineData("00:10,HR,999", Cleaning.ImplausibleValue, 3)]
    [InlineData("00:10,Pulse,80", Cleaning.UnknownVariable, 3)]
    [InlineData("00:10,HR,-1", Cleaning.MissingMark, 3)]
    [InlineData("48:01,HR,80", Cleaning.AfterTwoDays, 3)]
    [InlineData("00:00,Age,90", Cleaning.RepeatedDescription, 3)]
    [InlineData("00:10,pH,735", Cleaning.MisplacedPoint, 4)]
    [InlineData("00:10,pH,95", Cleaning.ImplausibleValue, 3)]
    [InlineData("00:10,pH,-7.3", Cleaning.ImplausibleValue, 3)]
    public void Read_LineThatARuleCleans_CleansAndCounts(string line, Cleaning rule, int observations)
    {
        using var records = RecordSet.Usual().With("1.txt", RecordSet.Header + $"00:00,RecordID,1\n00:00,Age,54\n00:07,HR,73\n00:08,Temp,36\n00:09,SysABP,120\n{line}\n");
        var set = records.Read();
        Assert.Equal(observations, set.Stays[0].Observations.Count);
        Assert.Equal(54, set.Stays[0].Admission.Description.Age);
        Assert.Equal(rule == Cleaning.MissingMark ? 2 : 1, set.Cleaned![rule]);
        Assert.DoesNotContain(set.Stays[0].Observations, observation => !ClinicalVariables.All[observation.Variable].IsPlausible(observation.Value));
    }

    [Theory]
    [InlineData("", "1.txt, line 1: expected the header 'Time,Parameter,Value', got nothing")]
    [InlineData("00:00,RecordID,1\n", "1.txt, line 1: expected the header")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n7:3,HR,80\n", "1.txt, line 3: expected a time HH:MM, got '7:3'")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n00:75,HR,80\n", "1.txt, line 3: expected a time HH:MM, got '00:75'")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n00:10,HR\n", "1.txt, line 3: expected time, parameter and value between commas")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n00:10,HR,fast\n", "1.txt, line 3: expected a finite number as value, got 'fast'")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n00:10,HR,NaN\n", "line 3: expected a finite number as value")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1.5\n", "line 2: expected a RecordID that is a whole number")]
    [InlineData("Time,Parameter,Value\n00:10,HR,80\n", "1.txt: expected a RecordID line, got none")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,2\n", "expected each record once, got RecordID 2 again")]
    public void Read_MalformedRecord_IsNamed(string text, string expected)
    {
        using var records = RecordSet.Usual().With("1.txt", text);
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => records.Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,1\n00:10,HR,98765\n00:10,HR,fast98765\n")]
    [InlineData("98765\n")]
    [InlineData("Time,Parameter,Value\n00:00,RecordID,98765.5\n")]
    public void Read_MalformedPrivateRecord_IsPlacedWithoutAValue(string text)
    {
        using var records = new RecordSet().With("98765.txt", text);
        var message = Assert.Throws<InvalidDataException>(() => records.Read(isPrivate: true)).Message;
        Assert.Contains("record file 1", message, StringComparison.Ordinal);
        Assert.DoesNotContain("98765", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PrivateSet_CountsNothing()
    {
        using var records = RecordSet.Usual();
        Assert.Null(records.Read(isPrivate: true).Cleaned);
    }

    [Fact]
    public void Read_RecordsAndOutcomesThatDoNotMatch_AreLeftOutAndCounted()
    {
        using var records = RecordSet.Usual();
        records.Outcomes = records.Outcomes.Replace("\n2,", "\n3,", StringComparison.Ordinal) + "4,1,1,1,1,0\n";
        var set = records.Read();
        Assert.Equal([1], set.Stays.Select(stay => stay.Admission.Id));
        Assert.Equal(1, set.Cleaned![Cleaning.RecordWithoutOutcome]);
        Assert.Equal(2, set.Cleaned[Cleaning.OutcomeWithoutRecord]);
    }

    [Theory]
    [InlineData("RecordID,SAPS-I\n", "line 1: expected a column 'Length_of_stay'")]
    [InlineData("RecordID,Length_of_stay,In-hospital_death\n1,5\n", "line 2: expected 3 fields, got 2")]
    [InlineData("RecordID,Length_of_stay,In-hospital_death\n1,5,2\n", "line 2, column 'In-hospital_death': expected 0 or 1, got '2'")]
    [InlineData("RecordID,Length_of_stay,In-hospital_death\n1,5,0\n1,5,0\n", "line 3, column 'RecordID': expected each record once, got '1'")]
    [InlineData("RecordID,Length_of_stay,In-hospital_death\nx,5,0\n", "expected a whole number, got 'x'")]
    public void Read_MalformedOutcome_IsNamed(string outcomes, string expected)
    {
        using var records = RecordSet.Usual();
        records.Outcomes = outcomes;
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => records.Read()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tar.gz")]
    [InlineData("tar")]
    [InlineData("zip")]
    public void Read_CutArchive_IsNamed(string form)
    {
        using var records = RecordSet.Usual();
        records.Read(form);
        var path = Path.Combine(records.Path, "set-x." + form);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 2 / 5)]);
        var outcomes = Path.Combine(records.Path, "Outcomes-x.txt");
        Assert.Contains("set-x." + form, Assert.Throws<InvalidDataException>(() => PhysioNet2012.Read(path, outcomes, "set-x")).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "");
        Assert.Contains("is empty", Assert.Throws<InvalidDataException>(() => PhysioNet2012.Read(path, outcomes, "set-x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_SetThatIsNotThere_ListsThoseThatAre()
    {
        using var records = RecordSet.Usual();
        records.Read();
        Assert.Equal(["set-x"], PhysioNetFolder.SetNames(records.Path));
        Assert.Contains("it has set-x", Assert.Throws<FileNotFoundException>(() => PhysioNetFolder.Read(records.Path, "set-q")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SetA_HasTheChallengesStays()
    {
        var folder = SharedFiles.Require("data/physionet2012");
        var set = PhysioNetFolder.Read(folder, "set-a");
        Assert.Equal(4000, set.Stays.Count);
        Assert.Equal(554, set.Stays.Count(stay => stay.Admission.Outcome.DiedInHospital));
        Assert.Equal([577, 874, 1481, 1068], Enumerable.Range(1, 4).Select(type => set.Stays.Count(stay => stay.Admission.Description.IcuType == type)));

        // 843,000 lines of values; what the rules take away is under one in a hundred.
        Assert.InRange(set.Cleaned!.Used.Sum(pair => pair.Value), 1000, 10_000);
    }
}
