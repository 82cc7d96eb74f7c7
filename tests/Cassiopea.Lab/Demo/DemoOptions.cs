namespace Cassiopea.Lab.Demo;

/// <summary>What is asked of the demo.</summary>
/// <param name="Once">Stop when the story is told; else stay up until Ctrl-C.</param>
/// <param name="Report">Where the JSON report goes; null = none.</param>
/// <param name="State">State folder; null = a new one that is removed at the end.</param>
/// <param name="KillMail">How many times the mail service is killed by SIGKILL during the large mailbox.</param>
/// <param name="AppHost">The AppHost's assembly; null = the one built beside this program.</param>
public sealed record DemoOptions(bool Once, string? Report, string? State, int KillMail, string? AppHost)
{
    /// <summary>Kill every service once by SIGKILL, each while something is on its way.</summary>
    public bool KillServices { get; init; }

    /// <summary>How long the story may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Where lines go when there is no terminal.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Added to the AppHost's environment, and so to the services'.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Called when everything is up; tests use it to break things.</summary>
    public Func<DemoSystem, Task>? WhenUp { get; init; }

    /// <summary>Called when the story is told and everything still runs; tests use it to look around.</summary>
    public Func<DemoSystem, DemoReport, Task>? WhenTold { get; init; }
}
