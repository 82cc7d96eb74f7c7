namespace Cassiopea.Migrations.Members;

/// <summary>An association that leaves.</summary>
internal sealed class Member
{
    public Guid Id { get; set; }
    public string Reference { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary><c>fr</c>, <c>nl</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "fr";

    public string ContactEmail { get; set; } = "";
    public DateTimeOffset RegisteredAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>The vault said that it holds a credential: which version, never what.</summary>
internal sealed class Credential
{
    public Guid Id { get; set; }
    public Guid MemberId { get; set; }
    public int Version { get; set; }
    public DateTimeOffset StoredAt { get; set; }
}
