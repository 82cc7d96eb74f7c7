using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa.Host;

/// <summary>Where a Sympa keeps its things; read from its <c>sympa.conf</c>.</summary>
/// <param name="Program">The command <c>sympa</c> (6.2.68 and later) or <c>sympa.pl</c>.</param>
/// <param name="Library">Folder in front of Sympa's own modules; null = none.</param>
/// <param name="Home">Folder of the lists' folders.</param>
/// <param name="Archives">Folder of the archives.</param>
/// <param name="Spool">Folder of the spools.</param>
/// <param name="Etc">Folder of <c>sympa.conf</c>.</param>
/// <param name="DatabaseType">For example <c>SQLite</c>.</param>
/// <param name="Database">Name of the database; for SQLite its file.</param>
/// <param name="Version">For example 6.2.70.</param>
/// <param name="Aliases">File of alias lines; null when Sympa writes none.</param>
public sealed record SympaLayout(string Program, string? Library, string Home, string Archives, string Spool, string Etc, string DatabaseType, string Database, Version Version, string? Aliases = null);

/// <summary>A list of a host, open or not.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Status"><c>open</c>, <c>closed</c>, <c>pending</c>, <c>error_config</c>, <c>family_closed</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Includes">Lists that it includes.</param>
public sealed record FoundList(ListAddress Address, string Status, string Subject, IReadOnlyList<ListAddress> Includes);

/// <summary>One Sympa, reached by its command line and its files. What a command answers is never believed: what it did is read back.</summary>
public sealed class SympaHost
{
    private const int DumpAttempts = 5;

    // Sympa's own lock of a file, as its Sympa::LockedFile takes it; a Sympa too old to have it locks nothing
    private const string SympaLock = "my $lock; if (eval { require File::NFSLock; 1 }) { $File::NFSLock::LOCK_EXTENSION = ',lock'; $lock = File::NFSLock->new({ file => $ENV{f}, lock_type => 2, blocking_timeout => 60, stale_lock_timeout => 1200 }) or die \"$ENV{f} is locked by Sympa\\n\" } my $r = system('/bin/sh', '-c', $ARGV[0]); $lock->unlock if $lock; exit($r == 0 ? 0 : ($r >> 8) || 1)";
    private static readonly TimeSpan BetweenDumps = TimeSpan.FromSeconds(2);
    private readonly SympaShell _shell;

    private SympaHost(SympaShell shell, SympaLayout layout) => (_shell, Layout) = (shell, layout);

    /// <summary>Where its things are.</summary>
    public SympaLayout Layout { get; }

    /// <summary>Which machine, for people.</summary>
    public string Name => _shell.Name;

    /// <summary>Which end it is.</summary>
    public TransferSide Side => _shell.Side;

    internal SympaShell Shell => _shell;

    /// <summary>Reads where a Sympa keeps its things.</summary>
    /// <param name="shell">The machine.</param>
    /// <param name="configuration">Path of its <c>sympa.conf</c>.</param>
    /// <param name="library">Folder in front of Sympa's own modules; null = none.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<SympaHost> OpenAsync(SympaShell shell, string configuration, string? library, CancellationToken token)
    {
        var values = Encoding.UTF8.GetString(await shell.ReadAsync($"cat {Quote(configuration)}", token)).Split('\n')
            .Select(static line => line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(static words => words.Length == 2 && !words[0].StartsWith('#'))
            .GroupBy(static words => words[0], static words => words[1], StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Last(), StringComparer.Ordinal);
        string Of(string key, string otherwise) => values.GetValueOrDefault(key, otherwise);
        var program = (await shell.TextAsync("for p in sympa /usr/lib/sympa/bin/sympa.pl /usr/lib/sympa/bin/sympa; do command -v $p && break; done || true", token)).Trim();
        var environment = library is null ? "" : $"SYMPALIB={Quote(library)} ";
        var version = program.Length == 0 ? "" : await shell.TextAsync($"{environment}{Quote(program)} --version 2>/dev/null || true", token);
        var number = version.Split(' ', '\n').Select(static word => System.Version.TryParse(word.Trim(), out var parsed) ? parsed : null).FirstOrDefault(static parsed => parsed is not null)
            ?? throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ProtocolBroken, $"{shell.Name}: the command sympa was not found or does not tell its version.");
        return new(shell, new(program, library, Of("home", "/var/lib/sympa/list_data"), Of("arc_path", "/var/lib/sympa/arc"), Of("spool", "/var/spool/sympa"),
            configuration[..configuration.LastIndexOf('/')], Of("db_type", ""), Of("db_name", ""), number, Of("sendmail_aliases", "/etc/mail/sympa/aliases") is var aliases and not "none" ? aliases : null));
    }

    /// <summary>Every list of a robot: open, closed, pending and broken ones.</summary>
    /// <param name="robot">Its domain.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<FoundList>> ListsAsync(string robot, CancellationToken token)
    {
        var names = await _shell.TextAsync($"for d in {Quote(Layout.Home)}/{Quote(robot)}/*/config; do [ -f \"$d\" ] && printf '%s\\n' \"$d\"; done; true", token);
        List<FoundList> lists = [];
        foreach (var path in names.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = ListAddress.Parse($"{path.Split('/')[^2]}@{robot}");
            var config = ListConfig.Parse(await _shell.ReadAsync($"cat {Quote(path)}", token));
            lists.Add(new(address, config.Value("status") ?? "open", config.Value("subject") ?? "", [.. BundleList.Of(address, config).IncludesLists.Select(ListAddress.Parse)]));
        }

        return lists;
    }

    /// <summary>Folder of a list.</summary>
    /// <param name="list">The list.</param>
    public string FolderOf(ListAddress list) => $"{Layout.Home}/{list.Robot}/{list.Name}";

    /// <summary>Folder of a list's archive.</summary>
    /// <param name="list">The list.</param>
    public string ArchiveOf(ListAddress list) => $"{Layout.Archives}/{list}";

    /// <summary>True when the host knows a list of that name, or keeps a folder for it.</summary>
    /// <param name="list">The list.</param>
    /// <param name="token">Ends it.</param>
    public async Task<bool> HasAsync(ListAddress list, CancellationToken token) =>
        (await _shell.TextAsync($"[ -e {Quote(FolderOf(list))} ] && echo yes; true", token)).Trim() == "yes";

    /// <summary>Runs one of Sympa's own commands.</summary>
    /// <param name="token">Ends it.</param>
    /// <param name="words">Its words.</param>
    public Task<string> SympaAsync(CancellationToken token, params IReadOnlyList<string> words) => _shell.TextAsync(SympaLine(words) + " 2>&1", token);

    private string SympaLine(params IReadOnlyList<string> words) =>
        $"{(Layout.Library is { } library ? $"SYMPALIB={Quote(library)} " : "")}{Quote(Layout.Program)} {string.Join(' ', words.Select(Quote))}";

    /// <summary>People of one role now, from Sympa's own dump; a closed list's dump is the file that closing left.</summary>
    /// <param name="list">The list.</param>
    /// <param name="role"><c>member</c>, <c>owner</c> or <c>editor</c>.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<DumpEntry>> PeopleAsync(ListAddress list, string role, CancellationToken token)
    {
        foreach (var name in Dump.FileNames(role))
        {
            var octets = await ReadFileAsync($"{FolderOf(list)}/{name}", token);
            if (octets.Length > 0) return Dump.Read(octets);
        }

        return role == "member" ? [] : ListConfig.Parse(await ReadFileAsync($"{FolderOf(list)}/config", token)).People(role);
    }

    /// <summary>Has Sympa write its dumps anew; of a closed list nothing is written and the files are the truth.</summary>
    /// <param name="list">The list.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The dump of an open list is not newer than the call: what Sympa says of itself is not believed.</exception>
    public async Task DumpAsync(ListAddress list, CancellationToken token)
    {
        var open = await this.StatusAsync(list, token) == "open";
        var dump = Layout.Version >= new Version(6, 2, 68)
            ? SympaLine("dump", "--roles=member,owner,editor", list.ToString())
            : SympaLine("--dump_users", $"--list={list}", "--role=member,owner,editor");
        for (var attempt = 1; ; attempt++)
        {
            var said = await _shell.TextAsync($"r=$(mktemp) && {dump} >\"$r.said\" 2>&1; [ {Quote(FolderOf(list) + "/member.dump")} -nt \"$r\" ] && echo fresh; tail -c 300 \"$r.said\"; rm -f \"$r\" \"$r.said\"", token);
            if (!open || said.StartsWith("fresh", StringComparison.Ordinal))
                return;
            if (attempt == DumpAttempts)
                throw new TransferException(_shell.Side, TransferFailureKind.Broken, TransferCode.ItemUnreadable, $"{Name}: Sympa did not write the people of {list} anew; look at its log. It said: {said.Trim()}");

            // its database is busy with something else: it says nothing of that, and writes nothing
            await Task.Delay(BetweenDumps, TimeProvider.System, token);
        }
    }

    /// <summary>A file; empty when there is none.</summary>
    /// <param name="path">On the host.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">It is there and cannot be read.</exception>
    public Task<byte[]> ReadFileAsync(string path, CancellationToken token) => _shell.ReadAsync($"if [ -f {Quote(path)} ]; then cat {Quote(path)}; fi", token);

    /// <summary>Replaces a file in one step.</summary>
    /// <param name="path">On the host.</param>
    /// <param name="octets">Its new content.</param>
    /// <param name="token">Ends it.</param>
    public async Task WriteFileAsync(string path, ReadOnlyMemory<byte> octets, CancellationToken token)
    {
        using var input = new MemoryStream(octets.ToArray());
        await _shell.RunAsync($"t=$(mktemp {Quote(path + ".part.XXXXXX")}) && trap 'rm -f \"$t\"' EXIT && {Whole(octets.Length)} && chmod 640 \"$t\" && mv \"$t\" {Quote(path)}", input, Stream.Null, token);
    }

    /// <summary>Replaces a file that others write too, if it is what was read: in one step under its lock and Sympa's own, with its owner and its mode. False = it changed meanwhile, and nothing was written.</summary>
    /// <param name="path">On the host; it exists.</param>
    /// <param name="read">What was read.</param>
    /// <param name="octets">Its new content.</param>
    /// <param name="token">Ends it.</param>
    public async Task<bool> ReplaceFileAsync(string path, ReadOnlyMemory<byte> read, ReadOnlyMemory<byte> octets, CancellationToken token)
    {
        using var input = new MemoryStream(octets.ToArray());
        using var output = new MemoryStream();
        var step = $"set -e; if [ \"$(sha256sum <\"$f\" | cut -d' ' -f1)\" != {Convert.ToHexStringLower(SHA256.HashData(read.Span))} ]; then cat >/dev/null; echo changed; exit 0; fi; "
            + $"t=$(mktemp \"$f.part.XXXXXX\"); trap 'rm -f \"$t\"' EXIT; {Whole(octets.Length)}; chmod --reference=\"$f\" \"$t\"; chown --reference=\"$f\" \"$t\"; mv -T \"$t\" \"$f\"; echo written";
        // who waited for the lock of a file that was replaced meanwhile holds the lock of nothing: then the new one's is taken
        await _shell.RunAsync(
            $"set -e; f=$(readlink -f {Quote(path)}); export f; while :; do exec 9<\"$f\"; flock -w 60 9; if [ \"/proc/$$/fd/9\" -ef \"$f\" ]; then break; fi; done; perl -e {Quote(SympaLock)} {Quote(step)}", input, output, token);
        return Encoding.UTF8.GetString(output.ToArray()).Trim() == "written";
    }

    /// <summary>Keeps what is read in <c>"$t"</c>; fails when the connection ended before it was whole.</summary>
    private static string Whole(int octets) => string.Create(CultureInfo.InvariantCulture, $"cat >\"$t\" && [ \"$(wc -c <\"$t\")\" -eq {octets} ]");

    /// <summary>Removes a file; none is no error.</summary>
    /// <param name="path">On the host.</param>
    /// <param name="token">Ends it.</param>
    public Task RemoveFileAsync(string path, CancellationToken token) => _shell.ReadAsync($"rm -f {Quote(path)}", token);

    /// <summary>A line that hands what <c>find</c> found to a command as <c>"$t"</c>, names ended by NUL; it fails when either fails.</summary>
    internal static string Found(string filter, string command) => $"t=$(mktemp) && find . {filter} -print0 >\"$t\" && {command}; c=$?; rm -f \"$t\"; exit $c";

    /// <summary>Runs a line with what a query needs quoted by the caller.</summary>
    internal Task<string> LineAsync(string line, CancellationToken token) => _shell.TextAsync(line, token);

    /// <summary>Runs a line that reads what is given.</summary>
    internal async Task LineAsync(string line, byte[] input, CancellationToken token)
    {
        using var stream = new MemoryStream(input);
        await _shell.RunAsync(line, stream, Stream.Null, token);
    }

    /// <summary>Copies a folder of the host into a folder here; no such folder gives nothing.</summary>
    /// <param name="folder">On the host.</param>
    /// <param name="filter">Words for <c>find</c> that choose the files.</param>
    /// <param name="into">Here.</param>
    /// <param name="limits">How much is accepted.</param>
    /// <param name="token">Ends it.</param>
    public async Task<long> FetchAsync(string folder, string filter, string into, SafeTarLimits limits, CancellationToken token)
    {
        var file = Path.Combine(into, ".fetch.tar");
        Directory.CreateDirectory(into);
        await using (var tar = new FileStream(file, FileMode.Create, FileAccess.ReadWrite))
        {
            await _shell.RunAsync($"[ -d {Quote(folder)} ] || exit 0; cd {Quote(folder)} && {Found($"-type f {filter}", "tar --null --no-recursion -cf - -T \"$t\"")}", null, tar, token);
            tar.Position = 0;
            if (tar.Length > 0) await SafeTar.ExtractAsync(tar, into, limits, token);
        }

        File.Delete(file);
        return Directory.EnumerateFiles(into, "*", SearchOption.AllDirectories).LongCount();
    }

    /// <summary>Copies a folder here into a folder of the host, owned by the account of Sympa.</summary>
    /// <param name="from">Here.</param>
    /// <param name="folder">On the host; made when it is missing.</param>
    /// <param name="token">Ends it.</param>
    public async Task SendAsync(string from, string folder, CancellationToken token)
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await using var input = pipe.Reader.AsStream();
        var writing = Task.Run(async () =>
        {
            await using var output = pipe.Writer.AsStream();
            await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(from, output, includeBaseDirectory: false, token);
        }, token);
        await _shell.RunAsync($"umask 027; mkdir -p {Quote(folder)} && tar -C {Quote(folder)} --no-same-owner --no-same-permissions -m -xf -", input, Stream.Null, token);
        await writing;
    }
}
