using System.CommandLine;
using System.Text;
using Quietune.Cli.Terminals;
using Quietune.Privacy.Ledger;

namespace Quietune.Cli.Verbs.Ledgers;

/// <summary><c>quietune ledger export</c>: all entries as a text file that other programs can check.</summary>
internal sealed class LedgerExportVerb : LedgerPartVerb
{
    private readonly Option<string> file = new("--out") { Description = "The file: one line an entry, its hash, a space and the entry as canonical JSON.", DefaultValueFactory = _ => "ledger.txt" };

    /// <summary>Makes the verb.</summary>
    public LedgerExportVerb(Terminal terminal)
        : base(terminal, "export", "Writes all entries to a text file; each line is the SHA-256 of its entry, a space, and the entry.", "quietune ledger export --out ledger.txt") => Add(file);

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, ILedger ledger)
    {
        var path = arguments.GetValue(file)!;
        var entries = ledger.History();
        var head = entries.Count == 0 ? LedgerPosition.Start : entries[^1].Position;
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                foreach (var entry in entries)
                {
                    stream.Write(Encoding.UTF8.GetBytes($"{entry.Position.Hash} {entry.ToJson()}\n"));
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }

        return new(new { ledger = ledger.Name, file = path, entries = entries.Count, head }, people => people.Line($"{path} holds every entry up to {head}"));
    }
}
