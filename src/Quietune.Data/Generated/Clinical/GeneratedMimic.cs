using System.Globalization;
using System.IO.Compression;
using Quietune.Data.Clinical.Mimic;

namespace Quietune.Data.Generated.Clinical;

/// <summary>Invented patients in the tables of MIMIC, with all columns of the published schema.</summary>
public static class GeneratedMimic
{
    private static readonly DateTime Start = new(2150, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly string[] UnitsFour = ["Coronary Care Unit (CCU)", "Cardiac Vascular Intensive Care Unit (CVICU)", "Medical Intensive Care Unit (MICU)", "Surgical Intensive Care Unit (SICU)"];
    private static readonly string[] UnitsThree = ["CCU", "CSRU", "MICU", "SICU"];

    private static readonly Dictionary<string, int> ChartItems = new()
    {
        ["HR"] = 220045, ["NISysABP"] = 220179, ["NIDiasABP"] = 220180, ["NIMAP"] = 220181, ["RespRate"] = 220210, ["Temp"] = 223762, ["SaO2"] = 220277,
        ["DiasABP"] = 220051, ["FiO2"] = 223835, ["MAP"] = 220052, ["MechVent"] = 223849, ["SysABP"] = 220050, ["Weight"] = 224639,
    };

    private static readonly Dictionary<string, int> LaboratoryItems = new()
    {
        ["BUN"] = 51006, ["Creatinine"] = 50912, ["Glucose"] = 50931, ["K"] = 50971, ["Na"] = 50983, ["HCO3"] = 50882, ["Platelets"] = 51265, ["WBC"] = 51301, ["Lactate"] = 50813,
        ["ALP"] = 50863, ["ALT"] = 50861, ["AST"] = 50878, ["Albumin"] = 50862, ["Bilirubin"] = 50885, ["Cholesterol"] = 50907, ["HCT"] = 51221, ["Mg"] = 50960, ["PaCO2"] = 50818,
        ["PaO2"] = 50821, ["TroponinI"] = 51002, ["TroponinT"] = 51003, ["pH"] = 50820,
    };

    /// <summary>Writes the tables.</summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="edition">Which MIMIC.</param>
    /// <param name="patients">How many patients, each with one stay of over 48 hours.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="otherEvents">Chart events of items that are not read, for each stay: most of MIMIC's chart is such.</param>
    public static void Write(string folder, MimicEdition edition, int patients, ulong seed = 1, int otherEvents = 0)
    {
        Directory.CreateDirectory(folder);
        var tables = MimicSchema.Tables.ToDictionary(table => table, table => new MimicTableWriter(folder, edition, table));
        try
        {
            for (var number = 1; number <= patients; number++)
            {
                Write(tables, edition, new GeneratedPatient(seed, number), otherEvents);
            }
        }
        finally
        {
            foreach (var table in tables.Values)
            {
                table.Dispose();
            }
        }
    }

    private static void Write(Dictionary<string, MimicTableWriter> tables, MimicEdition edition, GeneratedPatient patient, int otherEvents)
    {
        var (subject, admission, stay) = (10_000_000 + patient.Number, 20_000_000 + patient.Number, 30_000_000 + patient.Number);
        var entered = Start.AddHours(patient.Number % 80_000).AddMinutes(patient.Number % 60);
        var left = entered.AddDays(patient.Days);
        var unit = (edition == MimicEdition.Four ? UnitsFour : UnitsThree)[patient.UnitType - 1];
        tables["hosp/patients"].Row(("subject_id", $"{subject}"), ("gender", patient.IsMale ? "M" : "F"), ("anchor_age", $"{patient.Age}"), ("anchor_year", $"{entered.Year}"), ("dob", Time(entered.AddYears(-patient.Age).AddDays(-40))));
        tables["hosp/admissions"].Row(
            ("subject_id", $"{subject}"), ("hadm_id", $"{admission}"), ("admittime", Time(entered.AddHours(-5))), ("dischtime", Time(left.AddDays(2))), ("hospital_expire_flag", patient.Died ? "1" : "0"));
        tables["icu/icustays"].Row(
            ("subject_id", $"{subject}"), ("hadm_id", $"{admission}"), ("stay_id", $"{stay}"), ("icustay_id", $"{stay}"), ("first_careunit", unit), ("last_careunit", unit), ("intime", Time(entered)), ("outtime", Time(left)), ("los", $"{patient.Days:0.0000}"));
        foreach (var (minute, name, value) in patient.Measurements())
        {
            var time = Time(entered.AddMinutes(minute));
            if (ChartItems.TryGetValue(name, out var chart))
            {
                Chart(tables["icu/chartevents"], subject, admission, stay, time, chart, value);
            }
            else if (LaboratoryItems.TryGetValue(name, out var laboratory))
            {
                tables["hosp/labevents"].Row(("subject_id", $"{subject}"), ("hadm_id", $"{admission}"), ("itemid", $"{laboratory}"), ("charttime", time), ("value", $"{value}"), ("valuenum", $"{value}"));
            }
            else if (name == "Urine")
            {
                tables["icu/outputevents"].Row(("subject_id", $"{subject}"), ("hadm_id", $"{admission}"), ("stay_id", $"{stay}"), ("icustay_id", $"{stay}"), ("charttime", time), ("itemid", "226559"), ("value", $"{value}"), ("valueuom", "mL"));
            }
            else
            {
                // The coma score in its three parts: eyes 1 to 4, words 1 to 5, movement 1 to 6.
                var rest = (int)value - 3;
                var (eyes, words) = (Math.Min(3, rest), Math.Min(4, Math.Max(0, rest - 3)));
                Chart(tables["icu/chartevents"], subject, admission, stay, time, 220739, 1 + eyes);
                Chart(tables["icu/chartevents"], subject, admission, stay, time, 223900, 1 + words);
                Chart(tables["icu/chartevents"], subject, admission, stay, time, 223901, 1 + rest - eyes - words);
            }
        }

        for (var i = 0; i < otherEvents; i++)
        {
            Chart(tables["icu/chartevents"], subject, admission, stay, Time(entered.AddMinutes(i * 2880L / otherEvents)), 229_000 + (i % 400), i % 100);
        }
    }

    private static void Chart(MimicTableWriter table, long subject, long admission, long stay, string time, int item, double value) => table.Row(
        ("subject_id", $"{subject}"), ("hadm_id", $"{admission}"), ("stay_id", $"{stay}"), ("icustay_id", $"{stay}"), ("charttime", time), ("storetime", time), ("itemid", $"{item}"), ("value", $"{value}"), ("valuenum", $"{value}"));

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
