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
        _trusted = Read(_options.TrustedRootsFile);
        (Source, Target) = (HostingProfile.Load(_options.SourceProfile), HostingProfile.Load(_options.TargetProfile));
    }

    /// <summary>What the old host runs.</summary>
    public HostingProfile Source { get; }

    /// <summary>What the new host runs.</summary>
    public HostingProfile Target { get; }

    public int Connections => _options.Connections;

    /// <summary>Size at which a part of an archive is closed.</summary>
    public long ArchivePartBytes => _options.ArchivePartBytes;

    /// <summary>Permission bits of folders that the site's program writes into.</summary>
    public int WritableMode => Convert.ToInt32(_options.WritableMode, 8);

    /// <summary>Authorities to trust; null = the system's.</summary>
    public X509Certificate2Collection? Trusted => _trusted;

    public SiteSessionOptions Session() => new() { Idle = _options.Idle, TrustedRoots = _trusted };

    /// <param name="excludes">Patterns of what does not move.</param>
    public SiteCopyOptions Copy(IReadOnlyList<string> excludes) => new()
    {
        Connections = _options.Connections,
        BytesPerSecond = _options.BytesPerSecond,
        Excludes = excludes,
        Session = Session(),
    };

    private static X509Certificate2Collection? Read(string file)
    {
        if (file.Length == 0)
            return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }
}
