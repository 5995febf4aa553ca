using Quietune.Data.Clinical;
using Quietune.Data.Clinical.Features;
using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Generated.Clinical;

namespace Quietune.Data.Tests.Clinical.Mimic;

public sealed class MimicCohortTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MimicEdition.Four)]
    [InlineData(MimicEdition.Three)]
    public void Read_HandMadeTables_GivesCohortOutcomesAndFeatures(MimicEdition edition)
    {
        WriteTables(edition);
        using var cohort = MimicCohort.Read(folder.Path);
        Assert.Equal(edition, cohort.Edition);

        // 11: one long stay. 12: the first stay is too short, the second counts. 13: a child. 14: died. 15: a stay whose end cannot be read.
        Assert.Equal([101, 122, 141], cohort.Admissions.Select(admission => admission.Id));
        Assert.Equal([11, 12, 14], cohort.Admissions.Select(admission => admission.Patient));
        var (first, second, third) = (cohort.Admissions[0], cohort.Admissions[1], cohort.Admissions[2]);
        Assert.Equal(new StayDescription(70, 0, 170.18f, 80, 3), first.Description with { Age = MathF.Round(first.Description.Age) });
        Assert.Equal(new StayOutcome(false, 5, 2.5, true), first.Outcome);
        Assert.Equal(2, second.Description.IcuType);
        Assert.Equal(false, second.Outcome.Readmitted);
        Assert.True(second.Outcome.StayedOverThreeDays);
        Assert.Equal((true, null), (third.Outcome.DiedInHospital, third.Outcome.Readmitted));

        var features = cohort.Features();
        float Value(int row, string name) => features.Row(row)[FeatureColumn.All.Index().Single(column => column.Item.Name == name).Index];
        Assert.Equal([80, 110, 3, 7.5f], new[] { "HR_first", "HR_last", "HR_count", "HR_slope" }.Select(name => Value(0, name)));
        Assert.Equal(37, Value(0, "Temp_mean"), 1e-4f);
        Assert.Equal([0.5f, 0.4f], [Value(0, "FiO2_first"), Value(0, "FiO2_last")]);
        Assert.Equal([1, 14], [Value(0, "GCS_count"), Value(0, "GCS_first")]);
        Assert.Equal([1f, 1f], [Value(0, "MechVent_count"), Value(0, "MechVent_max")]);
        Assert.Equal([2, 1.5f], [Value(0, "Creatinine_count"), Value(0, "Creatinine_mean")]);
        Assert.Equal(150, Value(0, "Urine_max"));
        Assert.Equal([1f, 0f], [Value(1, "HR_missing"), Value(1, "HR_count")]);
        Assert.True(float.IsNaN(Value(1, "HR_mean")));

        var grid = cohort.Grid();
        float At(int hour, string variable) => grid.Values[(hour * ClinicalVariables.Count) + ClinicalVariables.IndexOf(variable)];
        Assert.Equal([85, 110], [At(0, "HR"), At(3, "HR")]);
        Assert.Equal(11, grid.Mask(0).Sum());
    }

    [Theory]
    [InlineData(MimicEdition.Four, "icu/chartevents", "icu/chartevents.csv.gz does not exist")]
    [InlineData(MimicEdition.Three, "hosp/labevents", "LABEVENTS.csv.gz does not exist")]
    public void Read_MissingTable_IsNamed(MimicEdition edition, string table, string expected)
    {
        WriteTables(edition);
        File.Delete(folder.File(MimicSchema.FileName(edition, table)));
        Assert.Contains(expected, Assert.Throws<FileNotFoundException>(() => MimicCohort.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingColumn_IsNamed()
    {
        WriteTables(MimicEdition.Four);
        File.Delete(folder.File("icu/chartevents.csv.gz"));
        folder.Write("icu/chartevents.csv", "subject_id,stay_id,charttime,itemid,value\n");
        Assert.Contains("chartevents.csv has no column 'valuenum'", Assert.Throws<InvalidDataException>(() => MimicCohort.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoMimic_SaysWhatIsExpected()
    {
        Assert.Contains("neither", Assert.Throws<FileNotFoundException>(() => MimicCohort.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => MimicCohort.Read(folder.File("nowhere")));
    }

    [Fact]
    public void Read_DamagedTable_KeepsPrivateValues()
    {
        WriteTables(MimicEdition.Four);
        File.Delete(folder.File("icu/chartevents.csv.gz"));
        folder.Write("icu/chartevents.csv", string.Join(',', MimicSchema.Columns(MimicEdition.Four, "icu/chartevents")) + "\n1,2,secret\n");
        var message = Assert.Throws<InvalidDataException>(() => MimicCohort.Read(folder.Path)).Message;
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    // Two ways to the same features: through SQL, and through records in memory.
    [Fact]
    public void Features_GeneratedPatients_EqualThoseOfTheirRecords()
    {
        const int count = 40;
        GeneratedMimic.Write(folder.Path, MimicEdition.Four, count, seed: 5, otherEvents: 7);
        using var cohort = MimicCohort.Read(folder.Path);
        var features = cohort.Features();
        Assert.Equal(count, cohort.Admissions.Count);
        var stays = Enumerable.Range(1, count).Select(number => new GeneratedPatient(5, number)).Select(patient => new Stay(
            new(30_000_000 + patient.Number, 10_000_000 + patient.Number, new(patient.Age, patient.IsMale ? 1 : 0, float.NaN, float.NaN, patient.UnitType), new(patient.Died, null)),
            [.. patient.Measurements().Select(m => new Observation((short)m.Minute, (byte)ClinicalVariables.IndexOf(m.Name), (float)m.Value))])).ToList();
        var expected = FeatureTable.Of(stays);
        Assert.Equal(stays.Select(stay => stay.Admission.Id), cohort.Admissions.Select(admission => admission.Id));
        Assert.Equal(stays.Select(stay => stay.Admission.Outcome.DiedInHospital), cohort.Admissions.Select(admission => admission.Outcome.DiedInHospital));
        Assert.All(Enumerable.Range(0, expected.Values.Length), i =>
        {
            var (one, other) = (expected.Values[i], features.Values[i]);
            Assert.True(
                one.Equals(other) || Math.Abs(one - other) <= 1e-3f * Math.Max(1, Math.Abs(one)),
                $"stay {i / FeatureTable.Width}, {FeatureColumn.All[i % FeatureTable.Width].Name}: {one} and {other}");
        });
    }

    private void WriteTables(MimicEdition edition)
    {
        var patients = new MimicTableWriter(folder.Path, edition, "hosp/patients");
        var admissions = new MimicTableWriter(folder.Path, edition, "hosp/admissions");
        var stays = new MimicTableWriter(folder.Path, edition, "icu/icustays");
        var chart = new MimicTableWriter(folder.Path, edition, "icu/chartevents");
        var laboratory = new MimicTableWriter(folder.Path, edition, "hosp/labevents");
        var output = new MimicTableWriter(folder.Path, edition, "icu/outputevents");

        void Patient(string id, string gender, int age) => patients.Row(("subject_id", id), ("gender", gender), ("anchor_age", $"{age - 1}"), ("anchor_year", "2149"), ("dob", $"{2150 - age}-01-01 00:00:00"));
        void Admission(string id, string patient, string from, string to, string died) =>
            admissions.Row(("subject_id", patient), ("hadm_id", id), ("admittime", from), ("dischtime", to), ("hospital_expire_flag", died), ("diagnosis", "a, \"b\""));
        void Stay(string id, string patient, string admission, string unit, string from, string to) =>
            stays.Row(("subject_id", patient), ("hadm_id", admission), ("stay_id", id), ("icustay_id", id), ("first_careunit", unit), ("intime", from), ("outtime", to));
        void Chart(int item, string time, string value, string stay = "101", string error = "0") =>
            chart.Row(("subject_id", "11"), ("hadm_id", "1"), ("stay_id", stay), ("icustay_id", stay), ("charttime", time), ("itemid", $"{item}"), ("value", value), ("valuenum", value), ("error", error));

        Patient("11", "F", 70);
        Admission("1", "11", "2150-01-31 22:00:00", "2150-02-05 22:00:00", "0");
        Admission("9", "11", "2150-03-01 00:00:00", "2150-03-02 00:00:00", "0");
        Stay("101", "11", "1", edition == MimicEdition.Four ? "Medical Intensive Care Unit (MICU)" : "MICU", "2150-02-01 00:00:00", "2150-02-03 12:00:00");
        Patient("12", "M", 60);
        Admission("2", "12", "2150-02-01 00:00:00", "2150-02-20 00:00:00", "0");
        Admission("8", "12", "2150-04-01 00:00:00", "2150-04-02 00:00:00", "0");
        Stay("121", "12", "2", "CCU", "2150-02-01 00:00:00", "2150-02-02 23:59:00");
        Stay("122", "12", "2", edition == MimicEdition.Four ? "Cardiac Vascular Intensive Care Unit (CVICU)" : "CSRU", "2150-02-10 00:00:00", "2150-02-13 00:00:01");
        Patient("13", "M", 17);
        Admission("3", "13", "2150-06-01 00:00:00", "2150-06-10 00:00:00", "0");
        Stay("131", "13", "3", "SICU", "2150-06-01 00:00:00", "2150-06-08 00:00:00");
        Patient("14", "F", 80);
        Admission("4", "14", "2150-06-01 00:00:00", "2150-06-10 00:00:00", "1");
        Stay("141", "14", "4", "SICU", "2150-06-01 00:00:00", "2150-06-08 00:00:00");
        Patient("15", "F", 80);
        Admission("5", "15", "2150-06-01 00:00:00", "2150-06-10 00:00:00", "1");
        Stay("151", "15", "5", "SICU", "2150-06-01 00:00:00", "soon");

        Chart(220045, "2150-02-01 00:10:00", "80");
        Chart(220045, "2150-02-01 00:10:00", "90");
        Chart(220045, "2150-02-01 03:30:00", "110");
        Chart(220045, "2150-01-31 23:59:00", "60");  // before admission
        Chart(220045, "2150-02-03 00:01:00", "60");  // after 48 hours
        Chart(220045, "2150-02-01 04:00:00", "999"); // implausible
        Chart(220045, "2150-02-01 05:00:00", "fast");
        Chart(220045, "2150-02-01 05:00:00", "70", stay: "999");
        if (edition == MimicEdition.Three)
        {
            Chart(220045, "2150-02-01 06:00:00", "70", error: "1");
        }

        Chart(223761, "2150-02-01 01:00:00", "98.6");
        Chart(223835, "2150-02-01 01:00:00", "50");
        Chart(223835, "2150-02-01 02:00:00", "0.4");
        Chart(220739, "2150-02-01 01:00:00", "4");
        Chart(223900, "2150-02-01 01:00:00", "4");
        Chart(223901, "2150-02-01 01:00:00", "6");
        Chart(220739, "2150-02-01 09:00:00", "4"); // without the other parts: no score
        Chart(226707, "2150-02-01 01:00:00", "67");
        Chart(226512, "2150-02-01 01:00:00", "80");
        Chart(223849, "2150-02-01 01:00:00", "CMV");
        laboratory.Row(("subject_id", "11"), ("itemid", "50912"), ("charttime", "2150-02-01 02:00:00"), ("valuenum", "1"), ("value", "1"));
        laboratory.Row(("subject_id", "11"), ("itemid", "50912"), ("charttime", "2150-02-02 02:00:00"), ("valuenum", "2"), ("value", "2"), ("comments", "line\nbreak, \"quoted\""));
        laboratory.Row(("subject_id", "12"), ("itemid", "50912"), ("charttime", "2150-02-01 02:00:00"), ("valuenum", "3"), ("value", "3")); // in the short stay
        output.Row(("subject_id", "11"), ("stay_id", "101"), ("icustay_id", "101"), ("itemid", "226559"), ("charttime", "2150-02-01 02:00:00"), ("value", "150"));
        foreach (var table in new[] { patients, admissions, stays, chart, laboratory, output })
        {
            table.Dispose();
        }
    }
}
