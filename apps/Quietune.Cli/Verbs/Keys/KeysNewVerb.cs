using System.CommandLine;
using Quietune.Cli.Terminals;
using Quietune.Storage.Signatures;

namespace Quietune.Cli.Verbs.Keys;

/// <summary><c>quietune keys new</c>: a new pair of Ed25519 keys.</summary>
internal sealed class KeysNewVerb : Verb
{
    private readonly Option<string> name = new("--out") { Description = "Where: NAME.key is the private key, for you alone; NAME.pub is the public key, for everyone.", DefaultValueFactory = _ => "quietune" };

    /// <summary>Makes the verb.</summary>
    public KeysNewVerb(Terminal terminal)
        : base(terminal, "new", "Makes a new pair of Ed25519 keys; never replaces one.", "quietune keys new --out hospital") => Add(name);

    /// <inheritdoc/>
    protected override VerbResult Run(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var (privateFile, publicFile) = ($"{arguments.GetValue(name)}.key", $"{arguments.GetValue(name)}.pub");
        if (File.Exists(privateFile) || File.Exists(publicFile))
        {
            throw new BadInputException($"--out: expected a name without keys, but {(File.Exists(privateFile) ? privateFile : publicFile)} is there already.");
        }

        using var key = SigningKey.Create();
        key.Save(privateFile);
        key.PublicKey.Save(publicFile);
        return new(
            new { privateKeyFile = privateFile, publicKeyFile = publicFile, publicKey = key.PublicKey.ToString() },
            people => people.Line($"{privateFile} signs: keep it to yourself. {publicFile} checks: give it to everyone ({key.PublicKey})."));
    }
}
