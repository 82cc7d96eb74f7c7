using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Domains;

/// <summary>Section <c>Domains</c>. Secrets are in files, never here.</summary>
internal sealed class DomainsOptions
{
    /// <summary>The members' domains, <c>member;domain;source;provider;name_servers</c>, and <c>holder;handle</c> after it where they are known; empty = there is none, domains are <i>not surveyed</i> unless declared.</summary>
    /// <value>Empty.</value>
    /// <remarks>source and provider are names in <see cref="Providers"/>; name_servers are separated by commas, empty where only records change.</remarks>
    public string InventoryFile { get; set; } = "";

    /// <summary>Folder of zones as they shall be, <c>DOMAIN.zone</c>, that staff reviewed; a domain without one gets its old zone with <see cref="Successors"/>.</summary>
    /// <value>Empty: there is none.</value>
    public string WantedFolder { get; set; } = "";

    /// <summary>Folder of the lists that people work through at providers that we cannot reach.</summary>
    /// <value><c>domain-tasks</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string TaskFolder { get; set; } = "domain-tasks";

    /// <summary>How long people may take over such a list.</summary>
    /// <value>3 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "60.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TaskPatience { get; set; } = TimeSpan.FromDays(3);

    /// <summary>The day on which the old host closes: what is left on the last rung must be paid beyond it.</summary>
    /// <value>Not known: then nothing counts as paid beyond it.</value>
    public DateTimeOffset? Closing { get; set; }

    /// <summary>How often registrar and registry are looked at for domains that are not over.</summary>
    /// <value>1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan WatchEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where zones are kept, by name.</summary>
    public Dictionary<string, ProviderOptions> Providers { get; set; } = [];

    /// <summary>The source of a domain whose inventory names none.</summary>
    /// <value>Empty.</value>
    public string OldProvider { get; set; } = "";

    /// <summary>The registrar; without address, name servers are changed by others and only watched.</summary>
    public RegistrarOptions Gandi { get; set; } = new();

    /// <summary>Names of the host that closes, for example <c>cassiopea.be</c>: targets under them die.</summary>
    public IReadOnlyList<string> DyingNames { get; set; } = [];

    /// <summary>Networks of the host that closes, for example <c>192.0.2.0/24</c>.</summary>
    public IReadOnlyList<string> DyingNetworks { get; set; } = [];

    /// <summary>Certificate authorities of the new hosts, for CAA.</summary>
    public IReadOnlyList<string> Authorities { get; set; } = [];

    /// <summary>What replaces what, <c>OLD=NEW</c>: host names (<c>mail.cassiopea.be=mail.example.org</c>) and addresses.</summary>
    public IReadOnlyList<string> Successors { get; set; } = [];

    /// <summary>Addresses of name servers, <c>host=address:port</c>, for a lab: DNS cannot carry a port.</summary>
    public IReadOnlyList<string> EndpointOverrides { get; set; } = [];

    /// <summary>Servers of parent zones, <c>be=a.example,b.example</c>, for a lab.</summary>
    public IReadOnlyList<string> ParentOverrides { get; set; } = [];

    /// <summary>Resolver, <c>address:port</c>.</summary>
    /// <value>Empty: that of the machine.</value>
    public string Resolver { get; set; } = "";

    /// <summary>Added to every wait for a TTL.</summary>
    /// <value>5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TtlMargin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a registrar may take after it said yes.</summary>
    /// <value>1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "2.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RegistrarPatience { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the servers of the registry may take.</summary>
    /// <value>6 hours.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ParentPatience { get; set; } = TimeSpan.FromHours(6);

    /// <summary>After a crash, how long the registrar is watched before it is asked again.</summary>
    /// <value>2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan UnsurePatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a provider may take until its zone is as asked.</summary>
    /// <value>1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ProviderPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a change that is under way is looked at.</summary>
    /// <value>15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A registration that ends sooner is a warning.</summary>
    /// <value>45 days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ExpiryWarning { get; set; } = TimeSpan.FromDays(45);

    /// <summary>Rules of transfers by ending, for example <c>be</c> or <c>org</c>; an ending without one has the usual rules of its kind.</summary>
    public Dictionary<string, TldRule> Tlds { get; set; } = [];

    /// <summary>Surveys and steps that this process runs at once; a change of name servers holds its slot until the world has seen it.</summary>
    /// <value>16.</value>
    [Range(1, 256)]
    public int Workers { get; set; } = 16;
}

/// <summary>One place where zones are kept.</summary>
internal sealed class ProviderOptions
{
    /// <summary><c>powerdns</c>, <c>livedns</c>, <c>rfc2136</c>, <c>file</c>, or <c>by-hand</c> where only people can change records.</summary>
    [Required]
    public string Kind { get; set; } = "";

    /// <summary>URL of the API, <c>address:port</c> of the server, or folder; with <c>by-hand</c> the folder of the zones that people exported.</summary>
    [Required]
    public string Address { get; set; } = "";

    /// <summary>File with the API key, the access token or the TSIG key (<c>hmac-sha256:name:base64</c>); read at each use.</summary>
    /// <value>Empty: none.</value>
    public string SecretFile { get; set; } = "";
}

/// <summary>Gandi.</summary>
internal sealed class RegistrarOptions
{
    /// <summary>Root of the API v5.</summary>
    /// <value>Empty: no registrar.</value>
    public string Address { get; set; } = "";

    /// <summary>File with the personal access token; read at each use, since tokens expire and are replaced.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Organization.</summary>
    /// <value>Empty: all that the token sees.</value>
    public string SharingId { get; set; } = "";
}
