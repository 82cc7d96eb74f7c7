namespace Cassiopea.Imap.Driver;

/// <summary>The drivers of this build, by name. The other variant is compiled with <c>MailKit=true</c>.</summary>
public static class MailboxDrivers
{
    /// <summary>Their names, the standard one first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["engine"];

    /// <summary>A driver; null when this build has none of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="time">The clock of dates and rates.</param>
    public static IMailboxDriver? Named(string name, TimeProvider time) => name == "engine" ? new EngineDriver(time) : null;
}
