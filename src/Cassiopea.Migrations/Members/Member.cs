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

    /// <summary>A second contact, outside the domains that move; empty = none.</summary>
    public string SecondEmail { get; set; } = "";

    public DateTimeOffset? ContactVerifiedAt { get; set; }
    public DateTimeOffset? SecondVerifiedAt { get; set; }

    /// <summary>SHA-256 of the code that was sent last, with its migration; empty = none waits.</summary>
    public string ContactCodeSha256 { get; set; } = "";
    public string SecondCodeSha256 { get; set; } = "";

    /// <summary>Wrong codes since the last one was sent.</summary>
    public int WrongCodes { get; set; }

    /// <summary>What is told of the member.</summary>
    public Contracts.MemberRegistered AsOf(DateTimeOffset now) => new(Id, Reference, Name, Language, ContactEmail, now, SecondEmail, ContactVerifiedAt, SecondVerifiedAt);

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
