using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Servers;

/// <summary>Where a lab's Sympa keeps its tables.</summary>
/// <param name="Type">As <c>sympa.conf</c> calls it: <c>PostgreSQL</c> or <c>MySQL</c>.</param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="Name">Of the database.</param>
/// <param name="User">Of the account.</param>
/// <param name="Password">Of the account.</param>
public sealed record SympaBackEnd(string Type, int Port, string Name, string User, string Password)
{
    internal IEnumerable<string> Lines => [$"db_type {Type}", "db_host 127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"db_port {Port}"), $"db_name {Name}", $"db_user {User}", $"db_passwd {Password}"];
}

/// <summary>A private Sympa from Debian's package: own configuration, SQLite, lists, archives, spools; mail it would send is kept in <c>captured</c>. Needs root.</summary>
public sealed class SympaServer : IAsyncDisposable
{
    private const string Modules = "/usr/share/sympa/lib";
    private const string Programs = "/usr/lib/sympa/bin";
    private const string User = "sympa";
    private readonly List<ChildProcess> _daemons = [];
    private readonly SympaBackEnd? _backEnd;

    private SympaServer(string root, string robot, SympaBackEnd? backEnd) => (Root, Robot, _backEnd) = (root, robot, backEnd);

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>Domain of its lists.</summary>
    public string Robot { get; }

    /// <summary>Account it runs as.</summary>
    public static string Account => User;

    /// <summary>Its <c>sympa.conf</c>.</summary>
    public string Configuration => $"{Root}/etc/sympa.conf";

    /// <summary>Folder in front of Sympa's modules that makes this instance private.</summary>
    public string Library => $"{Root}/lib";

    /// <summary>Its database.</summary>
    public string Database => $"{Root}/sympa.sqlite";

    /// <summary>Mail that it would have sent: sender and recipients of each.</summary>
    public IReadOnlyList<string> Sent => [.. Directory.EnumerateFiles($"{Root}/captured", "*.env").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    /// <summary>What it logged; can be invalid UTF-8.</summary>
    public string Log => File.Exists($"{Root}/sympa.log") ? File.ReadAllText($"{Root}/sympa.log", Encoding.Latin1) : "";

    /// <summary>Makes one in a new folder of this process.</summary>
    public static Task<SympaServer> StartAsync(string robot, CancellationToken token = default) => StartAsync(robot, null, token);

    /// <summary>The same with its tables elsewhere than in SQLite.</summary>
    public static async Task<SympaServer> StartAsync(string robot, SympaBackEnd? backEnd, CancellationToken token)
    {
        if (!ChildProcess.IsRoot) throw new InvalidOperationException("The lab's Sympa needs root: it runs as its own user.");
        if (!File.Exists($"{Programs}/sympa.pl")) throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends sympa dbconfig-sqlite3 msmtp-mta busybox-syslogd sqlite3");
        var server = new SympaServer(LabRoot.NewFolder("sympa"), robot, backEnd);
        await server.WriteAsync(token);
        await server.RunAsync(token, "check");
        foreach (var file in Directory.EnumerateFiles($"{server.Root}/captured")) File.Delete(file);
        return server;
    }

    /// <summary>One that another process of the lab started.</summary>
    public static SympaServer At(string root, string robot) => new(root, robot, null);

    /// <summary>Folder of a list.</summary>
    public string FolderOf(string list) => $"{Root}/list_data/{Robot}/{list}";

    /// <summary>Folder of a list's archive.</summary>
    public string ArchiveOf(string list) => $"{Root}/arc/{list}@{Robot}";

    /// <summary>Runs Sympa's own command.</summary>
    public Task<string> RunAsync(CancellationToken token, params IReadOnlyList<string> words) => ChildProcess.RunAsync(Program($"{Programs}/sympa.pl", words), token);

    /// <summary>Runs SQL on its database.</summary>
    public Task<string> SqlAsync(string sql, CancellationToken token = default) => ChildProcess.RunAsync(Program("/usr/bin/sqlite3", [Database, sql]), token);

    /// <summary>Starts daemons in the foreground: <c>sympa_msg</c>, <c>archived</c>, <c>bulk</c>, <c>task_manager</c>.</summary>
    public async Task StartDaemonsAsync(params IReadOnlyList<string> names)
    {
        foreach (var name in names) _daemons.Add(await ChildProcess.StartAsync(Program($"{Programs}/{name}.pl", ["--foreground"])));
    }

    /// <summary>Folder of the programs that a mail server of this instance's own hands posts to.</summary>
    public string QueuePrograms => $"{Root}/bin";

    /// <summary>
    /// Connects it with a real mail server: alias lines name programs of this instance (Debian's know the machine's configuration only), the table is built
    /// by the mail server's program, and what it sends goes there too, by SMTP.
    /// </summary>
    public async Task ConnectAsync(int port, string aliasesProgram, CancellationToken token)
    {
        Directory.CreateDirectory(QueuePrograms);
        foreach (var (program, spool) in ((string, string)[])[("queue", "msg"), ("bouncequeue", "bounce")])
            await File.WriteAllTextAsync($"{QueuePrograms}/{program}", $"#!/bin/sh\nn=\"$1.$(date +%s).$$\"; cd '{Root}/spool/{spool}' && {{ printf 'X-Sympa-To: %s\\n' \"$1\"; sed '1{{/^From /d}}'; }} >\"T.$n\" && mv \"T.$n\" \"$n\"\n", token);
        await File.WriteAllTextAsync($"{Root}/sendmail", string.Create(CultureInfo.InvariantCulture, $$"""
            #!/usr/bin/perl
            use strict; use Net::SMTP; use Time::HiRes;
            my ($from, @to, $all) = ('');
            while (defined(my $word = shift)) {
              if ($all) { push @to, $word } elsif ($word eq '--') { $all = 1 } elsif ($word eq '-f') { $from = shift } elsif ($word =~ /^-f(.+)/) { $from = $1 } elsif ($word eq '-N' or $word eq '-R' or $word eq '-V') { shift } elsif ($word !~ /^-/) { push @to, $word }
            }
            $from = '' if $from eq '<>';
            local $/; my $mail = <STDIN>;
            my $f = '{{Root}}/captured/' . Time::HiRes::time() . ".$$";
            open my $e, '>', "$f.env" or die $!; print $e "$_\n" for $from, '--', @to; close $e;
            open my $m, '>', "$f.eml" or die $!; print $m $mail; close $m;
            my $s = Net::SMTP->new('127.0.0.1', Port => {{port}}, Timeout => 60) or die 'no mail server';
            $s->mail($from) or die $s->message; $s->to(@to) or die $s->message; $s->data($mail) or die $s->message; $s->quit;

            """), token);
        await ChildProcess.RunAsync(new ChildProgram("/bin/sh", "-c", $"chmod 755 '{Root}/sendmail' '{QueuePrograms}'/*"), token);
        await KeepAliasesAsync(aliasesProgram, token);
    }

    /// <summary>Lets it keep alias lines in <c>mail/aliases</c>, as a host with a mail server has it; no table is built from them.</summary>
    public Task KeepAliasesAsync(CancellationToken token = default) => KeepAliasesAsync("/bin/true", token);

    private async Task KeepAliasesAsync(string program, CancellationToken token)
    {
        var text = await File.ReadAllTextAsync(Configuration, token);
        await File.WriteAllTextAsync(Configuration, text.Replace("sendmail_aliases none", $"sendmail_aliases {Root}/mail/aliases", StringComparison.Ordinal).Replace("aliases_program none", $"aliases_program {program}", StringComparison.Ordinal), token);
        await OwnAsync(Root + "/mail", token);
    }

    /// <summary>The alias lines that Sympa writes of a list.</summary>
    /// <param name="list">Its name.</param>
    /// <param name="programs">Folder of <c>queue</c> and <c>bouncequeue</c>.</param>
    public string AliasLines(string list, string programs = Programs) =>
        string.Concat(((string[])["", "-request", "-editor", "-subscribe", "-unsubscribe"]).Select(suffix => $"{list}{suffix}: \"|{programs}/queue {list}{suffix}@{Robot}\"\n")) + $"{list}-owner: \"|{programs}/bouncequeue {list}@{Robot}\"\n";

    /// <summary>Puts a list in place with its people, as if it had always been there.</summary>
    public async Task AddListAsync(string name, string config, string members, string owners, string editors = "", CancellationToken token = default)
    {
        var folder = FolderOf(name);
        LabRoot.MakeFolder(folder);
        await File.WriteAllTextAsync($"{folder}/config", config.TrimEnd('\n') + "\n\nstatus closed\n\n", token);
        await File.WriteAllTextAsync($"{folder}/member.dump", members, token);
        await File.WriteAllTextAsync($"{folder}/owner.dump", owners, token);
        await File.WriteAllTextAsync($"{folder}/editor.dump", editors, token);
        await OwnAsync(folder, token);
        await RunAsync(token, "open", $"{name}@{Robot}");
    }

    /// <summary>Puts a raw post into an archive.</summary>
    public async Task ArchiveAsync(string list, string month, int number, byte[] post, CancellationToken token = default)
    {
        var folder = $"{ArchiveOf(list)}/{month}/arctxt";
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync($"{folder}/{number.ToString(CultureInfo.InvariantCulture)}", post, token);
        await File.WriteAllTextAsync($"{ArchiveOf(list)}/{month}/index", $"{number}\n", token);
        await OwnAsync(ArchiveOf(list), token);
    }

    /// <summary>Posts as an MTA would hand a message over.</summary>
    public async Task PostAsync(string list, string message, CancellationToken token = default)
    {
        var name = $"{list}@{Robot}.{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}.{Guid.NewGuid():N}";
        var path = $"{Root}/spool/msg/T.{name}";
        await File.WriteAllTextAsync(path, $"X-Sympa-To: {list}@{Robot}\n{message}", token);
        await OwnAsync(path, token);
        File.Move(path, $"{Root}/spool/msg/{name}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons) await daemon.DisposeAsync();
    }

    private static Task<string> OwnAsync(string path, CancellationToken token) => ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "-R", $"{User}:", path), token);

    private ChildProgram Program(string file, IReadOnlyList<string> words) => new(file, words)
    {
        User = User,
        Environment = new Dictionary<string, string?> { ["SYMPALIB"] = Library, ["SYMPA_CONFIG"] = null, ["HOME"] = Root, ["LC_ALL"] = "C.UTF-8" },
    };

    private async Task WriteAsync(CancellationToken token)
    {
        foreach (var folder in (string[])["etc", "lib/Sympa", "lib/Sys", "arc", "bounce", "pictures", "css", "run", "mail", "captured", "list_data/X509-user-certs", $"list_data/{Robot}", $"etc/{Robot}"])
            Directory.CreateDirectory($"{Root}/{folder}");
        foreach (var spool in (string[])["msg", "auth", "automatic", "bounce", "bulk", "digest", "moderation", "subscribe", "task", "tmp", "viewmail", "outgoing"])
            Directory.CreateDirectory($"{Root}/spool/{spool}");
        foreach (var part in (string[])["create_list_templates", "mail_tt2", "scenari", "tasks", "families", "data_sources", "search_filters", "custom_actions", "custom_conditions", "web_tt2"])
            Directory.CreateDirectory($"{Root}/etc/{part}");
        var constants = await File.ReadAllTextAsync($"{Modules}/Sympa/Constants.pm", token);
        foreach (var (from, to) in ((string, string)[])
        [
            ("'/etc/sympa/sympa/sympa.conf'", $"'{Configuration}'"), ("'/etc/sympa/sympa/wwsympa.conf'", $"'{Root}/etc/wwsympa.conf'"), ("'/etc/mail/sympa/aliases'", $"'{Root}/mail/aliases'"),
            ("'/run/sympa'", $"'{Root}/run'"), ("'/var/lib/sympa/list_data'", $"'{Root}/list_data'"), ("'/var/spool/sympa'", $"'{Root}/spool'"), ("'/etc/sympa'", $"'{Root}/etc'"), ("'/var/lib/sympa/", $"'{Root}/"),
        ])
            constants = constants.Replace(from, to, StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{Library}/Sympa/Constants.pm", constants, token);
        await File.WriteAllTextAsync($"{Library}/Sys/Syslog.pm", Syslog, token);
        await File.WriteAllTextAsync($"{Root}/sendmail", $"#!/bin/sh\nf={Root}/captured/$(date +%s%N).$$\ncat > $f.eml\nprintf '%s\\n' \"$@\" > $f.env\n", token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chmod", "755", $"{Root}/sendmail"), token);
        await File.WriteAllTextAsync(Configuration, Text, token);
        foreach (var empty in (string[])["mail/aliases", "etc/topics.conf", $"etc/{Robot}/robot.conf"]) await File.WriteAllTextAsync($"{Root}/{empty}", "", token);
        await File.WriteAllTextAsync($"{Root}/etc/auth.conf", "user_table\n\tregexp .*\n", token);
        await File.WriteAllTextAsync($"{Root}/etc/data_structure.version", "# version\n6.2.70\n", token);
        await OwnAsync(Root, token);
    }

    // sendmail_aliases none: the C wrapper of newaliases clears the environment and would read the machine's own configuration
    private string Text => string.Join('\n',
    [
        $"domain {Robot}", $"listmaster listmaster@{Robot}", "lang en_US", "supported_lang en_US,fr,nl", .. (_backEnd is null ? ["db_type SQLite", $"db_name {Database}"] : _backEnd.Lines), $"sendmail {Root}/sendmail",
        "sendmail_aliases none", "aliases_program none", $"home {Root}/list_data", $"arc_path {Root}/arc", $"bounce_path {Root}/bounce", $"spool {Root}/spool", $"queue {Root}/spool/msg",
        $"tmpdir {Root}/spool/tmp", "log_socket_type inet", "log_level 0", $"wwsympa_url http://{Robot}/sympa", $"soap_url http://{Robot}/sympasoap", "cookie labcookie", "create_list listmaster",
        "sleep 1", "bulk_sleep 1", "bulk_max_count 1", "bulk_fork_threshold 1", $"css_path {Root}/css", $"pictures_path {Root}/pictures", "",
    ]);

    private const string Syslog = """
        package Sys::Syslog; # no syslogd needed: a file found from this module's own path
        use strict; my $id='';
        (my $f=__FILE__)=~s#/lib/Sys/Syslog.pm$#/sympa.log#;
        sub setlogsock{1} sub closelog{1} sub openlog{$id=shift;1}
        sub syslog{ my($l,$fmt,@a)=@_; open my $h,'>>',$f or return 0; binmode $h; my @t=localtime;
          printf {$h} "%04d-%02d-%02dT%02d:%02d:%02d %s %s\n",$t[5]+1900,$t[4]+1,@t[3,2,1,0],$id,sprintf($fmt,@a); close $h; 1 }
        1;

        """;
}
