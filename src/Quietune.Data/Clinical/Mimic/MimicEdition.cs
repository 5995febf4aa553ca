namespace Quietune.Data.Clinical.Mimic;

/// <summary>Which MIMIC a folder holds.</summary>
public enum MimicEdition
{
    /// <summary>MIMIC-III 1.4: ICUSTAYS.csv.gz and its siblings in one folder.</summary>
    Three,

    /// <summary>MIMIC-IV 2 or 3: folders hosp and icu.</summary>
    Four,
}
