namespace Quietune.Onnx.Wire;

/// <summary>Changes to a few bytes of a protobuf file, with the lengths of all messages around them set right.</summary>
internal sealed class WireEdits
{
    private readonly List<Edit> edits = [];
    private readonly Dictionary<WireMessage, long> growth = new(ReferenceEqualityComparer.Instance);

    /// <summary>Puts <paramref name="replacement"/> in the place of bytes that belong to <paramref name="owner"/>.</summary>
    /// <param name="owner">The innermost message that the bytes lie in.</param>
    /// <param name="offset">The first byte, counted from the file's start.</param>
    /// <param name="length">How many bytes to replace; 0 inserts.</param>
    /// <param name="replacement">What to write; may be of another length.</param>
    public void Replace(WireMessage owner, int offset, int length, ReadOnlyMemory<byte> replacement)
    {
        edits.Add(new Edit(offset, length, replacement));
        growth[owner] = growth.GetValueOrDefault(owner) + replacement.Length - length;
    }

    /// <summary>Takes <paramref name="field"/> out of <paramref name="owner"/>.</summary>
    public void Remove(WireMessage owner, WireField field) =>
        Replace(owner, field.Start, field.End - field.Start, ReadOnlyMemory<byte>.Empty);

    /// <summary>Writes <paramref name="file"/> with the changes made.</summary>
    /// <exception cref="InvalidOperationException">Two changes overlap.</exception>
    public void WriteTo(Stream target, ReadOnlySpan<byte> file)
    {
        var position = 0;
        foreach (var edit in edits.Concat(Lengths(file)).OrderBy(edit => edit.Offset))
        {
            if (edit.Offset < position)
            {
                throw new InvalidOperationException($"Expected changes that do not overlap, got one at byte {edit.Offset} after one that ends at {position}.");
            }

            target.Write(file[position..edit.Offset]);
            target.Write(edit.Replacement.Span);
            position = edit.Offset + edit.Length;
        }

        target.Write(file[position..]);
    }

    /// <summary>New length prefixes, innermost messages first since a longer prefix makes the outer message longer.</summary>
    private List<Edit> Lengths(ReadOnlySpan<byte> file)
    {
        var lengths = new List<Edit>();
        var byDepth = new PriorityQueue<WireMessage, int>();
        var total = new Dictionary<WireMessage, long>(ReferenceEqualityComparer.Instance);
        foreach (var (message, bytes) in growth)
        {
            Grow(message, bytes);
        }

        while (byDepth.TryDequeue(out var message, out _))
        {
            if (message.Parent is not { } parent || total[message] == 0)
            {
                continue;
            }

            var prefix = message.Field.Start + 1;
            while (file[prefix - 1] >= 0x80)
            {
                prefix++;
            }

            var replacement = Varint.Encode((ulong)(message.Length + total[message]));
            lengths.Add(new Edit(prefix, message.Offset - prefix, replacement));
            Grow(parent, total[message] + replacement.Length - (message.Offset - prefix));
        }

        return lengths;

        void Grow(WireMessage message, long bytes)
        {
            if (total.TryAdd(message, bytes))
            {
                byDepth.Enqueue(message, -message.Depth);
            }
            else
            {
                total[message] += bytes;
            }
        }
    }

    private readonly record struct Edit(int Offset, int Length, ReadOnlyMemory<byte> Replacement);
}
