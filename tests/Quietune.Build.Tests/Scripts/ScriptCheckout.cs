using System.Diagnostics;

namespace Quietune.Build.Tests.Scripts;

/// <summary>A copy of the repository's scripts in a folder of its own, with a <c>dotnet</c> that only writes down what it was asked.</summary>
internal sealed class ScriptCheckout : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("quietune-scripts").FullName;

    public ScriptCheckout(string dotnet)
    {
        foreach (var path in new[] { "apps", "src", "eng", ".ci", "programs" })
        {
            Directory.CreateDirectory(Path.Combine(folder, path));
        }

        foreach (var script in new[] { "quietune", ".ci/run", "global.json", "Directory.Build.props" })
        {
            File.Copy(Path.Combine(Root(), script), Path.Combine(folder, script));
        }

        Write("src/Source.cs", "");
        Program("dotnet", $"echo \"$*\" >> '{Asked}'\n{dotnet}");

        // The test run must find a server's programs and a browser, or it would install them.
        Program("initdb", "exit 1");
        Program("pg_ctl", "exit 1");
        Program("chromium", "exit 1");
        Program("npm", $"echo \"$*\" >> '{Asked}.npm'\nexit 1");
    }

    /// <summary>Every call of <c>dotnet</c>, a line each.</summary>
    public string[] Calls => File.Exists(Asked) ? File.ReadAllLines(Asked) : [];

    /// <summary>Every call of <c>npm</c>, which fails.</summary>
    public string[] Installed => File.Exists($"{Asked}.npm") ? File.ReadAllLines($"{Asked}.npm") : [];

    private string Asked => Path.Combine(folder, "asked");

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        File.WriteAllText(Path.Combine(folder, path), text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(folder, path));

    /// <summary>Starts a script from another folder, with its programs first on the path.</summary>
    public Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(folder, script), .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = $"{Path.Combine(folder, "programs")}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    /// <summary>Runs a script to its end.</summary>
    public (int ExitCode, string Output, string Errors) Run(string script, string input, params string[] arguments)
    {
        using var process = Start(script, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{script} did not end.");
        return (process.ExitCode, output, errors.Result);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Program(string name, string lines)
    {
        Write($"programs/{name}", $"#!/usr/bin/env bash\n{lines}\n");
        using var chmod = Process.Start("chmod", ["+x", Path.Combine(folder, "programs", name)]);
        chmod.WaitForExit();
    }

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Quietune.slnx")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The repository's root was not found above the test.");
        }

        return root.FullName;
    }
}
