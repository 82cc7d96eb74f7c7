using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;

namespace Cassiopea.Gateway.Waves;

/// <summary>A wave's name and plan.</summary>
/// <param name="Name">What people call it: 1 to 80 characters.</param>
/// <param name="OpensAt">From when it starts first copies.</param>
/// <param name="ClosesAt">Until when.</param>
/// <param name="Concurrency">How many members' first copies run at once: 1 to 200.</param>
/// <param name="BlackOuts">When it starts nothing, on the clock of Europe/Brussels.</param>
internal sealed record WaveBody(string? Name, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, int Concurrency, IReadOnlyList<BlackOutBody>? BlackOuts = null)
{
    public WavePlan Plan => new(OpensAt.ToUniversalTime(), ClosesAt.ToUniversalTime(), Concurrency, [.. (BlackOuts ?? []).Select(b => new BlackOut(b.Days ?? [], b.Dates ?? [], b.From, b.To))]);

    public Check Check() => new Check()
        .Text(Name, "name", 1, 80)
        .That(ClosesAt > OpensAt && ClosesAt - OpensAt <= TimeSpan.FromDays(400), "closesAt", "must be later than opensAt, by at most 400 days")
        .That(Concurrency is >= 1 and <= 200, "concurrency", "must be 1 to 200")
        .That(BlackOuts is null or { Count: <= 20 }, "blackOuts", "may be at most 20");
}

/// <summary>Hours in which nothing is started.</summary>
/// <param name="Days">Days of the week on which it begins; none and no dates: every day.</param>
/// <param name="Dates">Dates on which it begins.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it is over, on the next day when not later than from.</param>
internal sealed record BlackOutBody(TimeOnly From, TimeOnly To, IReadOnlyList<DayOfWeek>? Days = null, IReadOnlyList<DateOnly>? Dates = null);

/// <summary>Who comes into a wave, who leaves it.</summary>
/// <param name="Add">Members to put in.</param>
/// <param name="Remove">Members to take out.</param>
internal sealed record WaveMembersBody(IReadOnlyList<Guid>? Add = null, IReadOnlyList<Guid>? Remove = null);

/// <summary>An act on a wave and its migrations.</summary>
/// <param name="ExpectedCount">How many members or migrations or items the sender saw that it concerns.</param>
/// <param name="Reason">Why; needed to pause and to cancel.</param>
internal sealed record WaveActBody(int? ExpectedCount = null, string? Reason = null);

/// <summary>A wave that was asked for.</summary>
internal sealed record WaveAsked(OperationView Operation, Guid WaveId);

/// <summary>A wave in the list.</summary>
internal sealed record WaveSummary(
    Guid Id, string Name, WaveState State, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, int Concurrency, int Members, int Copying, int Past, DateTimeOffset? NextStartAt, DateTimeOffset AsOf);

/// <summary>A wave with its members.</summary>
internal sealed record WaveView(
    Guid Id, string Name, WaveState State, WavePlan Plan, DateTimeOffset? NextStartAt, IReadOnlyList<WaveMemberView> Members, string Actor, string Reason, DateTimeOffset AsOf);

/// <summary>A member in a wave, and where its migration stands.</summary>
internal sealed record WaveMemberView(
    Guid MemberId, string Reference, Guid? MigrationId, MigrationState? State, string WaitingText, DateTimeOffset? AskedAt, string Refusal)
{
    public bool IsPast => State is MigrationState.CatchingUp or MigrationState.CuttingOver or MigrationState.Watching or MigrationState.HandedOver or MigrationState.Completed
        or MigrationState.RollingBack or MigrationState.RolledBack or MigrationState.Cancelled or MigrationState.Declined;

    public static WaveMemberView Of(WaveMember member, string reference, MigrationRow? migration) =>
        new(member.MemberId, reference, migration?.Id, migration?.State, migration?.WaitingText ?? "", member.AskedAt, member.Refusal);
}
