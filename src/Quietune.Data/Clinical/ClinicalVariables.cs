namespace Quietune.Data.Clinical;

/// <summary>The 37 time series of the PhysioNet 2012 challenge, in the order of every grid and table.</summary>
/// <remarks>
/// Names and units: Silva, Moody, Scott, Celi &amp; Mark 2012. The plausible ranges are wide on purpose: they bound what monitors and
/// analysers can show, not what is healthy.
/// </remarks>
public static class ClinicalVariables
{
    /// <summary>Number of variables.</summary>
    public static int Count => All.Count;

    /// <summary>All variables, by name.</summary>
    public static IReadOnlyList<ClinicalVariable> All { get; } =
    [
        new("ALP", "IU/L", 5, 5000, IsSkewed: true),
        new("ALT", "IU/L", 1, 20_000, IsSkewed: true),
        new("AST", "IU/L", 1, 20_000, IsSkewed: true),
        new("Albumin", "g/dL", 0.5, 7),
        new("BUN", "mg/dL", 1, 300, IsSkewed: true),
        new("Bilirubin", "mg/dL", 0.05, 80, IsSkewed: true),
        new("Cholesterol", "mg/dL", 20, 1000),
        new("Creatinine", "mg/dL", 0.05, 30, IsSkewed: true),
        new("DiasABP", "mmHg", 5, 220),
        new("FiO2", "fraction", 0.2, 1),
        new("GCS", "points", 3, 15),
        new("Glucose", "mg/dL", 10, 2000, IsSkewed: true),
        new("HCO3", "mmol/L", 3, 60),
        new("HCT", "%", 8, 70),
        new("HR", "1/min", 10, 300),
        new("K", "mmol/L", 1, 15),
        new("Lactate", "mmol/L", 0.1, 40, IsSkewed: true),
        new("MAP", "mmHg", 10, 250),
        new("MechVent", "yes", 0, 1),
        new("Mg", "mmol/L", 0.3, 15),
        new("NIDiasABP", "mmHg", 5, 220),
        new("NIMAP", "mmHg", 10, 250),
        new("NISysABP", "mmHg", 20, 300),
        new("Na", "mmol/L", 95, 190),
        new("PaCO2", "mmHg", 5, 150),
        new("PaO2", "mmHg", 15, 700),
        new("Platelets", "1000/µL", 1, 3000, IsSkewed: true),
        new("RespRate", "1/min", 2, 100),
        new("SaO2", "%", 20, 100),
        new("SysABP", "mmHg", 20, 300),
        new("Temp", "°C", 25, 45),
        new("TroponinI", "µg/L", 0, 500, IsSkewed: true),
        new("TroponinT", "µg/L", 0, 100, IsSkewed: true),
        new("Urine", "mL", 0, 5000, IsSkewed: true),
        new("WBC", "1000/µL", 0.05, 600, IsSkewed: true),
        new("Weight", "kg", 25, 400),
        new("pH", "pH", 6.5, 8),
    ];

    private static Dictionary<string, int> Places { get; } = All.Select((variable, i) => (variable.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>The place of a variable in <see cref="All"/>, or −1.</summary>
    /// <param name="name">A name, case-sensitive.</param>
    public static int IndexOf(string name) => Places.GetValueOrDefault(name, -1);
}
