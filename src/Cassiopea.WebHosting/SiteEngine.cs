using System.Security.Cryptography.X509Certificates;
using Cassiopea.Ftp;
using Cassiopea.Ftp.Site;
using Cassiopea.Sites.Profiles;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>The engines' settings as this service's options ask for them.</summary>
internal sealed class SiteEngine
{
    private readonly WebHostingOptions _options;
    private readonly X509Certificate2Collection? _trusted;

    public SiteEngine(IOptions<WebHostingOptions> options)
    {
        _options = options.Value;
        _trusted = Trusted(_options.TrustedRootsFile);
        Target = HostingProfile.Find(_options.TargetProfile) ?? HostingProfile.Parse(File.ReadAllText(_options.TargetProfile));
    }

    /// <summary>What the new host runs.</summary>
    public HostingProfile Target { get; }

    public int Connections => _options.Connections;

    public SiteSessionOptions Session() => new() { Idle = _options.Idle, TrustedRoots = _trusted };

    /// <param name="excludes">Patterns of what does not move.</param>
    public SiteCopyOptions Copy(IReadOnlyList<string> excludes) => new()
    {
        Connections = _options.Connections,
        BytesPerSecond = _options.BytesPerSecond,
        Excludes = excludes,
        Session = Session(),
    };

    private static X509Certificate2Collection? Trusted(string file)
    {
        if (file.Length == 0)
            return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }
}
