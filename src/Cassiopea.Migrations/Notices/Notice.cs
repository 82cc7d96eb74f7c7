using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Migrations.Notices;

/// <summary>How far a notice is.</summary>
internal enum NoticeState
{
    /// <summary>Recorded, to be sent.</summary>
    Queued,

    /// <summary>Handed to the relay; whether it took it is not known yet. Committed before the relay is called.</summary>
    Sending,

    /// <summary>The relay took it.</summary>
    Sent,

    /// <summary>The relay did not take it, or twice left us without an answer: staff must look.</summary>
    Failed,

    /// <summary>No relay is configured: recorded only.</summary>
    NotConfigured,
}

/// <summary>One text to one member. Unique by migration, template, step and number: a second one is refused by the database.</summary>
internal sealed class Notice
{
    public Guid Id { get; set; }
    public Guid MigrationId { get; set; }
    public Guid MemberId { get; set; }
    public string Template { get; set; } = "";
    public string Step { get; set; } = "";
    public int Number { get; set; }
    public string Language { get; set; } = "";
    public string Recipient { get; set; } = "";
    public string Subject { get; set; } = "";
    public string Body { get; set; } = "";

    /// <summary>RFC 5322 §3.6.4; the same notice has the same one for ever, so a receiver can drop a repetition.</summary>
    public string MessageId { get; set; } = "";

    public NoticeState State { get; set; }
    public int Attempts { get; set; }
    public string LastError { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    public static Guid IdOf(Guid migrationId, string template, string step, int number) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{migrationId:N}|{template}|{step}|{number}")).AsSpan(0, 16));
}
