using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;

namespace Quietune.Tests;

/// <summary>A private PostgreSQL server in a temporary folder, reached through a socket there; or the reason why there is none.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly string? folder;
    private readonly string? binaries = Binaries();
    private bool isRunning;

    /// <summary>Makes a server and starts it.</summary>
    public PostgresServer()
    {
        if (binaries is null || OperatingSystem.IsWindows())
        {
            Missing = "PostgreSQL's initdb and pg_ctl were not found; install the server's package to run this test.";
            return;
        }

        folder = Directory.CreateTempSubdirectory("quietune-pg-").FullName;
        try
        {
            Make();
            Start();
        }
        catch (InvalidOperationException failure)
        {
            Missing = failure.Message;
        }
    }

    /// <summary>Why there is no server, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>The address of a table of the server.</summary>
    public string Address(string parameters) => $"postgres:///postgres?host={Uri.EscapeDataString(folder!)}&user=postgres&{parameters}";

    /// <summary>How to connect to the server's one database.</summary>
    public string ConnectionString => $"Host={folder};Username=postgres;Database=postgres";

    /// <summary>Runs statements on the server.</summary>
    public void Run(string sql)
    {
        using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public void Dispose()
    {
        if (folder is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        if (isRunning)
        {
            Stop();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Stops the server as a crash would, or a pulled plug that leaves the disk whole.</summary>
    public void Stop()
    {
        isRunning = false;
        Execute("pg_ctl", "stop", "-D", Path.Combine(folder!, "data"), "-m", "immediate");
    }

    /// <summary>Starts the server, for the first time or again.</summary>
    public void Start()
    {
        Execute("pg_ctl", "start", "-D", Path.Combine(folder!, "data"), "-w", "-t", "20", "-l", Path.Combine(folder!, "log"),
            "-o", $"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c shared_buffers=16MB");
        isRunning = true;
    }

    [UnsupportedOSPlatform("windows")]
    private void Make()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root.
            Execute("chown", "postgres", folder!);
        }

        Execute("initdb", "-D", Path.Combine(folder!, "data"), "-U", "postgres", "-A", "trust", "-N", "--locale=C", "-E", "UTF8");
    }

    // As the user postgres when this process is root.
    private void Execute(string program, params string[] arguments)
    {
        var isServerProgram = File.Exists(Path.Combine(binaries!, program));
        var command = isServerProgram ? Path.Combine(binaries!, program) : program;
        string[] words = isServerProgram && Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", command, .. arguments] : [command, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = folder, RedirectStandardOutput = isServerProgram && program == "initdb" })
            ?? throw new InvalidOperationException($"{program} did not start.");
        if (!process.WaitForExit(TimeSpan.FromSeconds(40)) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed, so there is no PostgreSQL server to test with.");
        }
    }

    private static string? Binaries() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")) : [])
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "pg_ctl")));
}
