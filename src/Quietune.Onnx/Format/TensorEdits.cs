using Quietune.Onnx.Wire;

namespace Quietune.Onnx.Format;

/// <summary>Changes to stored tensors that leave their name, type, shape and form as they are.</summary>
internal static class TensorEdits
{
    /// <summary>Puts other elements into a tensor that keeps them in the model file.</summary>
    /// <param name="edits">Where the change is noted.</param>
    /// <param name="tensor">The tensor; nothing is noted when it has no elements here.</param>
    /// <param name="elements">As many little-endian elements as the tensor has.</param>
    public static void Replace(WireEdits edits, StoredTensor tensor, byte[] elements)
    {
        if (tensor.Form is not (StorageForm.Raw or StorageForm.Typed))
        {
            return;
        }

        var first = tensor.Content[0];
        var content = tensor.Form == StorageForm.Raw ? elements : TypedContent.Encode(tensor.Type, elements);
        if (tensor.Content.Count == 1 && first.Kind == WireKind.Bytes && first.Length == content.Length)
        {
            edits.Replace(tensor.Message, first.Offset, first.Length, content);
            return;
        }

        byte[] field = [.. Varint.Encode(((ulong)first.Number << 3) | (ulong)WireKind.Bytes), .. Varint.Encode((ulong)content.Length), .. content.Span];
        edits.Replace(tensor.Message, first.Start, first.End - first.Start, field);
        foreach (var rest in tensor.Content.Skip(1))
        {
            edits.Remove(tensor.Message, rest);
        }
    }

    /// <summary>Lets a tensor that keeps its elements in another file find them in a new one.</summary>
    /// <param name="edits">Where the change is noted.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="location">The new file's name.</param>
    /// <param name="offset">Where in the file the elements begin.</param>
    public static void Move(WireEdits edits, StoredTensor tensor, string location, long offset)
    {
        Set("location", location);
        Set("offset", $"{offset}");
        if (tensor.ExternalEntries.TryGetValue("checksum", out var checksum))
        {
            // It was the old file's.
            edits.Remove(tensor.Message, checksum.Entry.Field);
        }

        void Set(string key, string value)
        {
            var end = tensor.Message.Offset + tensor.Message.Length;
            if (!tensor.ExternalEntries.TryGetValue(key, out var old))
            {
                edits.Replace(tensor.Message, end, 0, TextEntry.Encode(StoredTensor.ExternalDataField, key, value));
            }
            else if (old.Value != value)
            {
                edits.Replace(tensor.Message, old.Entry.Field.Start, old.Entry.Field.End - old.Entry.Field.Start, TextEntry.Encode(StoredTensor.ExternalDataField, key, value));
            }
        }
    }
}
