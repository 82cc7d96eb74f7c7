using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>Where a wave stands. Stored and sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaveState>))]
public enum WaveState
{
    /// <summary>Made; nothing is started until a person starts the wave.</summary>
    Planned,

    /// <summary>Starts its members' first copies in its window, as many at once as it may.</summary>
    Running,

    /// <summary>Starts nothing until it is resumed.</summary>
    Paused,

    /// <summary>Starts nothing any more.</summary>
    Cancelled,

    /// <summary>Every member is past the first copy, or ended. A member that is added lets it run again.</summary>
    Done,
}

/// <summary>What a person does with a wave.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaveAct>))]
public enum WaveAct
{
    /// <summary>Planned → Running.</summary>
    Start,

    /// <summary>Running → Paused.</summary>
    Pause,

    /// <summary>Paused → Running.</summary>
    Resume,

    /// <summary>Anything but Done → Cancelled.</summary>
    Cancel,
}

/// <summary>Hours in which a wave starts nothing, on the clock of Europe/Brussels. What runs goes on to its end.</summary>
/// <param name="Days">Days of the week on which it begins. Empty, and no dates: every day.</param>
/// <param name="Dates">Dates on which it begins, beside the days of the week.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it is over; on the next day when not later than <paramref name="From"/>: 00:00 to 00:00 is the whole day.</param>
public sealed record BlackOut(IReadOnlyList<DayOfWeek> Days, IReadOnlyList<DateOnly> Dates, TimeOnly From, TimeOnly To);

/// <summary>When a wave may start first copies, and how many run at once.</summary>
/// <param name="OpensAt">From when.</param>
/// <param name="ClosesAt">Until when, exclusive.</param>
/// <param name="Concurrency">First copies of members that run at once: 1 to 200.</param>
/// <param name="BlackOuts">When it starts nothing: at most 20.</param>
public sealed record WavePlan(DateTimeOffset OpensAt, DateTimeOffset ClosesAt, int Concurrency, IReadOnlyList<BlackOut> BlackOuts);

/// <summary>Make a wave, or change its name and plan. Sender: Gateway; consumer: Migrations; key: WaveId.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="WaveId">Chosen by the sender.</param>
/// <param name="Name">What people call it: 1 to 80 characters.</param>
/// <param name="Plan">When and how many at once.</param>
[Command]
public sealed record DeclareWave(Guid OperationId, string Actor, Guid WaveId, string Name, WavePlan Plan);

/// <summary>Put members into a wave, also one that runs, or take them out. A member is in one wave that is not over. Sender: Gateway; consumer: Migrations; key: WaveId, members.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="WaveId">The wave.</param>
/// <param name="Added">Members to put in.</param>
/// <param name="Removed">Members to take out; their migrations go on as they are.</param>
[Command]
public sealed record AssignMembers(Guid OperationId, string Actor, Guid WaveId, IReadOnlyList<Guid> Added, IReadOnlyList<Guid> Removed);

/// <summary>Start, pause, resume or cancel a wave itself; its migrations get commands of their own. Sender: Gateway; consumer: Migrations; key: WaveId, Act.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="WaveId">The wave.</param>
/// <param name="Act">What to do.</param>
/// <param name="Reason">Why; may be empty to start and resume.</param>
[Command]
public sealed record DecideWave(Guid OperationId, string Actor, Guid WaveId, WaveAct Act, string Reason);

/// <summary>A member in a wave.</summary>
/// <param name="MemberId">Who.</param>
/// <param name="AskedAt">When the wave asked for the first copy; null before.</param>
/// <param name="Refusal">Why the first copy was refused, in English; it is asked again after a while. Empty when it was not.</param>
public sealed record WaveMember(Guid MemberId, DateTimeOffset? AskedAt, string Refusal);

/// <summary>A wave changed: all of it.</summary>
/// <param name="WaveId">The wave.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Plan">When and how many at once.</param>
/// <param name="State">Where it stands.</param>
/// <param name="NextStartAt">When it may start something next; null when it may now, or never again.</param>
/// <param name="Members">Who is in it, in the order in which they are started.</param>
/// <param name="Version">Rises by one with each event of this wave: an older one is dropped.</param>
/// <param name="Actor">Who caused it; <c>system</c> when nobody.</param>
/// <param name="Reason">Why; empty when the state tells.</param>
/// <param name="AsOf">When.</param>
public sealed record WaveChanged(
    Guid WaveId,
    string Name,
    WavePlan Plan,
    WaveState State,
    DateTimeOffset? NextStartAt,
    IReadOnlyList<WaveMember> Members,
    int Version,
    string Actor,
    string Reason,
    DateTimeOffset AsOf);
