using System.ComponentModel.DataAnnotations;

namespace Cassiopea.MailingLists;

/// <summary>Section <c>MailingLists</c>. How often and how many per server is in section <c>Jobs</c>.</summary>
internal sealed class MailingListsOptions
{
    /// <summary>The old host's list of lists, <c>member;list;host;port;tls;login;bytes;last_used</c>; empty = there is none, lists are <i>not surveyed</i>.</summary>
    /// <value>Empty.</value>
    public string InventoryFile { get; set; } = "";

    /// <summary>Where bundles and journals are kept, one folder per list. Instances of this service share it.</summary>
    /// <value><c>lists</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string Directory { get; set; } = "lists";

    /// <summary>The Sympas that may be entered, by the host of an endpoint. A host that is not here is refused.</summary>
    public IReadOnlyList<SympaHostOptions> Hosts { get; set; } = [];

    /// <summary>Passes that this process runs at once, of each kind.</summary>
    /// <value>2.</value>
    [Range(1, 16)]
    public int Workers { get; set; } = 2;
}

/// <summary>What runs at a host.</summary>
internal enum ListSoftware
{
    /// <summary>Sympa, entered by a shell.</summary>
    Sympa,

    /// <summary>Mailman 3, written over REST; only as a new place.</summary>
    Mailman,
}

/// <summary>How one host of lists is reached: a Sympa here or over OpenSSH, a Mailman 3 over REST.</summary>
internal sealed class SympaHostOptions
{
    /// <summary>Host of the endpoints that mean it, for example <c>lists.old.example</c>.</summary>
    [Required, MinLength(1)]
    public string Host { get; set; } = "";

    /// <summary>What runs there.</summary>
    public ListSoftware Software { get; set; }

    /// <summary>Destination for ssh, <c>user@host</c>; empty = this machine.</summary>
    public string Destination { get; set; } = "";

    /// <summary>Port for ssh.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 22;

    /// <summary>The private key for ssh is the secret of the endpoint, from the vault; false = the key of the account that this service runs as.</summary>
    public bool KeyFromVault { get; set; } = true;

    /// <summary>Lines of <c>known_hosts</c> for ssh; empty = those that the account knows.</summary>
    public string KnownHosts { get; set; } = "";

    /// <summary>Root of Mailman's REST, for example <c>https://lists.new.example/rest/3.1/</c>; its password is the secret of the endpoint.</summary>
    public string Rest { get; set; } = "";

    /// <summary>Name of Mailman's REST account.</summary>
    public string RestUser { get; set; } = "restadmin";

    /// <summary>Address of this Sympa's SOAP, for example <c>https://lists.new.example/sympasoap</c>: new lists are read back there too. Empty = they are not.</summary>
    public string Soap { get; set; } = "";

    /// <summary>Name of our trusted application there.</summary>
    public string SoapApplication { get; set; } = "cassiopea";

    /// <summary>File that holds its password alone, readable by this service only.</summary>
    public string SoapPasswordFile { get; set; } = "";

    /// <summary>Who the application speaks for: a listmaster; empty = <c>listmaster</c> at the list's robot.</summary>
    public string SoapActor { get; set; } = "";

    /// <summary>Of how many members SOAP is asked one by one how they receive; about 15 a second.</summary>
    /// <value>50.</value>
    [Range(0, 10_000)]
    public int SoapDetails { get; set; } = 50;

    /// <summary>Account that Sympa runs as, on this machine.</summary>
    public string Account { get; set; } = "sympa";

    /// <summary>Path of <c>sympa.conf</c>.</summary>
    public string Configuration { get; set; } = "/etc/sympa/sympa/sympa.conf";

    /// <summary>Folder in front of Sympa's own modules; empty = none.</summary>
    public string Library { get; set; } = "";
}
