using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Quietune.Tuning.Mechanism;
using static TorchSharp.torch;

namespace Quietune.Tuning.Tests.Mechanism;

/// <summary>A private value gives nothing away on the roads by which values leave a program unnoticed.</summary>
public sealed class SensitiveTests
{
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    [Fact]
    public void ToString_AndInterpolation_SayNothing()
    {
        var secret = new Sensitive<string>("4711");
        Assert.DoesNotContain("4711", secret.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("4711", $"{secret} {secret,10}", StringComparison.Ordinal);
        Assert.DoesNotContain("4711", string.Join(' ', new object[] { secret }), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_WithAndWithoutFields_SaysNothing()
    {
        var secret = new { Sum = new Sensitive<double>(4711) };
        Assert.DoesNotContain("4711", JsonSerializer.Serialize(secret), StringComparison.Ordinal);
        Assert.DoesNotContain("4711", JsonSerializer.Serialize(secret, WithFields), StringComparison.Ordinal);
    }

    [Fact]
    public void Equality_AndHash_DoNotLookInside()
    {
        Assert.False(new Sensitive<int>(4711).Equals(new Sensitive<int>(4711)));
        var secret = new Sensitive<int>(4711);
        Assert.Equal(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(secret), secret.GetHashCode());
    }

    [Fact]
    public void Debugger_ShowsNothing()
    {
        Assert.Equal("(private)", typeof(Sensitive<int>).GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
        Assert.All(
            typeof(Sensitive<int>).GetFields(BindingFlags.Instance | BindingFlags.NonPublic),
            field => Assert.Equal(DebuggerBrowsableState.Never, field.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State));
    }

    [Fact]
    public void Surface_HasNoWayInOrOut()
    {
        var members = typeof(Sensitive<int>).GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly);
        Assert.Equal([nameof(IDisposable.Dispose), nameof(ToString)], members.Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal([typeof(IDisposable)], typeof(Sensitive<int>).GetInterfaces());
    }

    [Fact]
    public void Dispose_FreesTheValue()
    {
        var value = zeros(3);
        new Sensitive<Tensor>(value).Dispose();
        Assert.True(value.IsInvalid);
    }
}
