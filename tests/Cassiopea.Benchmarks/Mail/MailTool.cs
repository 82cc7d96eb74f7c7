using System.Globalization;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>One end as a tool sees it.</summary>
/// <param name="Port">IMAP, on 127.0.0.1.</param>
/// <param name="Account">Name and password.</param>
internal sealed record MailEnd(int Port, MailAccount Account);

/// <summary>A tool that copies a mailbox.</summary>
/// <param name="Name">For people.</param>
/// <param name="Absent">Why it cannot run here; null = it can.</param>
/// <param name="Prepare">Writes what it needs into a folder of its own (mode 700) and says what to start; a second start there is a second pass.</param>
internal sealed record MailTool(string Name, string? Absent, Func<MailEnd, MailEnd, string, Task<ChildProgram>> Prepare)
{
    public static IReadOnlyList<MailTool> All(BenchmarkOptions options, DovecotServer target)
    {
        MailTool[] tools =
        [
            Ours(options), Mbsync(), Doveadm(target),
            .. options.Peers.Any(p => p.Name == "imapsync") ? [] : new[] { Imapsync("imapsync") },
            .. options.Only.Contains("offlineimap") ? new[] { Offlineimap() } : [],
            .. options.Only.Contains("naive") ? new[] { Naive() } : [],
            .. options.Peers.Select(p => p.Name == "imapsync" ? Imapsync(p.Command) : Custom(p.Name, p.Command)),
        ];
        return [.. tools.Where(t => options.Only.Count == 0 || options.Only.Contains(t.Name))];
    }

    private static MailTool Ours(BenchmarkOptions options) => new("cassiopea", File.Exists(options.Cli) ? null : $"not built: {options.Cli}", (from, to, state) =>
        Task.FromResult(new ChildProgram(
            options.Cli.EndsWith(".dll", StringComparison.Ordinal) ? Find("dotnet")! : options.Cli,
            [.. options.Cli.EndsWith(".dll", StringComparison.Ordinal) ? (string[])[options.Cli] : [], "mail", "copy", "--from", Url(from), "--to", Url(to), "--journal", Path.Combine(state, "journal"), "--report", Path.Combine(state, "report.json"), "--quiet",
                .. options.Connections is { } n ? (string[])["--connections", n] : []])
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = from.Account.Password, ["CASSIOPEA_TO_PASSWORD"] = to.Account.Password },
        }));

    private static MailTool Mbsync() => new("mbsync", Find("mbsync") is null ? "apt-get install isync" : null, async (from, to, state) =>
    {
        var configuration = Path.Combine(state, "mbsyncrc");
        Directory.CreateDirectory(Path.Combine(state, "sync"));
        await File.WriteAllTextAsync(configuration, $"""
            {Store("far", from)}
            {Store("near", to)}
            Channel all
            Far :far:
            Near :near:
            Patterns *
            Create Near
            Sync Pull
            CopyArrivalDate yes
            SyncState {state}/sync/

            """);
        return new ChildProgram(Find("mbsync")!, "-q", "-c", configuration, "all");

        static string Store(string name, MailEnd end) => string.Create(CultureInfo.InvariantCulture, $"""
            IMAPAccount {name}
            Host 127.0.0.1
            Port {end.Port}
            User {end.Account.User}
            Pass {end.Account.Password}
            SSLType None
            AuthMechs LOGIN

            IMAPStore {name}
            Account {name}

            """);
    });

    // writes the target's storage without IMAP, as only the target's own administrator can
    private static MailTool Doveadm(DovecotServer target) => new("doveadm", null, async (from, to, state) =>
    {
        var configuration = Path.Combine(state, "doveadm.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            !include {target.Root}/dovecot.conf
            imapc_host = 127.0.0.1
            imapc_port = {from.Port}
            imapc_user = {from.Account.User}
            imapc_password = {from.Account.Password}
            imapc_list_prefix = INBOX
            mail_prefetch_count = 20

            """));
        return new ChildProgram("/usr/bin/doveadm", "-c", configuration, "backup", "-R", "-u", to.Account.User, "imapc:");
    });

    private static MailTool Imapsync(string command) => new("imapsync", Find(command) is null ? "not installed (--peer imapsync=PATH)" : null, async (from, to, state) =>
        new ChildProgram(
            Find(command)!,
            "--host1", "127.0.0.1", "--port1", Text(from.Port), "--user1", from.Account.User, "--passfile1", await PassFileAsync(state, "from", from),
            "--host2", "127.0.0.1", "--port2", Text(to.Port), "--user2", to.Account.User, "--passfile2", await PassFileAsync(state, "to", to),
            "--nossl1", "--notls1", "--nossl2", "--notls2", "--nolog", "--noreleasecheck", "--tmpdir", state)
        {
            WorkingDirectory = state,
        });

    private static MailTool Offlineimap() => new("offlineimap", Find("offlineimap") is null ? "apt-get install offlineimap3" : null, async (from, to, state) =>
    {
        var configuration = Path.Combine(state, "offlineimaprc");
        await File.WriteAllTextAsync(configuration, $"""
            [general]
            accounts = all
            metadata = {state}/metadata
            ui = quiet
            [Account all]
            localrepository = to
            remoterepository = from
            {Repository("from", from, await PassFileAsync(state, "from", from))}
            readonly = True
            nametrans = lambda name: name[6:] if name.startswith('INBOX.') else name
            {Repository("to", to, await PassFileAsync(state, "to", to))}
            nametrans = lambda name: name if name == 'INBOX' else 'INBOX.' + name

            """);
        return new ChildProgram(Find("offlineimap")!, "-c", configuration, "-o", "-k", "general:socktimeout=60");

        static string Repository(string name, MailEnd end, string passFile) => string.Create(CultureInfo.InvariantCulture, $"""
            [Repository {name}]
            type = IMAP
            remotehost = 127.0.0.1
            remoteport = {end.Port}
            remoteuser = {end.Account.User}
            remotepassfile = {passFile}
            ssl = no
            starttls = no
            maxconnections = 4
            """);
    });

    private static MailTool Naive() => new("naive", null, async (from, to, state) => new ChildProgram(
        Find("dotnet")!,
        Path.Combine(AppContext.BaseDirectory, "Cassiopea.Benchmarks.dll"), "naive",
        Text(from.Port), from.Account.User, await PassFileAsync(state, "from", from), Text(to.Port), to.Account.User, await PassFileAsync(state, "to", to)));

    private static MailTool Custom(string name, string command) => new(name, Find(command.Split(' ')[0]) is null ? $"not found: {command.Split(' ')[0]}" : null, async (from, to, state) =>
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var places = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{from.host}"] = "127.0.0.1",
            ["{from.port}"] = Text(from.Port),
            ["{from.user}"] = from.Account.User,
            ["{from.passfile}"] = await PassFileAsync(state, "from", from),
            ["{to.host}"] = "127.0.0.1",
            ["{to.port}"] = Text(to.Port),
            ["{to.user}"] = to.Account.User,
            ["{to.passfile}"] = await PassFileAsync(state, "to", to),
            ["{state}"] = state,
        };
        return new ChildProgram(Find(words[0])!, [.. words[1..].Select(w => places.Aggregate(w, (text, place) => text.Replace(place.Key, place.Value, StringComparison.Ordinal)))])
        {
            WorkingDirectory = state,
        };
    });

    private static async Task<string> PassFileAsync(string state, string name, MailEnd end)
    {
        var path = Path.Combine(state, name);
        await File.WriteAllTextAsync(path, end.Account.Password + "\n");
        return path;
    }

    private static string Url(MailEnd end) => string.Create(CultureInfo.InvariantCulture, $"imap://{Uri.EscapeDataString(end.Account.User)}@127.0.0.1:{end.Port}/?tls=none");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Find(string command) => command.Contains('/', StringComparison.Ordinal)
        ? File.Exists(command) ? Path.GetFullPath(command) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);
}
