using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Vault;

/// <summary>What operators may set for the vault; section <c>Vault</c>.</summary>
internal sealed class VaultOptions
{
    /// <summary>The longest secret that is taken, in bytes of UTF-8.</summary>
    public const int MaxSecretBytes = 16 * 1024;

    /// <summary>The shortest service token, in characters.</summary>
    public const int MinTokenLength = 24;

    /// <summary>Name of the service that stores credentials for people.</summary>
    public const string Gateway = "gateway";

    /// <summary>Name of the service that stores what it finds in configurations; it replaces nothing that another stored.</summary>
    public const string WebHosting = "web-hosting";

    /// <summary>Name of the service that stores transfer codes, which the registrar gives to it.</summary>
    public const string Domains = "domains";

    /// <summary>Name under which an operator's token stands in <see cref="Tokens"/>.</summary>
    public const string Operator = "operator";

    /// <summary>Path of the master key, without the version that each file ends in.</summary>
    /// <value><c>cassiopea/vault/master-key</c> in the user's local data folder.</value>
    /// <remarks>Back it up apart from the database: the two together open everything, the database alone opens nothing.</remarks>
    [Required]
    public string MasterKeyFile { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "cassiopea", "vault", "master-key");

    /// <summary>Makes the first version at the first start. Off where operators provide the file.</summary>
    /// <value>True.</value>
    public bool CreateMasterKey { get; set; } = true;

    /// <summary>A version older than this is rotated: erased credentials are unreadable in backups once the version that wrapped them is destroyed.</summary>
    /// <value>30 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan MasterKeyMaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a lease lasts unless it is renewed.</summary>
    /// <value>10 minutes, which is also the most.</value>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan LeaseLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Data keys that are wrapped again in one transaction while the master key rotates.</summary>
    /// <value>500.</value>
    [Range(1, 10_000)]
    public int RotationBatch { get; set; } = 500;

    /// <summary>Service name → its token, at least 24 characters; <c>operator</c> may rotate the master key.</summary>
    public Dictionary<string, string> Tokens { get; set; } = new(StringComparer.Ordinal);
}
