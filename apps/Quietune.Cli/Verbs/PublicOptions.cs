using System.CommandLine;
using Quietune.Cli.Jobs;
using Quietune.Privacy.Budgets;

namespace Quietune.Cli.Verbs;

/// <summary>The options that name a model, public rows and a budget: the same for every verb that plans, rehearses or tunes.</summary>
internal sealed class PublicOptions
{
    private readonly Option<string> model = new("--model") { Description = "The ONNX file to tune.", Required = true };
    private readonly Option<string> publicData = new("--public") { Description = "Public rows: CSV, TSV, Parquet, JSON lines, query:SELECT …, postgres://…?table=NAME, or a folder of IDX images.", Required = true };
    private readonly Option<string?> label = new("--label") { Description = "The label's column; images have their labels in a file of their own." };
    private readonly Option<string[]> features = new("--features") { Description = "Feature columns or patterns with *; all but the label by default.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> preprocess = new("--preprocess") { Description = "A preprocessing spec, as 'quietune prepare' writes it; proposed from the public rows by default." };
    private readonly Option<string?> unit = new("--privacy-unit") { Description = "Column whose equal values belong to one person: all rows of one are clipped together, and the guarantee is per person." };
    private readonly Option<string[]> train = new("--train") { Description = "What to tune: all, head, bias, normalisation, or names of initializers with *.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double> epsilon = Given.Number("--epsilon", "ε.", 1);
    private readonly Option<double> delta = Given.Number("--delta", "δ; 0 asks for pure differential privacy, by one draw on a ball.", 1e-5);
    private readonly Option<Adjacency> adjacency = Given.Neighbours();
    private readonly Option<int?> nominalSize = new("--nominal-size") { Description = "N, about how many privacy units the private rows hold: a public constant; the number of public rows by default." };
    private readonly Option<string> loss = new("--loss") { Description = "cross-entropy, binary, squared or poisson.", DefaultValueFactory = _ => "cross-entropy" };
    private readonly Option<string> device = new("--device") { Description = "cpu; other devices need a libtorch of their own.", DefaultValueFactory = _ => "cpu" };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [model, publicData, label, features, preprocess, unit, train, epsilon, delta, adjacency, nominalSize, loss, device];

    /// <summary>Those that name no budget.</summary>
    public IEnumerable<Option> WithoutBudget => All.Except([epsilon, delta]);

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">A value is out of its range.</exception>
    public PublicRequest Read(ParseResult arguments) => Read(arguments, Given.Budget(arguments.GetValue(epsilon), arguments.GetValue(delta)));

    /// <summary>What was asked for, with a budget from elsewhere.</summary>
    /// <exception cref="BadInputException">A value is out of its range.</exception>
    public PublicRequest Read(ParseResult arguments, PrivacyBudget budget)
    {
        if (arguments.GetValue(device) is var named and not "cpu")
        {
            throw new BadInputException($"--device: expected cpu, got '{named}': this build has no other libtorch.");
        }

        if (arguments.GetValue(nominalSize) is < 1)
        {
            throw new BadInputException($"--nominal-size: expected a whole number of at least 1, got {arguments.GetValue(nominalSize)}.");
        }

        return new(arguments.GetValue(model)!, arguments.GetValue(publicData)!, budget)
        {
            Label = arguments.GetValue(label),
            Features = arguments.GetValue(features) ?? [],
            Preprocess = arguments.GetValue(preprocess),
            UnitColumn = arguments.GetValue(unit),
            Train = arguments.GetValue(train) ?? [],
            Adjacency = arguments.GetValue(adjacency),
            NominalSize = arguments.GetValue(nominalSize),
            Loss = arguments.GetValue(loss)!,
        };
    }

    /// <summary>What a frozen plan asks for, with the files that were named; an option that is given beside it must agree with it.</summary>
    /// <exception cref="BadInputException">An option does not agree with the plan.</exception>
    public PublicRequest Read(ParseResult arguments, FrozenPlan frozen)
    {
        var request = Read(arguments);
        var plan = frozen.ReadPlan();
        Require(epsilon, $"{plan.Epsilon}", $"{request.Budget.Epsilon}");
        Require(delta, $"{plan.Delta}", $"{request.Budget.Delta}");
        Require(adjacency, $"{plan.Adjacency}", $"{request.Adjacency}");
        Require(nominalSize, $"{plan.NominalSize}", $"{request.NominalSize}");
        Require(loss, plan.Loss, request.Loss);
        Require(unit, plan.PrivacyUnit, request.UnitColumn ?? "row");
        Require(label, frozen.Label, request.Label ?? string.Empty);
        Require(train, string.Join(' ', frozen.Train), string.Join(' ', request.Train));
        if (IsGiven(features))
        {
            throw new BadInputException("--features: expected none beside --plan, whose preprocessing has its own.");
        }

        return request with
        {
            Budget = new(plan.Epsilon, plan.Delta),
            Label = frozen.Label,
            UnitColumn = plan.PrivacyUnit == "row" ? null : plan.PrivacyUnit,
            Train = frozen.Train,
            Adjacency = plan.Adjacency,
            NominalSize = checked((int)plan.NominalSize),
            Loss = plan.Loss,
        };

        bool IsGiven(Option option) => arguments.GetResult(option) is { Implicit: false };

        void Require(Option option, string planned, string given)
        {
            if (IsGiven(option) && planned != given)
            {
                throw new BadInputException($"{option.Name}: expected {planned}, for which the plan was made, got {given}.");
            }
        }
    }
}
