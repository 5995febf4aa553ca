using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Quietune.Auditing.Exposure;

/// <summary>A small model of text: the next character from those before it, [R, window] → [R, characters].</summary>
public sealed class NextCharacterNetwork : Module<Tensor, Tensor>
{
    private const int Width = 12;
    private const int Hidden = 64;
    private readonly Embedding characters;
    private readonly Linear first;
    private readonly Linear last;

    /// <summary>Makes a network.</summary>
    /// <param name="seed">Decides the first weights.</param>
    /// <param name="alphabet">How many characters there are.</param>
    /// <param name="window">How many characters it sees.</param>
    public NextCharacterNetwork(ulong seed, int alphabet, int window)
        : base(nameof(NextCharacterNetwork))
    {
        manual_seed((long)seed);
        characters = Embedding(alphabet, Width);
        first = Linear(window * Width, Hidden);
        last = Linear(Hidden, alphabet);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => last.call(first.call(characters.call(input.to_type(ScalarType.Int64)).flatten(1)).tanh());

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            characters.Dispose();
            first.Dispose();
            last.Dispose();
        }

        base.Dispose(disposing);
    }
}
