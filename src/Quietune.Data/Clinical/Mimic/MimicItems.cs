namespace Quietune.Data.Clinical.Mimic;

/// <summary>The items of MIMIC's event tables that measure the 37 variables, with the conversion of units.</summary>
/// <remarks>
/// Item numbers: the tables D_ITEMS and D_LABITEMS of MIMIC-III 1.4 (Johnson et al. 2016) and MIMIC-IV (Johnson et al. 2023). Numbers of the
/// bedside system since 2008 begin at 220,000 and are the same in both editions; smaller ones are those of the older system, in MIMIC-III alone.
/// </remarks>
internal static class MimicItems
{
    private const double PerPound = 0.45359237;
    private const double PerInch = 2.54;

    /// <summary>Items of the chart.</summary>
    public static IReadOnlyList<MimicItem> Chart { get; } =
    [
        .. Of("HR", 220045, 211),
        .. Of("SysABP", 220050, 225309, 51, 6701),
        .. Of("DiasABP", 220051, 225310, 8368, 8555),
        .. Of("MAP", 220052, 225312, 52, 6702),
        .. Of("NISysABP", 220179, 455),
        .. Of("NIDiasABP", 220180, 8441),
        .. Of("NIMAP", 220181, 456),
        .. Of("RespRate", 220210, 224690, 618, 615),
        .. Of("Temp", 223762, 676, 677),
        .. Of("Temp", [223761, 678, 679], scale: 5 / 9.0, shift: -160 / 9.0),
        .. Of("SaO2", 220277, 646),
        .. Of("FiO2", [223835, 190, 3420], reading: MimicReading.Fraction),
        .. Of("Glucose", 220621, 225664, 807, 811, 1529),
        .. Of("Weight", 226512, 224639, 762, 763),
        .. Of("Weight", [226531], scale: PerPound),
        .. Of("MechVent", [223849, 223848, 720, 722], reading: MimicReading.Mark),
        .. Of("GCS", 198),
        new(226730, MimicItem.Height),
        new(226707, MimicItem.Height, PerInch),
        new(920, MimicItem.Height, PerInch),
        new(220739, MimicItem.Coma),
        new(184, MimicItem.Coma),
        new(223900, MimicItem.Coma + 1),
        new(723, MimicItem.Coma + 1),
        new(223901, MimicItem.Coma + 2),
        new(454, MimicItem.Coma + 2),
    ];

    /// <summary>Items of the laboratory.</summary>
    public static IReadOnlyList<MimicItem> Laboratory { get; } =
    [
        .. Of("ALP", 50863),
        .. Of("ALT", 50861),
        .. Of("AST", 50878),
        .. Of("Albumin", 50862),
        .. Of("BUN", 51006),
        .. Of("Bilirubin", 50885),
        .. Of("Cholesterol", 50907),
        .. Of("Creatinine", 50912),
        .. Of("Glucose", 50931, 50809),
        .. Of("HCO3", 50882),
        .. Of("HCT", 51221, 50810),
        .. Of("K", 50971, 50822),
        .. Of("Lactate", 50813),
        .. Of("Mg", 50960),
        .. Of("Na", 50983, 50824),
        .. Of("PaCO2", 50818),
        .. Of("PaO2", 50821),
        .. Of("pH", 50820),
        .. Of("Platelets", 51265),
        .. Of("SaO2", 50817),
        .. Of("TroponinI", 51002),
        .. Of("TroponinT", 51003),
        .. Of("WBC", 51301, 51300),
    ];

    /// <summary>Items of what leaves the body: urine.</summary>
    public static IReadOnlyList<MimicItem> Output { get; } =
    [
        .. Of("Urine", 226559, 226560, 226561, 226584, 226563, 226564, 226565, 226567, 226557, 226558),
        .. Of("Urine", 40055, 43175, 40069, 40094, 40715, 40473, 40085, 40057, 40056, 40405, 40428, 40086, 40096, 40651),
    ];

    private static IEnumerable<MimicItem> Of(string variable, params int[] items) => Of(variable, items, 1);

    private static IEnumerable<MimicItem> Of(string variable, int[] items, double scale = 1, double shift = 0, MimicReading reading = MimicReading.Number) =>
        items.Select(item => new MimicItem(item, ClinicalVariables.IndexOf(variable), scale, shift, reading));
}
