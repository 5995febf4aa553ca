using System.Text;
using System.Text.Json;
using Quietune.Storage.Signatures;

namespace Quietune.Storage.Tests.Signatures;

public sealed class SignedDocumentTests : IDisposable
{
    private const string Text = """{"title":"Über ε","epsilon":1.0,"delta":1e-5,"events":[{"event":"gaussian","noiseMultiplier":4.5},{}],"note":null,"secure":true}""";
    private readonly SigningKey key = SigningKey.Create();

    public void Dispose() => key.Dispose();

    private byte[] Signed(string text = Text) => SignedDocument.Write(JsonDocument.Parse(text).RootElement, key);

    [Fact]
    public void Read_WhatWasWritten_GivesTheDocumentInItsOrder()
    {
        var document = SignedDocument.Read(Signed(), "certificate.json", key.PublicKey);
        Assert.Equal(["title", "epsilon", "delta", "events", "note", "secure", "signature"], document.Content.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Über ε", document.Content.GetProperty("title").GetString());
        Assert.Equal("1.0", document.Content.GetProperty("epsilon").GetRawText());
        Assert.Equal(key.PublicKey, document.Signer);
    }

    [Fact]
    public void Read_AnyByteChangedRemovedOrAdded_IsFound()
    {
        var file = Signed();
        for (var i = 0; i < file.Length; i++)
        {
            // One bit; a letter's case; another kind of white space; and a byte more or less.
            byte[] spaces = [(byte)' ', (byte)'\n', (byte)'\t', (byte)'\r'];
            foreach (var other in new[] { (byte)(file[i] ^ 1), (byte)(file[i] ^ 0x20), (byte)(file[i] ^ 0x80) }.Concat(spaces).Where(other => other != file[i]))
            {
                byte[] changed = [.. file];
                changed[i] = other;
                AssertFound(changed, i);
            }

            AssertFound([.. file[..i], .. file[(i + 1)..]], i);
            AssertFound([.. file[..i], (byte)' ', .. file[i..]], i);
        }

        AssertFound([.. file, (byte)'\n'], file.Length);

        static void AssertFound(byte[] changed, int place)
        {
            var failure = Assert.ThrowsAny<InvalidDataException>(() => SignedDocument.Read(changed, "certificate.json"));
            Assert.True(failure is not null, $"Byte {place}");
        }
    }

    [Fact]
    public void Read_SignedByAnother_IsFoundByTheKeyThatIsTrusted()
    {
        using var other = SigningKey.Create();
        var forged = SignedDocument.Write(JsonDocument.Parse(Text).RootElement, other);
        SignedDocument.Read(forged, "certificate.json");
        Assert.Throws<InvalidDataException>(() => SignedDocument.Read(forged, "certificate.json", key.PublicKey));
    }

    [Fact]
    public void Read_SignatureOfAnotherDocument_IsFound()
    {
        var (mine, other) = (Encoding.UTF8.GetString(Signed()), Encoding.UTF8.GetString(Signed(Text.Replace("4.5", "5.5", StringComparison.Ordinal))));
        var cut = mine.IndexOf(",\n  \"signature\"", StringComparison.Ordinal);
        var mixed = mine[..cut] + other[other.IndexOf(",\n  \"signature\"", StringComparison.Ordinal)..];
        Assert.Throws<InvalidDataException>(() => SignedDocument.Read(Encoding.UTF8.GetBytes(mixed), "certificate.json"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"signature":null}""")]
    [InlineData("""{"signature":{"algorithm":"Ed25519"}}""")]
    [InlineData("""{"signature":{"algorithm":null,"publicKey":null,"value":null}}""")]
    [InlineData("{\"a\":1,\n  \"signature\": {\n    \"algorithm\": \"none\",\n    \"publicKey\": \"\",\n    \"value\": \"\"\n  }\n}\n")]
    public void Read_NotSigned_IsBadInput(string text) =>
        Assert.Throws<InvalidDataException>(() => SignedDocument.Read(Encoding.UTF8.GetBytes(text), "certificate.json"));

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"signature":1}""")]
    public void Write_NothingToSign_IsRefused(string text) => Assert.Throws<ArgumentException>(() => Signed(text));
}
