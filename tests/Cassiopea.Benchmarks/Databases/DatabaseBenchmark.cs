using System.Globalization;
using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Databases;

/// <summary>Copies one database between two private MariaDBs with each tool in turn, and judges what arrived with the servers' own checksums.</summary>
internal static class DatabaseBenchmark
{
    public const string Usage = """
        databases [all|copy|insert|memory]   copy one database between two private servers with each tool in turn
          --rounds N   rounds, tools in turn within each (2)
          --tables N   tables, every fifth MyISAM (20)
          --rows N     rows of each (25000); blobs up to 18 MB besides
        """;

    /// <summary>True when everything that ours copied is exact.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        var scenario = args.FirstOrDefault(static a => !a.StartsWith("--", StringComparison.Ordinal) && !char.IsDigit(a[0])) ?? "all";
        var (rounds, tables, rows) = (Option(args, "--rounds", 2), Option(args, "--tables", 20), Option(args, "--rows", 25_000));
        if (scenario is not ("all" or "copy" or "insert" or "memory"))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 1;
        }

        await using var old = await MariaDbServer.StartAsync(new() { Old = true, BufferPool = "512M" }, token);
        await using var @new = await MariaDbServer.StartAsync(new() { BufferPool = "512M" }, token);
        var exact = true;
        if (scenario is "all" or "copy" or "insert")
        {
            var from = await old.CreateDatabaseAsync(token: token);
            await old.RunAsync(DatabaseSeed.Bench(tables, rows), from.Database, token);
            exact &= await InTurnAsync(old, from, @new, DatabaseTool.All(insert: scenario == "insert", both: scenario == "all"), rounds, token);
        }

        if (scenario is "all" or "memory")
        {
            var from = await old.CreateDatabaseAsync(token: token);
            await old.RunAsync("create table large (id int primary key, b longblob); insert into large values (1, repeat(x'000a5c41', 16777216)), (2, repeat('z', 67108864));", from.Database, token);
            exact &= await InTurnAsync(old, from, @new, DatabaseTool.All(insert: false, both: true), 1, token);
        }

        return exact ? 0 : 6;
    }

    private static int Option(string[] args, string name, int standard) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;

    private static async Task<bool> InTurnAsync(MariaDbServer old, MariaDbAccount from, MariaDbServer @new, IReadOnlyList<DatabaseTool> tools, int rounds, CancellationToken token)
    {
        var wanted = await old.ChecksumsAsync(from.Database, token);
        var results = tools.ToDictionary(static tool => tool, static _ => new List<(ProcessCost Cost, string Verdict)>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var tool in tools.Skip(round % tools.Count).Concat(tools.Take(round % tools.Count)))
            {
                var to = await @new.CreateDatabaseAsync(token: token);
                var state = LabRoot.NewFolder("tool");
                var program = await tool.Prepare(new(old.Port, from), new(@new.Port, to), state);
                var cost = await ProcessMeter.RunAsync(program, token);
                var got = await @new.ChecksumsAsync(to.Database, token);
                var wrong = wanted.Where(w => !got.TryGetValue(w.Key, out var sum) || sum != w.Value).Select(static w => w.Key).ToList();
                var verdict = wrong.Count == 0 ? "exact" : $"{wrong.Count} of {wanted.Count} tables differ ({string.Join(", ", wrong.Take(3))})";
                results[tool].Add((cost, verdict));
                Console.WriteLine(FormattableString.Invariant($"  round {round + 1} {tool.Name,-26} {cost.Seconds,7:0.00} s  peak {cost.PeakBytes / 1e6,6:0} MB  exit {cost.ExitCode}  {verdict}"));
                if (cost.ExitCode != 0) Console.WriteLine("      " + string.Join("\n      ", cost.Tail.Split('\n').TakeLast(4)));
                await @new.RunAsync($"drop database `{to.Database}`;", token: token);
                Directory.Delete(state, recursive: true);
            }
        }

        Console.WriteLine(Table(results));
        return results.Where(static r => r.Key.Name.StartsWith("cassiopea", StringComparison.Ordinal)).All(static r => r.Value.TrueForAll(static run => run.Verdict == "exact" && run.Cost.ExitCode == 0));
    }

    private static string Table(Dictionary<DatabaseTool, List<(ProcessCost Cost, string Verdict)>> results)
    {
        var text = new StringBuilder("\n| tool | time / pipe | best s | peak MB of the process | exact |\n|---|---|---|---|---|\n");
        var pipe = results.First(static r => r.Key.Name == "pipe").Value.Min(static r => r.Cost.Seconds);
        foreach (var (tool, runs) in results.OrderBy(static r => r.Value.Min(static run => run.Cost.Seconds)))
        {
            var best = runs.Min(static r => r.Cost.Seconds);
            text.Append(CultureInfo.InvariantCulture, $"| {tool.Name} | {best / pipe:0.00} | {best:0.00} | {(tool.Whole ? (runs.Max(static r => r.Cost.PeakBytes) / 1e6).ToString("0", CultureInfo.InvariantCulture) : "")} | {string.Join("; ", runs.Select(static r => r.Verdict).Distinct(StringComparer.Ordinal))} |\n");
        }

        return text.ToString();
    }
}

/// <summary>One end as a tool sees it.</summary>
internal sealed record DatabaseEnd(int Port, MariaDbAccount Account);

/// <summary>A tool that copies a database.</summary>
/// <param name="Name">For people.</param>
/// <param name="Whole">True when the process that is started is the tool itself, so that its memory says something.</param>
/// <param name="Prepare">Writes what it needs into a folder of its own and says what to start.</param>
internal sealed record DatabaseTool(string Name, bool Whole, Func<DatabaseEnd, DatabaseEnd, string, Task<ChildProgram>> Prepare)
{
    private static readonly string Cli = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.Cli/release/cassiopea.dll"));

    public static IReadOnlyList<DatabaseTool> All(bool insert, bool both)
    {
        List<DatabaseTool> tools = [Shell("pipe", Pipe), Shell("mydumper+myloader -t 4", MyDumper)];
        if (!insert) tools.Add(Ours("cassiopea"));
        if (insert || both) tools.Add(Ours("cassiopea --insert", "--insert"));
        return tools;
    }

    private static DatabaseTool Ours(string name, params string[] more) => new(name, true, (from, to, state) => Task.FromResult(new ChildProgram(
        "/usr/bin/env", ["dotnet", Cli, "db", "copy", "--from", Url(from), "--to", Url(to), "--journal", Path.Combine(state, "journal"), "--quiet", .. more])
    {
        Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = from.Account.Password, ["CASSIOPEA_TO_PASSWORD"] = to.Account.Password },
    }));

    private static DatabaseTool Shell(string name, Func<DatabaseEnd, DatabaseEnd, string> script) => new(name, false, async (from, to, state) =>
    {
        await File.WriteAllTextAsync(Path.Combine(state, "from.cnf"), Login(from));
        await File.WriteAllTextAsync(Path.Combine(state, "to.cnf"), Login(to));
        return new ChildProgram("/bin/bash", "-c", "set -e -o pipefail; " + script(from, to)) { WorkingDirectory = state };
    });

    private static string Pipe(DatabaseEnd from, DatabaseEnd to) =>
        $"mariadb-dump --defaults-file=from.cnf --single-transaction --quick --max-allowed-packet=512M {from.Account.Database} | mariadb --defaults-file=to.cnf --max-allowed-packet=512M {to.Account.Database}";

    private static string MyDumper(DatabaseEnd from, DatabaseEnd to) => FormattableString.Invariant(
        $"mydumper -h 127.0.0.1 -P {from.Port} --defaults-file=from.cnf -B {from.Account.Database} -o dump -t 4 --no-locks --trx-consistency-only >mydumper.log 2>&1; myloader -h 127.0.0.1 -P {to.Port} --defaults-file=to.cnf -s {from.Account.Database} -B {to.Account.Database} -d dump -t 4 >myloader.log 2>&1");

    private static string Login(DatabaseEnd end)
    {
        var login = FormattableString.Invariant($"host=127.0.0.1\nport={end.Port}\nuser={end.Account.User}\npassword={end.Account.Password}\n");
        return string.Concat(new[] { "client", "mydumper", "myloader" }.Select(section => $"[{section}]\n{login}"));
    }

    private static string Url(DatabaseEnd end) => FormattableString.Invariant($"mysql://{end.Account.User}@127.0.0.1:{end.Port}/{end.Account.Database}?tls=none");
}
