using Cassiopea.Contracts;
using Cassiopea.Migrations.Waves;

namespace Cassiopea.Migrations.Tests.Waves;

/// <summary>Windows and black-outs, on the clock of Europe/Brussels through both changes of the year.</summary>
public sealed class WaveClockTests
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    [Fact]
    public void A_black_out_holds_its_hours_of_Brussels_in_winter_and_in_summer()
    {
        var plan = Plan("2026-01-01T00:00Z", "2026-12-31T00:00Z", On([DayOfWeek.Monday], "08:00", "18:00"));
        Assert.True(WaveClock.MayStart(plan, At("2026-01-05T06:59Z")));
        Assert.False(WaveClock.MayStart(plan, At("2026-01-05T07:00Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-01-05T17:00Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-07-06T05:59Z")));
        Assert.False(WaveClock.MayStart(plan, At("2026-07-06T06:00Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-07-06T16:00Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-07-07T10:00Z")));
    }

    [Fact]
    public void A_black_out_over_midnight_belongs_to_the_day_on_which_it_begins()
    {
        var plan = Plan("2026-03-01T00:00Z", "2026-04-01T00:00Z", On([DayOfWeek.Friday], "22:00", "06:00"));
        Assert.False(WaveClock.MayStart(plan, At("2026-03-06T21:00Z")));
        Assert.False(WaveClock.MayStart(plan, At("2026-03-07T04:59Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-03-07T05:00Z")));
        Assert.True(WaveClock.MayStart(plan, At("2026-03-06T04:00Z")));
        Assert.Equal(At("2026-03-07T05:00Z"), WaveClock.NextStart(plan, At("2026-03-06T22:30Z")));
    }

    [Fact]
    public void A_whole_date_is_black_from_midnight_to_midnight()
    {
        var plan = Plan("2026-12-24T00:00Z", "2026-12-31T00:00Z", new BlackOut([], [new DateOnly(2026, 12, 25)], default, default));
        Assert.True(WaveClock.MayStart(plan, At("2026-12-24T22:59Z")));
        Assert.False(WaveClock.MayStart(plan, At("2026-12-24T23:00Z")));
        Assert.Equal(At("2026-12-25T23:00Z"), WaveClock.NextStart(plan, At("2026-12-25T10:00Z")));
    }

    [Fact]
    [Trait("Requirement", "rel-F16")]
    public void In_the_doubled_hour_of_autumn_both_readings_are_black_and_in_spring_a_black_out_within_the_missing_hour_does_not_exist()
    {
        // 25 October 2026: 03:00 summer time is 02:00 winter time, at 01:00 UTC
        var autumn = Plan("2026-10-24T22:00Z", "2026-10-26T00:00Z", On([], "02:30", "03:30"));
        Assert.False(WaveClock.MayStart(autumn, At("2026-10-25T00:45Z")));
        Assert.True(WaveClock.MayStart(autumn, At("2026-10-25T01:15Z")));
        Assert.False(WaveClock.MayStart(autumn, At("2026-10-25T01:45Z")));
        Assert.Equal(At("2026-10-25T01:00Z"), WaveClock.NextStart(autumn, At("2026-10-25T00:30Z")));
        Assert.Equal(At("2026-10-25T02:30Z"), WaveClock.NextStart(autumn, At("2026-10-25T01:30Z")));

        // 29 March 2026: 02:00 winter time is 03:00 summer time, at 01:00 UTC
        var spring = Plan("2026-03-28T22:00Z", "2026-03-29T12:00Z", On([], "02:15", "02:45"), On([], "01:00", "02:10"));
        Assert.Equal(At("2026-03-29T01:00Z"), WaveClock.NextStart(spring, At("2026-03-29T00:10Z")));
    }

    [Fact]
    public void The_next_start_is_the_first_minute_that_may_start_something_for_plans_drawn_at_random()
    {
        var random = new Random(20261025);
        for (var round = 0; round < 60; round++)
        {
            var opens = At(round % 2 == 0 ? "2026-10-23T20:00Z" : "2026-03-27T20:00Z").AddMinutes(random.Next(600));
            var plan = new WavePlan(opens, opens.AddHours(72), 1, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new BlackOut(
                [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(2) == 0)], [], new TimeOnly(random.Next(24), random.Next(60)), new TimeOnly(random.Next(24), random.Next(60))))]);
            var from = opens.AddMinutes(random.Next(-60, 4000));
            DateTimeOffset? expected = null;
            for (var at = from > opens ? from : opens; at < plan.ClosesAt && expected is null; at = at.AddMinutes(1))
                expected = IsFree(plan, at) ? at : null;
            Assert.True(expected == WaveClock.NextStart(plan, from), $"round {round}: {expected:O} and {WaveClock.NextStart(plan, from):O}");
        }
    }

    [Fact]
    public void A_window_that_is_over_or_that_black_outs_fill_starts_nothing()
    {
        Assert.Null(WaveClock.NextStart(Plan("2026-03-01T00:00Z", "2026-03-02T00:00Z"), At("2026-03-02T00:00Z")));
        Assert.Equal("The black-outs leave nothing of the window.", WaveClock.Problem("night", Plan("2026-03-01T00:00Z", "2026-03-02T00:00Z", On([], "00:00", "00:00"))));
        Assert.Contains("1 to 200", WaveClock.Problem("night", Plan("2026-03-01T00:00Z", "2026-03-02T00:00Z") with { Concurrency = 0 }), StringComparison.Ordinal);
        Assert.Null(WaveClock.Problem("night", Plan("2026-03-01T00:00Z", "2026-03-02T00:00Z")));
    }

    // minute by minute, read off the wall clock
    private static bool IsFree(WavePlan plan, DateTimeOffset at)
    {
        var wall = TimeZoneInfo.ConvertTime(at, Brussels).DateTime;
        foreach (var b in plan.BlackOuts)
        {
            for (var back = 0; back <= 1; back++)
            {
                var day = wall.Date.AddDays(-back);
                if (b.Days.Count > 0 && !b.Days.Contains(day.DayOfWeek))
                    continue;
                var begins = day + b.From.ToTimeSpan();
                var ends = day + b.To.ToTimeSpan() + (b.To <= b.From ? TimeSpan.FromDays(1) : TimeSpan.Zero);
                if (wall >= begins && wall < ends)
                    return false;
            }
        }

        return true;
    }

    private static BlackOut On(IReadOnlyList<DayOfWeek> days, string from, string to) =>
        new(days, [], TimeOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), TimeOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture));

    private static WavePlan Plan(string opens, string closes, params BlackOut[] blackOuts) => new(At(opens), At(closes), 2, blackOuts);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);
}
