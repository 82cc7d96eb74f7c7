using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using static Cassiopea.Contracts.MigrationState;

namespace Cassiopea.Migrations;

/// <summary>What a migration waits for on the clock. One wake-up message serves them all: whoever wakes looks at the time and does what is due.</summary>
internal static class Deadlines
{
    /// <summary>The earliest instant at which the migration can go on by itself; null when only people or services can move it.</summary>
    public static DateTimeOffset? Next(Migration m, DateTimeOffset now, MigrationsOptions options)
    {
        // what was due by now has been done, or waits for something else than the clock
        var future = All(m, options).OfType<DateTimeOffset>().Where(at => at > now).ToList();
        return future.Count == 0 ? null : future.Min();
    }

    public static DateTimeOffset? Round(Migration m, MigrationsOptions options) =>
        m.LastRoundAt is not { } last ? null : last + (m.State == Watching ? options.StragglerInterval : options.DeltaInterval);

    /// <summary>When the approved window can be used: not before the old TTLs are over.</summary>
    public static DateTimeOffset? WindowUsable(Migration m)
    {
        if (!m.SwitchAgreed || m.WindowOpensAt is not { } opens)
            return null;
        var ttls = m.Active.Where(i => i.Kind == ItemKind.Domain).Select(i => i.OldTtlsOverAt).ToList();
        return ttls.Any(t => t is null) ? null : ttls.OfType<DateTimeOffset>().Append(opens).Max();
    }

    public static DateTimeOffset? TacitApproval(Migration m, MigrationsOptions options) =>
        m.DifferencesToldAt is { } told && m.Active.Any(i => i is { HasDifferences: true, ExceptionsApproved: false }) ? told + options.TacitApproval : null;

    /// <summary>When the new host's people are reminded next: some time before the due date, and on it; then staff are asked.</summary>
    public static DateTimeOffset? HostReminder(Item item, MigrationsOptions options) => item switch
    {
        { Host: not { MovedAt: null } } => null,
        { HostReminded: 0 } => item.Host.DecidedAt,
        { HostReminded: 1 } when item.Host.DueAt - options.ReminderInterval > item.Host.DecidedAt => item.Host.DueAt - options.ReminderInterval,
        _ => item.Host.DueAt,
    };

    private static IEnumerable<DateTimeOffset?> All(Migration m, MigrationsOptions options)
    {
        switch (m.State)
        {
            case AwaitingPayment or Preparing:
                yield return Reminders.NextAt(m, options);
                break;
            case Surveying:
                yield return m.SurveyAskedAt + options.SurveyAnswer;
                break;
            case CatchingUp:
                yield return Round(m, options);
                yield return WindowUsable(m);
                yield return m.WindowClosesAt;
                break;
            case CuttingOver when m.DnsAskedAt is null:
                yield return m.WindowClosesAt;
                break;
            case Watching:
                yield return Round(m, options);
                yield return TacitApproval(m, options);
                break;
            case HandedOver:
                yield return m.ErasedAt is null ? m.ErasureAskedAt + options.CredentialErasure : m.HandedOverAt + options.Retention;
                break;
            case Declined:
                yield return m.ErasureAskedAt is null ? m.EndedAt + options.Retention : null;
                yield return m.ErasureAskedAt is null ? m.Active.Min(i => i.RetryAt) : null;
                break;
            default:
                break;
        }

        if (m.State is Copying or CatchingUp)
            yield return m.Active.Where(i => i.WaitsForHost).Select(i => HostReminder(i, options)).DefaultIfEmpty(null).Min();
        if (m.State is AwaitingPayment or Preparing or Ready or Copying or CatchingUp or CuttingOver or Watching)
            yield return m.Active.Select(i => i.RetryAt).OfType<DateTimeOffset>().Select(t => (DateTimeOffset?)t).DefaultIfEmpty(null).Min();
    }
}
