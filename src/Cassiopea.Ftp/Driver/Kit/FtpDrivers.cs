using Cassiopea.Ftp.Driver.Kit;

namespace Cassiopea.Ftp.Driver;

/// <summary>The drivers of this build, by name: the variant of <c>FluentFtp=true</c>.</summary>
public static class FtpDrivers
{
    /// <summary>Their names, the standard one first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["engine", "fluentftp"];

    /// <summary>A driver; null when this build has none of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IFtpDriver? Named(string name) => name switch
    {
        "engine" => EngineDriver.Instance,
        "fluentftp" => new KitDriver(),
        _ => null,
    };
}
