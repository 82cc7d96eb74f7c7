namespace Cassiopea.Cli;

/// <summary>One command of the table.</summary>
/// <param name="Name">Its words, for example <c>mail copy</c>.</param>
/// <param name="Summary">One line for <c>--help</c>.</param>
/// <param name="Options">Its options, separated by spaces; one that takes a value ends with <c>=</c>: <c>--from= --dry-run</c>.</param>
/// <param name="RunAsync">Runs it and answers the exit code.</param>
/// <param name="Words">The words it takes, for <c>--help</c>: <c>MIGRATION KIND</c>.</param>
internal sealed record Command(
    string Name, string Summary, string Options, Func<CommandLine, CancellationToken, Task<int>> RunAsync, string Words = "");

/// <summary>Something in the command line that is not understood: exit code 1.</summary>
internal sealed class UsageException(string text) : Exception(text);

/// <summary>The options and words of one command: <c>--name value</c>, <c>--name=value</c> and <c>--switch</c>.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _switches = new(StringComparer.Ordinal);

    private CommandLine(IReadOnlyList<string> words) => Words = words;

    /// <summary>What is neither an option nor its value, after the command's own words.</summary>
    public IReadOnlyList<string> Words { get; }

    public static CommandLine Parse(Command command, IEnumerable<string> arguments)
    {
        var known = command.Options.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var words = new List<string>();
        var line = new CommandLine(words);
        using var next = arguments.GetEnumerator();
        while (next.MoveNext())
        {
            var word = next.Current;
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(word);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (known.Contains(name + "="))
            {
                if (equals < 0 && !next.MoveNext()) throw new UsageException($"{name} needs a value.");
                var value = equals < 0 ? next.Current : word[(equals + 1)..];
                if (!line._values.TryGetValue(name, out var values)) line._values[name] = values = [];
                values.Add(value);
            }
            else if (known.Contains(name) && equals < 0)
            {
                line._switches.Add(name);
            }
            else
            {
                throw new UsageException($"{command.Name} has no option {name}.");
            }
        }

        return line;
    }

    /// <summary>True when the switch was given, for example <c>--quiet</c>.</summary>
    public bool Has(string name) => _switches.Contains(name);

    /// <summary>The last value given, or null.</summary>
    public string? Value(string name) => _values.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>All values of an option that may be repeated.</summary>
    public IReadOnlyList<string> Values(string name) => _values.TryGetValue(name, out var values) ? values : [];

    /// <summary>The value of an option that must be given.</summary>
    public string Required(string name) => Value(name) ?? throw new UsageException($"{name} is required.");

    /// <summary>A whole number within bounds, or the default.</summary>
    public long Number(string name, long standard, long least, long most)
    {
        if (Value(name) is not { } text) return standard;
        if (long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        throw new UsageException($"{name} must be a whole number from {least} to {most}.");
    }
}
