using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Data.Clinical.Mimic;
using Quietune.Data.Generated.Clinical;

namespace Quietune.Cli.Verbs;

/// <summary><c>quietune records generate</c>.</summary>
internal sealed class GenerateRecordsVerb : Verb
{
    private static readonly string[] Forms = ["physionet2012", "mimic-iii", "mimic-iv"];
    private readonly Option<string> output = new("--out") { Description = "Folder to write in.", Required = true };
    private readonly Option<string[]> form = Given.Words("--as", "Form of the records", Forms, "physionet2012");
    private readonly Option<int> count = Given.Whole("--stays", "Stays, in each of the sets a, b and c.", 1_000);
    private readonly Option<int> others = Given.Whole("--other-events", "Chart events of items that are not read, for each stay of MIMIC.", 0, least: 0);

    /// <summary>Makes the verb.</summary>
    public GenerateRecordsVerb(Terminal terminal)
        : base(terminal, "generate", "Invents records of patients who never lived.", "quietune records generate --out invented/ --stays 1000")
    {
        foreach (var option in new Option[] { output, form, count, others })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (folder, shape, stays) = (arguments.GetValue(output)!, arguments.GetValue(form)!.Single(), arguments.GetValue(count));
        terminal.Stage("inventing records", progress =>
        {
            if (shape == Forms[0])
            {
                foreach (var letter in "abc")
                {
                    GeneratedRecords.Write(folder, letter, stays);
                    progress.Report((letter - 'a' + 1) / 3.0);
                }
            }
            else
            {
                GeneratedMimic.Write(folder, shape == "mimic-iv" ? MimicEdition.Four : MimicEdition.Three, stays, otherEvents: arguments.GetValue(others));
            }

            return 0;
        });
        return new(new { output = folder, form = shape, stays }, people => people.Line($"{folder} holds {stays} invented stays as {shape}."));
    }
}
