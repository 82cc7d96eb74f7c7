using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Members;

namespace Cassiopea.Migrations;

/// <summary>Why a person's command is refused.</summary>
internal sealed record Refusal(string Code, string Detail);

/// <summary>One message being handled: the time, what else is known, what will leave when it is over.</summary>
internal sealed class Turn(DateTimeOffset now, MigrationsOptions options, Member? member, IReadOnlyDictionary<Guid, int> credentials)
{
    public DateTimeOffset Now => now;

    public MigrationsOptions Options => options;

    /// <summary>The member; null only when a request names one that nobody registered.</summary>
    public Member? Member => member;

    /// <summary>Id of the member's other open migration; empty when there is none.</summary>
    public Guid OtherOpenMigration { get; init; }

    /// <summary>Texts that members receive, by template and language; what is not there is as the programme brings it.</summary>
    public IReadOnlyDictionary<(string Template, string Language), string> Texts { get; init; } = new Dictionary<(string, string), string>();

    /// <summary>What invoice lines and server lists name of the member.</summary>
    public IReadOnlyList<ListedService> Listed { get; init; } = [];

    /// <summary>The state before the message.</summary>
    public MigrationState From { get; init; }

    /// <summary>Who caused it.</summary>
    public string Actor { get; init; } = "system";

    /// <summary>Why, in the actor's words.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What the command did, for the person who gave it.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Null when the message is no command, or when the command is permitted.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Commands and events to send when the turn is over, in order.</summary>
    public List<object> Outgoing { get; } = [];

    /// <summary>The vault holds this credential; its secret is not known here.</summary>
    public bool Holds(Guid credentialId) => credentials.ContainsKey(credentialId);

    public void Send(object message) => Outgoing.Add(message);

    public void Explain(string reason) => Reason = Reason.Length == 0 ? reason : $"{Reason} {reason}";
}
