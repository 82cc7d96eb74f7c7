using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Waves;

/// <summary>When a wave may start something. Black-outs are read on the clock of Europe/Brussels: in the doubled hour of autumn both readings count, the hour that spring leaves out does not exist.</summary>
internal static class WaveClock
{
    /// <summary>Longest window.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    public static bool MayStart(WavePlan plan, DateTimeOffset at) => plan.OpensAt <= at && at < plan.ClosesAt && !plan.BlackOuts.Any(b => Covers(b, at));

    /// <summary>The first instant, not before <paramref name="from"/>, at which something may be started; null when there is none.</summary>
    public static DateTimeOffset? NextStart(WavePlan plan, DateTimeOffset from)
    {
        var begin = from > plan.OpensAt ? from : plan.OpensAt;
        if (MayStart(plan, begin))
            return begin;
        // a black-out ends at its minute of some hour, or when the clock is changed, which happens at a full hour: offsets of Brussels are whole hours
        long[] minutes = [.. plan.BlackOuts.Select(b => b.To.Ticks % TimeSpan.TicksPerHour).Append(0).Distinct().Order()];
        for (var hour = begin.UtcTicks - (begin.UtcTicks % TimeSpan.TicksPerHour); hour < plan.ClosesAt.UtcTicks; hour += TimeSpan.TicksPerHour)
        {
            foreach (var minute in minutes)
            {
                var at = new DateTimeOffset(hour + minute, TimeSpan.Zero);
                if (at > begin && MayStart(plan, at))
                    return at;
            }
        }

        return null;
    }

    /// <summary>What is wrong with a plan; null when nothing is.</summary>
    public static string? Problem(string name, WavePlan plan) =>
        name.Trim().Length is 0 or > 80 || name.Any(char.IsControl) ? "The name must have 1 to 80 characters, none of them a control character."
        : plan.ClosesAt <= plan.OpensAt || plan.ClosesAt - plan.OpensAt > Longest ? $"The window must close after it opens, at most {Longest.Days} days later."
        : plan.Concurrency is < 1 or > 200 ? "The concurrency must be 1 to 200."
        : plan.BlackOuts.Count > 20 ? "At most 20 black-outs."
        : NextStart(plan, plan.OpensAt) is null ? "The black-outs leave nothing of the window."
        : null;

    private static bool Covers(BlackOut blackOut, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Brussels).DateTime;
        var (day, time) = (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        return blackOut.From < blackOut.To
            ? Begins(blackOut, day) && time >= blackOut.From && time < blackOut.To
            : (Begins(blackOut, day) && time >= blackOut.From) || (Begins(blackOut, day.AddDays(-1)) && time < blackOut.To);
    }

    private static bool Begins(BlackOut blackOut, DateOnly day) =>
        (blackOut.Days.Count == 0 && blackOut.Dates.Count == 0) || blackOut.Days.Contains(day.DayOfWeek) || blackOut.Dates.Contains(day);
}
