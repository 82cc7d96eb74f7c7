using System.Text;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa.Host;

/// <summary>
/// Asks Sympa's own modules on its machine: they reach its database, whatever it is (SQLite, PostgreSQL, MySQL), with its own password, which never leaves
/// that machine. The script is read from the input, so nothing of it stands on a command line.
/// </summary>
internal static class SympaPerl
{
    /// <summary>Stands for the scenario that the host gives to lists which name none.</summary>
    public const string HostsOwn = "=host";

    private const string End = "= end";

    // the folder of the modules is the one that Sympa's own program names; everything that is asked comes after __END__, one word a line
    private const string Frame = """
        use strict; use warnings;
        BEGIN { open my $p, '<', $ENV{SYMPA_PROGRAM} or die "no program\n"; while (<$p>) { if (/^use lib .*'([^']+)'/) { unshift @INC, split(/:/, $ENV{SYMPALIB} || ''), $1; last } } }
        binmode STDOUT, ':raw';
        my @words = map { chomp; $_ } <DATA>;
        unless (eval { require Conf; require Sympa::DatabaseManager; 1 }) { print "= no-layer\n"; exit 0 }
        Conf::load() or die "its configuration cannot be loaded\n";
        """;

    private const string Connect = """

        my $db = Sympa::DatabaseManager->instance or die "its database does not answer\n";
        my ($list, $robot) = (shift @words, shift @words);
        """;

    /// <summary>Who left although a source of the list names them; null when this Sympa has no such modules (before 6.2).</summary>
    public static Task<IReadOnlyList<string>?> ExclusionsAsync(SympaHost host, ListAddress list, CancellationToken token) => AskAsync(host, Connect + """

        my $rows = $db->do_prepared_query('SELECT user_exclusion FROM exclusion_table WHERE list_exclusion = ? AND robot_exclusion = ? ORDER BY 1', $list, $robot) or die "the query failed\n";
        while (my ($user) = $rows->fetchrow_array) { print "$user\n" }
        """, [list.Name, list.Robot], token);

    /// <summary>Writes exclusions, each once, so that no synchronisation subscribes these people again.</summary>
    public static Task<IReadOnlyList<string>?> ExcludeAsync(SympaHost host, ListAddress list, IEnumerable<string> addresses, CancellationToken token) => AskAsync(host, Connect + """

        for my $user (@words) {
            my $known = $db->do_prepared_query('SELECT COUNT(*) FROM exclusion_table WHERE list_exclusion = ? AND robot_exclusion = ? AND user_exclusion = ?', $list, $robot, $user) or die "the query failed\n";
            next if ($known->fetchrow_array)[0];
            $db->do_prepared_query('INSERT INTO exclusion_table (list_exclusion, robot_exclusion, family_exclusion, user_exclusion, date_exclusion) VALUES (?, ?, ?, ?, ?)', $list, $robot, '', $user, time) or die "the insertion failed\n";
        }
        """, [list.Name, list.Robot, .. addresses], token);

    /// <summary>Names of the list parameters that this Sympa knows; null when it cannot tell.</summary>
    public static Task<IReadOnlyList<string>?> ParametersAsync(SympaHost host, CancellationToken token) => AskAsync(host, """

        unless (eval { require Sympa::ListDef; 1 }) { print "= no-layer\n"; exit 0 }
        no warnings 'once';
        print "$_\n" for sort keys %Sympa::ListDef::pinfo;
        """, [], token);

    /// <summary>What a list's scenario <c>send</c> decides for posts of these authors, one answer each; null when it cannot tell.</summary>
    public static Task<IReadOnlyList<string>?> RightsAsync(SympaHost host, ListAddress list, string scenario, IEnumerable<string> authors, CancellationToken token) => AskAsync(host, Connect + """

        my $name = shift @words;
        if ($name eq '=host') { $name = Conf::get_robot_conf($robot, 'send'); unless (defined $name and length $name) { print "= no-layer\n"; exit 0 } }
        unless (eval { require Sympa::List; require Sympa::Message; require Sympa::Scenario; 1 }) { print "= no-layer\n"; exit 0 }
        my $found = Sympa::List->new($list, $robot, { skip_sync_admin => 1 }) or die "no such list\n";
        for my $author (@words) {
            my $post = Sympa::Message->new("From: <$author>\nTo: <$list\@$robot>\nSubject: probe\nMessage-ID: <probe\@cassiopea.invalid>\nDate: Thu, 01 Jan 2015 00:00:00 +0000\n\nprobe\n", context => $found);
            $post->{envelope_sender} = $author; $post->{sender} = $author;
            my $rule = Sympa::Scenario->new($found, 'send', ($name ? (name => $name) : ()));
            my $answer = $rule && $rule->authz('smtp', { sender => $author, message => $post, remote_host => '127.0.0.1' });
            print((ref $answer eq 'HASH' ? ($answer->{action} || 'none') : 'none') . "\n");
        }
        """, [list.Name, list.Robot, scenario, .. authors], token);

    private static async Task<IReadOnlyList<string>?> AskAsync(SympaHost host, string script, IReadOnlyList<string> words, CancellationToken token)
    {
        if (words.Any(static word => word.AsSpan().IndexOfAny('\r', '\n') >= 0)) throw new ArgumentException("A word is one line.", nameof(words));
        using var input = new MemoryStream(Encoding.UTF8.GetBytes($"{Frame}{script}\nprint \"{End}\\n\";\n__END__\n{string.Concat(words.Select(static word => word + "\n"))}"));
        using var output = new MemoryStream();
        var library = host.Layout.Library is { } folder ? $"SYMPALIB={Quote(folder)} " : "";
        await host.Shell.RunAsync($"SYMPA_PROGRAM={Quote(host.Layout.Program)} {library}perl -", input, output, token);
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is ["= no-layer", ..]) return null;
        return lines is [.., End]
            ? lines[..^1]
            : throw new TransferException(host.Side, TransferFailureKind.Broken, TransferCode.ItemUnreadable, $"{host.Name}: Sympa's own modules did not answer to the end.");
    }
}
