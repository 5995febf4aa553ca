namespace Quietune.Data.Generated.Clinical;

/// <summary>An invented patient whose measurements foretell the outcome: for tests, walkthroughs and benchmarks without real records.</summary>
/// <remarks>One hidden severity moves vital signs and laboratory values and decides the chance of death; nothing is taken from any real patient.</remarks>
internal sealed class GeneratedPatient
{
    private static readonly (string Name, double Mean, double Deviation, double PerSeverity, int EveryMinutes, int Digits)[] Signs =
    [
        ("HR", 84, 8, 9, 60, 0),
        ("NISysABP", 122, 10, -9, 60, 0),
        ("NIDiasABP", 62, 7, -4, 60, 0),
        ("NIMAP", 80, 8, -6, 60, 0),
        ("RespRate", 18, 3, 2.5, 60, 0),
        ("Temp", 37, 0.4, 0.15, 240, 1),
        ("SaO2", 97, 1.5, -1, 120, 0),
        ("GCS", 13, 1.2, -1.8, 240, 0),
        ("Urine", 110, 40, -28, 120, 0),
        ("BUN", 24, 6, 8, 720, 0),
        ("Creatinine", 1.2, 0.3, 0.35, 720, 1),
        ("Glucose", 135, 25, 12, 480, 0),
        ("K", 4.1, 0.4, 0.15, 720, 1),
        ("Na", 139, 3, 0.5, 720, 0),
        ("HCO3", 24, 2.5, -1.5, 720, 0),
        ("Platelets", 210, 60, -20, 1440, 0),
        ("WBC", 11, 3, 1.5, 1440, 1),
        ("Lactate", 1.9, 0.5, 0.8, 900, 1),
        ("ALP", 90, 25, 8, 1200, 0),
        ("ALT", 40, 12, 6, 1200, 0),
        ("AST", 45, 14, 8, 1200, 0),
        ("Albumin", 3.1, 0.4, -0.2, 1200, 1),
        ("Bilirubin", 1.2, 0.4, 0.3, 1200, 1),
        ("Cholesterol", 160, 30, -5, 1400, 0),
        ("DiasABP", 60, 7, -3, 240, 0),
        ("FiO2", 0.5, 0.08, 0.05, 480, 2),
        ("HCT", 32, 3, -1, 720, 1),
        ("MAP", 80, 8, -5, 240, 0),
        ("MechVent", 1, 0, 0, 600, 0),
        ("Mg", 2, 0.2, 0.02, 900, 1),
        ("PaCO2", 40, 5, 1, 720, 0),
        ("PaO2", 130, 30, -10, 720, 0),
        ("SysABP", 120, 10, -7, 240, 0),
        ("TroponinI", 2, 0.8, 0.4, 1300, 1),
        ("TroponinT", 0.3, 0.08, 0.06, 1300, 2),
        ("Weight", 80, 14, 0.5, 1400, 0),
        ("pH", 7.38, 0.04, -0.02, 720, 2),
    ];

    private readonly SeededGenerator generator;

    /// <summary>Invents a patient.</summary>
    /// <param name="seed">Decides everything, with <paramref name="number"/>.</param>
    /// <param name="number">Which one.</param>
    public GeneratedPatient(ulong seed, long number)
    {
        generator = new(seed, (ulong)number);
        Number = number;
        Age = 18 + generator.Next(72);
        IsMale = generator.Next(2) == 1;
        UnitType = 1 + generator.Next(4);

        // What foretells death differs between units, so that there is something to tune.
        Severity = Normal() + (UnitType == 2 ? -0.6 : 0) + ((Age - 60) / 60.0);
        var frailty = (UnitType == 3 ? 0.5 : 1) * Severity;
        Died = generator.NextDouble() < 1 / (1 + Math.Exp(2.2 - (1.6 * frailty)));
        Days = 2.1 + (generator.NextDouble() * 8);
    }

    /// <summary>Its number.</summary>
    public long Number { get; }

    /// <summary>Years, 18 to 89.</summary>
    public int Age { get; }

    /// <summary>Man or woman.</summary>
    public bool IsMale { get; }

    /// <summary>1 coronary care, 2 cardiac surgery, 3 medical, 4 surgical.</summary>
    public int UnitType { get; }

    /// <summary>Whether the patient died in hospital.</summary>
    public bool Died { get; }

    /// <summary>Days in intensive care.</summary>
    public double Days { get; }

    private double Severity { get; }

    /// <summary>Measurements in order of time, over the first 48 hours; to be asked for once.</summary>
    public IEnumerable<(int Minute, string Name, double Value)> Measurements() => Signs
        .SelectMany(sign => Series(sign.Name, sign.Mean, sign.Deviation, sign.PerSeverity, sign.EveryMinutes, sign.Digits))
        .OrderBy(measurement => measurement.Minute);

    /// <summary>A value between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public int Between(int low, int high) => low + generator.Next(high - low);

    private List<(int Minute, string Name, double Value)> Series(string name, double mean, double deviation, double perSeverity, int every, int digits)
    {
        var measured = new List<(int Minute, string Name, double Value)>();
        var variable = Data.Clinical.ClinicalVariables.All[Data.Clinical.ClinicalVariables.IndexOf(name)];
        var own = mean + (deviation * Normal());
        for (var minute = generator.Next(every); minute < 48 * 60; minute += every - (every / 4) + generator.Next(every / 2))
        {
            var value = own + (perSeverity * Severity * (0.7 + (minute / 4800.0))) + (0.4 * deviation * Normal());
            measured.Add((minute, name, Math.Round(Math.Clamp(value, variable.Low + Math.Pow(10, -digits), variable.High), digits)));
        }

        return measured;
    }

    // The sum of twelve uniforms: near enough to normal for invented patients.
    private double Normal() => Enumerable.Range(0, 12).Sum(_ => generator.NextDouble()) - 6;
}
