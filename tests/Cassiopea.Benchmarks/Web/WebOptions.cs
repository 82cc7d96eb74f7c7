using System.Globalization;

namespace Cassiopea.Benchmarks.Web;

/// <summary>What is asked behind <c>web</c>.</summary>
internal sealed record WebOptions
{
    public const string Usage = """
        web [all|plain|wan20|tls|nochange|memory]
                               copy one site between two private servers with each tool in turn
          --rounds N            rounds, tools in turn within each (2)
          --cli PATH            cassiopea.dll (the one built beside this program), or a published cassiopea
          --connections N       for each tool (8)
          --only A,B            only these tools: cassiopea, lftp, lftp-direct, rclone
        """;

    public static readonly string[] Scenarios = ["plain", "wan20", "tls", "nochange", "memory"];

    public string Scenario { get; private init; } = "all";

    public int Rounds { get; private init; } = 2;

    public int Connections { get; private init; } = 8;

    public IReadOnlyList<string> Only { get; private init; } = [];

    public string Cli { get; private init; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.Cli/release/cassiopea.dll"));

    /// <summary>Null when it cannot be understood.</summary>
    public static WebOptions? Parse(string[] args)
    {
        var options = new WebOptions();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var word))
        {
            if (word == "all" || Scenarios.Contains(word))
            {
                options = options with { Scenario = word };
                continue;
            }

            if (!rest.TryDequeue(out var value)) return null;
            switch (word)
            {
                case "--rounds":
                    options = options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "--connections":
                    options = options with { Connections = int.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "--cli":
                    options = options with { Cli = value };
                    break;
                case "--only":
                    options = options with { Only = value.Split(',') };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
