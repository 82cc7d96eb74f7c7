using System.Globalization;

namespace Cassiopea.Benchmarks;

/// <summary>What is asked on the command line.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        lists                 move a list of 5,000 people and 400 posts from Sympa to Sympa: export, import, verify, timed
        zones                 move a zone of 5,000 records from Knot to PowerDNS: plan, write, verify, timed
        mail [all|lan|wan20|wan20-5000|big|nochange|nochange-wan20|single-append|waiting-literal|memory|cpu|odd]
                               copy one mailbox between two private servers with each tool in turn
        mail pop3             a maildrop into a Maildir at 20 ms, beside a loop that asks for one message after the other
        mail archive          a mailbox into a Maildir, beside mbsync
          --rounds N            rounds, tools in turn within each (3)
          --cli PATH            cassiopea.dll (the one built beside this program), or a published cassiopea
          --peer NAME=COMMAND   one more tool: a path when NAME is imapsync, else a command line with {from.host} {from.port} {from.user}
                                {from.passfile} {to.host} {to.port} {to.user} {to.passfile} {state}
          --only A,B            only these tools; offlineimap and naive (one FETCH, one APPEND, one connection) run only when named here
          --connections N       passed to ours
          --fsync MODE          the servers' mail_fsync: never (as the committed figures) or optimized
          --markdown FILE       adds the table to a file
        """;

    public string Scenario { get; private init; } = "all";

    public int Rounds { get; private init; } = 3;

    public string Cli { get; private init; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.Cli/release/cassiopea.dll"));

    public IReadOnlyList<(string Name, string Command)> Peers { get; private init; } = [];

    public IReadOnlyList<string> Only { get; private init; } = [];

    public string? Connections { get; init; }

    public string Fsync { get; private init; } = "never";

    public string? Markdown { get; private init; }

    /// <summary>Null when it cannot be understood.</summary>
    public static BenchmarkOptions? Parse(string[] args)
    {
        if (args is not ["mail", ..])
            return null;
        var options = new BenchmarkOptions();
        var rest = new Queue<string>(args[1..]);
        while (rest.TryDequeue(out var word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                options = options with { Scenario = word };
                continue;
            }

            if (!rest.TryDequeue(out var value))
                return null;
            switch (word)
            {
                case "--rounds":
                    options = options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "--cli":
                    options = options with { Cli = value };
                    break;
                case "--peer" when value.Split('=', 2) is [var name, var command]:
                    options = options with { Peers = [.. options.Peers, (name, command)] };
                    break;
                case "--only":
                    options = options with { Only = value.Split(',') };
                    break;
                case "--connections":
                    options = options with { Connections = value };
                    break;
                case "--fsync":
                    options = options with { Fsync = value };
                    break;
                case "--markdown":
                    options = options with { Markdown = value };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
