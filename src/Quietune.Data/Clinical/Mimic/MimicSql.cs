using System.Globalization;

namespace Quietune.Data.Clinical.Mimic;

/// <summary>The SQL that turns MIMIC's tables into a cohort and its events.</summary>
internal static class MimicSql
{
    /// <summary>
    /// The cohort: of every adult the first intensive-care stay of at least 48 hours, with its outcomes. Times that cannot be read leave a stay out.
    /// </summary>
    public static string Cohort(MimicFiles files)
    {
        var four = files.Edition == MimicEdition.Four;
        var stay = four ? "stay_id" : "icustay_id";
        var age = four
            ? "TRY_CAST(p.anchor_age AS DOUBLE) + year(s.intime) - TRY_CAST(p.anchor_year AS DOUBLE)"
            : "date_diff('day', TRY_CAST(p.dob AS TIMESTAMP), s.intime) / 365.25";
        var birth = four ? new[] { "subject_id", "gender", "anchor_age", "anchor_year" } : ["subject_id", "gender", "dob"];
        return $"""
            CREATE TEMP TABLE cohort AS
            WITH stays AS (
                SELECT subject_id, hadm_id, {stay} AS stay_id, first_careunit AS unit, TRY_CAST(intime AS TIMESTAMP) AS intime, TRY_CAST(outtime AS TIMESTAMP) AS outtime
                FROM {files.Relation("icu/icustays", "subject_id", "hadm_id", stay, "first_careunit", "intime", "outtime")}),
            long AS (
                SELECT *, row_number() OVER (PARTITION BY subject_id ORDER BY intime, CAST(stay_id AS BIGINT)) AS place
                FROM stays WHERE outtime >= intime + INTERVAL 48 HOUR),
            admissions AS (
                SELECT hadm_id, hospital_expire_flag = '1' AS died, TRY_CAST(admittime AS TIMESTAMP) AS admittime, TRY_CAST(dischtime AS TIMESTAMP) AS dischtime,
                    lead(TRY_CAST(admittime AS TIMESTAMP)) OVER (PARTITION BY subject_id ORDER BY TRY_CAST(admittime AS TIMESTAMP)) AS next_admittime
                FROM {files.Relation("hosp/admissions", "subject_id", "hadm_id", "admittime", "dischtime", "hospital_expire_flag")})
            SELECT CAST(row_number() OVER (ORDER BY CAST(s.stay_id AS BIGINT)) - 1 AS INTEGER) AS number, s.subject_id, s.stay_id, s.intime,
                {age} AS age,
                CASE upper(p.gender) WHEN 'F' THEN 0 WHEN 'M' THEN 1 END AS gender,
                CASE WHEN upper(s.unit) LIKE '%CVICU%' OR upper(s.unit) LIKE '%CSRU%' THEN 2
                    WHEN upper(s.unit) LIKE '%CCU%' THEN 1
                    WHEN upper(s.unit) LIKE '%MICU%' THEN 3
                    ELSE 4 END AS unit_type,
                a.died, epoch(a.dischtime - a.admittime) / 86400.0 AS hospital_days, epoch(s.outtime - s.intime) / 86400.0 AS unit_days,
                CASE WHEN a.died THEN NULL ELSE coalesce(a.next_admittime <= a.dischtime + INTERVAL 30 DAY, false) END AS readmitted
            FROM long s JOIN admissions a USING (hadm_id)
                JOIN {files.Relation("hosp/patients", birth)} p ON p.subject_id = s.subject_id
            WHERE s.place = 1 AND {age} >= 18
            """;
    }

    /// <summary>An empty table of events.</summary>
    public const string Events = "CREATE TEMP TABLE events (number INTEGER, quantity UTINYINT, minute SMALLINT, value FLOAT)";

    /// <summary>Adds the events of one table: those of the cohort's first 48 hours, in our units, within the plausible ranges.</summary>
    public static string Insert(MimicFiles files, string table, IReadOnlyList<MimicItem> items, string? valueColumn = null)
    {
        var isLaboratory = table == "hosp/labevents";
        var stay = isLaboratory ? "subject_id" : files.Edition == MimicEdition.Four ? "stay_id" : "icustay_id";
        var number = valueColumn ?? "valuenum";
        var hasError = files.Edition == MimicEdition.Three && table == "icu/chartevents";
        var relation = files.Relation(table, hasError ? [stay, "itemid", "charttime", number, "error"] : [stay, "itemid", "charttime", number]);
        return $"""
            INSERT INTO events
            WITH items(itemid, quantity, scale, shift, reading, low, high) AS (VALUES {string.Join(", ", items.Select(Row))}),
            found AS (
                SELECT c.number, i.quantity, CAST(floor(epoch(TRY_CAST(e.charttime AS TIMESTAMP) - c.intime) / 60) AS INTEGER) AS minute, i.low, i.high,
                    CASE i.reading WHEN {(int)MimicReading.Mark} THEN 1
                        WHEN {(int)MimicReading.Fraction} THEN CASE WHEN TRY_CAST(e.{number} AS DOUBLE) > 1 THEN TRY_CAST(e.{number} AS DOUBLE) / 100 ELSE TRY_CAST(e.{number} AS DOUBLE) END
                        ELSE TRY_CAST(e.{number} AS DOUBLE) * i.scale + i.shift END AS value
                FROM {relation} e JOIN items i ON e.itemid = i.itemid JOIN cohort c ON e.{stay} = c.{(isLaboratory ? "subject_id" : "stay_id")}
                {(hasError ? "WHERE coalesce(e.error, '0') <> '1'" : "")})
            SELECT number, quantity, minute, value FROM found WHERE minute BETWEEN 0 AND 2880 AND value BETWEEN low AND high
            """;
    }

    /// <summary>Adds the Glasgow coma score wherever its three parts were noted at one minute.</summary>
    public static string ComaScores { get; } = $"""
        INSERT INTO events
        SELECT number, {ClinicalVariables.IndexOf("GCS")}, minute, sum(value) FROM (
            SELECT number, minute, quantity, max(value) AS value FROM events WHERE quantity BETWEEN {MimicItem.Coma} AND {MimicItem.Coma + 2} GROUP BY ALL)
        GROUP BY number, minute HAVING count(*) = 3
        """;

    /// <summary>Every stay of the cohort with its first height and weight, in order of number.</summary>
    public static string Admissions { get; } = $"""
        SELECT CAST(c.stay_id AS DOUBLE), CAST(c.subject_id AS DOUBLE), CAST(least(c.age, 91.4) AS DOUBLE), CAST(c.gender AS DOUBLE), CAST(c.unit_type AS DOUBLE),
            CAST(c.died AS DOUBLE), CAST(c.hospital_days AS DOUBLE), CAST(c.unit_days AS DOUBLE), CAST(c.readmitted AS DOUBLE),
            CAST(h.height AS DOUBLE), CAST(h.weight AS DOUBLE)
        FROM cohort c LEFT JOIN (
            SELECT number, {First} FILTER (WHERE quantity = {MimicItem.Height}) AS height, {First} FILTER (WHERE quantity = {ClinicalVariables.IndexOf("Weight")}) AS weight
            FROM events GROUP BY number) h ON h.number = c.number
        ORDER BY c.number
        """;

    /// <summary>The statistics of each stay and variable.</summary>
    public static string Statistics { get; } = $"""
        SELECT CAST(number AS DOUBLE), CAST(quantity AS DOUBLE), CAST({First} AS DOUBLE), CAST({Last} AS DOUBLE), CAST(min(value) AS DOUBLE), CAST(max(value) AS DOUBLE),
            avg(CAST(value AS DOUBLE)), regr_slope(CAST(value AS DOUBLE), minute / 60.0 - 24), CAST(count(*) AS DOUBLE)
        FROM events WHERE quantity < {ClinicalVariables.Count} GROUP BY number, quantity
        """;

    /// <summary>The hourly means of each stay and variable.</summary>
    public static string Hours { get; } = $"""
        SELECT CAST(number AS DOUBLE), CAST(quantity AS DOUBLE), CAST(least(minute // 60, 47) AS DOUBLE) AS hour, avg(CAST(value AS DOUBLE))
        FROM events WHERE quantity < {ClinicalVariables.Count} GROUP BY number, quantity, hour
        """;

    // Values of one minute have no order of their own: the smaller goes first, so that the result is one and the same every time.
    private static string First => "arg_min(value, minute * 1e7 + value)";

    private static string Last => "arg_max(value, minute * 1e7 + value)";

    private static string Row(MimicItem item)
    {
        var (low, high) = item.Quantity == MimicItem.Height ? (100, 230)
            : item.Quantity >= MimicItem.Coma ? (1, 6)
            : (ClinicalVariables.All[item.Quantity].Low, ClinicalVariables.All[item.Quantity].High);
        return string.Create(CultureInfo.InvariantCulture, $"('{item.Item}', {item.Quantity}, {item.Scale:R}::DOUBLE, {item.Shift:R}::DOUBLE, {(int)item.Reading}, {low:R}::DOUBLE, {high:R}::DOUBLE)");
    }
}
