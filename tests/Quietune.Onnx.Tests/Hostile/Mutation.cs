using Quietune.Onnx.Tests.Building;

namespace Quietune.Onnx.Tests.Hostile;

/// <summary>Small damage to a file, the same for the same numbers.</summary>
internal static class Mutation
{
    private static readonly byte[][] Interesting =
    [
        [0], [0xff], [0x7f], [0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0x07],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0x20], [0x00, 0x00, 0xc0, 0x7f],
    ];

    /// <summary>Damages a copy of a file in one to four places.</summary>
    public static byte[] Apply(byte[] file, byte[] other, RandomNumbers numbers)
    {
        var bytes = new List<byte>(file);
        for (var count = 1 + numbers.Below(4); count > 0 && bytes.Count > 0; count--)
        {
            var at = numbers.Below(bytes.Count);
            switch (numbers.Below(8))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << numbers.Below(8));
                    break;
                case 2:
                    bytes[at] = (byte)numbers.Next();
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(1 + numbers.Below(8), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, Interesting[numbers.Below(Interesting.Length)]);
                    break;
                case 5:
                    var replacement = Interesting[numbers.Below(Interesting.Length)];
                    bytes.RemoveRange(at, Math.Min(replacement.Length, bytes.Count - at));
                    bytes.InsertRange(at, replacement);
                    break;
                case 6:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + numbers.Below(32), bytes.Count - at)));
                    break;
                default:
                    var from = numbers.Below(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + numbers.Below(32))]);
                    break;
            }
        }

        return [.. bytes];
    }
}
