namespace Cassiopea.Ftp.Driver;

/// <summary>The drivers of this build, by name. The other variant is compiled with <c>FluentFtp=true</c>.</summary>
public static class FtpDrivers
{
    /// <summary>Their names, the standard one first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["engine"];

    /// <summary>A driver; null when this build has none of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IFtpDriver? Named(string name) => name == "engine" ? EngineDriver.Instance : null;
}
