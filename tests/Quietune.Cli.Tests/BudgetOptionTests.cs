namespace Quietune.Cli.Tests;

/// <summary>ε and δ outside their ranges are refused by every verb in one sentence that names the option, before anything is read or spent.</summary>
public sealed class BudgetOptionTests(WardFiles ward) : IClassFixture<WardFiles>
{
    public static TheoryData<string, string, string> Verbs()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var verb in new[] { "plan", "rehearse", "tune", "compare", "evaluate", "audit", "demo", "account", "grant", "mnist", "icu", "mnist-from-scratch" })
        {
            foreach (var (option, value) in new[]
            {
                ("--epsilon", "0"), ("--epsilon", "-1"), ("--epsilon", "NaN"), ("--epsilon", "Infinity"), ("--epsilon", "1e300"),
                ("--delta", "1"), ("--delta", "-1"), ("--delta", "NaN"), ("--delta", "1e-320"),
            })
            {
                cases.Add(verb, option, value);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task AnyVerb_BudgetOutOfRange_IsRefused(string verb, string option, string value)
    {
        string[] budget = option == "--epsilon" ? ["--epsilon", value, "--delta", "1e-5"] : ["--epsilon", "1", "--delta", value];
        (await Told.ByAsync([.. Command(verb), .. budget])).Refuses(option, value == "1e300" ? "1E+300" : value == "1e-320" ? "E-320" : value);
    }

    // One draw on a ball is the one method that needs no δ; the others and what draws normal noise refuse.
    [Theory]
    [InlineData("plan")]
    [InlineData("evaluate")]
    [InlineData("demo")]
    [InlineData("compare", "--method", "dp-gd")]
    [InlineData("compare", "--method", "one-draw", "--oracle", "dp-gd")]
    [InlineData("mnist", "--method", "all")]
    [InlineData("icu", "--method", "dp-gd")]
    [InlineData("mnist-from-scratch")]
    public async Task VerbOfNormalNoise_DeltaZero_IsRefused(string verb, params string[] more) =>
        (await Told.ByAsync([.. Command(verb), "--epsilon", "1", "--delta", "0", .. more])).Refuses("--delta", "above 0");

    [Theory]
    [InlineData("rehearse", "1e-9", "epsilon")]
    [InlineData("tune", "1e-9", "epsilon")]
    [InlineData("compare", "1e-9", "epsilon")]
    public async Task OneDraw_DeltaZeroAndTooLittleEpsilon_IsRefused(string verb, string epsilon, string named) =>
        (await Told.ByAsync([.. Command(verb), "--epsilon", epsilon, "--delta", "0"])).Refuses(named);

    private string[] Command(string verb)
    {
        string[] common = ["--model", ward.Model, "--public", ward.Public, "--label", "died", "--loss", "binary", "--nominal-size", "100", "--privacy-unit", "patient"];
        var folder = ward.NewFolder();
        return verb switch
        {
            "plan" => ["plan", .. common],
            "rehearse" => ["rehearse", .. common, "--method", "one-draw", "--out", Path.Combine(folder, "plan.json")],
            "tune" => ["tune", .. common, "--private", ward.Private, "--method", "one-draw", "--out", Path.Combine(folder, "tuned.onnx")],
            "compare" => ["compare", .. common, "--private", ward.Private, "--test", ward.Public, "--declared-public", "--method", "one-draw"],
            "evaluate" => ["evaluate", "--model", ward.Model, "--data", ward.Private, "--public", ward.Public, "--label", "died", "--loss", "binary", "--private", "--out", Path.Combine(folder, "scores.json")],
            "audit" => ["audit"],
            "demo" => ["demo", "--out", folder],
            "account" => ["account"],
            "grant" => ["ledger", "grant", "--ledger", Path.Combine(folder, "budget.db"), "--dataset", "ward"],
            "icu" => ["experiment", "icu", "--data", folder],
            _ => ["experiment", verb, "--data", folder],
        };
    }
}
