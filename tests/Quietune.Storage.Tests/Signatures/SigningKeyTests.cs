using System.Text;
using Quietune.Storage.Signatures;

namespace Quietune.Storage.Tests.Signatures;

public sealed class SigningKeyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quietune-keys-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Place(string name) => Path.Combine(folder.FullName, name);

    [Fact]
    public void Load_WhatWasSaved_SignsAndVerifiesAlike()
    {
        using var key = SigningKey.Create();
        key.Save(Place("a.key"));
        key.PublicKey.Save(Place("a.pub"));
        using var loaded = SigningKey.Load(Place("a.key"));
        var content = Encoding.UTF8.GetBytes("released");
        Assert.Equal(key.Sign(content), loaded.Sign(content));
        var verifier = VerificationKey.Load(Place("a.pub"));
        Assert.Equal(verifier, VerificationKey.Parse(key.PublicKey.ToString()));
        Assert.True(verifier.Accepts(content, loaded.Sign(content)));
        Assert.False(verifier.Accepts(Encoding.UTF8.GetBytes("Released"), key.Sign(content)));
        using var other = SigningKey.Create();
        Assert.False(verifier.Accepts(content, other.Sign(content)));
        Assert.False(verifier.Accepts(content, other.Sign(content) with { PublicKey = key.PublicKey.ToString() }));
    }

    [Fact]
    public void Parse_TheKeyOfTheStandardsFirstTest_AcceptsItsSignature()
    {
        // RFC 8032, section 7.1, test 1: the empty message.
        var key = VerificationKey.Parse(Convert.ToBase64String(Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
        var value = Convert.ToBase64String(Convert.FromHexString("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"));
        Assert.True(key.Accepts([], new("Ed25519", key.ToString(), value)));
        Assert.False(key.Accepts([0], new("Ed25519", key.ToString(), value)));
        Assert.False(key.Accepts([], new("Ed448", key.ToString(), value)));
    }

    [Fact]
    public void Save_PrivateKey_IsForItsOwnerAloneAndReplacesNothing()
    {
        using var key = SigningKey.Create();
        key.Save(Place("a.key"));
        var before = File.ReadAllText(Place("a.key"));
        using var other = SigningKey.Create();
        Assert.Throws<IOException>(() => other.Save(Place("a.key")));
        Assert.Throws<IOException>(() => other.PublicKey.Save(Place("a.key")));
        Assert.Equal(before, File.ReadAllText(Place("a.key")));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", before, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place("a.key")));
        }
    }

    [Fact]
    public void Load_PrivateKeyOpenToOthers_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var key = SigningKey.Create();
        key.Save(Place("a.key"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place("a.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        Assert.Contains("GroupRead", Assert.Throws<InvalidDataException>(() => SigningKey.Load(Place("a.key"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoKey_IsBadInput()
    {
        using var key = SigningKey.Create();
        key.PublicKey.Save(Place("a.pub"));
        File.WriteAllText(Place("empty"), "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place("a.pub"), UnixFileMode.UserRead);
            File.SetUnixFileMode(Place("empty"), UnixFileMode.UserRead);
        }

        Assert.Throws<InvalidDataException>(() => SigningKey.Load(Place("a.pub")));
        Assert.Throws<InvalidDataException>(() => SigningKey.Load(Place("empty")));
        Assert.Throws<InvalidDataException>(() => VerificationKey.Load(Place("empty")));
        Assert.Throws<FileNotFoundException>(() => SigningKey.Load(Place("missing")));
        Assert.Throws<InvalidDataException>(() => VerificationKey.Parse("AAAA"));
    }
}
