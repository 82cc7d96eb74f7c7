using Cassiopea.Gateway.Forecast;

namespace Cassiopea.Gateway.Tests.Forecast;

public sealed class ForecastModelTests
{
    static readonly IReadOnlyList<StageTime> Sure = [.. ForecastModel.Stages.Select(name => new StageTime(name, [1, 1, 1, 1, 1], 0, 0))];

    [Fact]
    public void What_always_takes_the_same_time_is_certain()
    {
        // from Preparing: Preparing, Ready, CatchingUp, CuttingOver, Watching one day each; nothing to copy
        Departure one = new("M1", 3, 0, false, 0);
        Assert.Equal(1, ForecastModel.Run([one], Sure, 1, 1, 5.01, 100, 7).AllInTime);
        Assert.Equal(0, ForecastModel.Run([one], Sure, 1, 1, 4.99, 100, 7).AllInTime);
        Assert.Equal(5, ForecastModel.Run([one], Sure, 1, 1, 5, 100, 7).Departures[0].Half, 3);
        Assert.Equal(4.5, ForecastModel.Run([one with { Since = 0.5 }], Sure, 1, 1, 5, 100, 7).Departures[0].Half, 3);
        Assert.Equal(6, ForecastModel.Run([one with { Held = true }], Sure, 1, 1, 5, 100, 7).Departures[0].Half, 3);
        Assert.Equal(6.1, ForecastModel.Run([one with { Stage = 1 }], [.. Sure.Take(2), new StageTime("Surveying", [0, 0, 0, 0, 0], 0, 0), .. Sure.Skip(3)], 1, 1, 9, 100, 7).Departures[0].Half, 1);
    }

    [Fact]
    public void First_copies_wait_for_a_free_lane()
    {
        const long Day = 86_400;
        Departure[] two = [new("M1", 5, 0, false, Day), new("M2", 5, 0, false, Day)];
        Assert.Equal([5.0, 4.0], ForecastModel.Run(two, Sure, 1, 1, 4.5, 100, 7).Departures.Select(d => Math.Round(d.Half, 3)));
        Assert.Equal([4.0, 4.0], ForecastModel.Run(two, Sure, 1, 2, 4.5, 100, 7).Departures.Select(d => Math.Round(d.Half, 3)));
        Assert.Equal(0, ForecastModel.Run(two, Sure, 1, 1, 4.5, 100, 7).AllInTime);
    }

    [Fact]
    public void The_same_seed_gives_the_same_answer_and_more_time_never_a_worse_one()
    {
        IReadOnlyList<StageTime> assumed = [.. ForecastModel.Stages.Select(name => new StageTime(name, [], 3, 0.8))];
        Departure[] fleet = [.. Enumerable.Range(0, 12).Select(i => new Departure($"M{i:00}", i % 9, i, i % 4 == 0, i * 1_000_000_000L))];
        var one = ForecastModel.Run(fleet, assumed, 2_000_000, 4, 40, 1_000, 20180301);
        var again = ForecastModel.Run(fleet, assumed, 2_000_000, 4, 40, 1_000, 20180301);
        Assert.Equal((one.AllInTime, one.Departures.Count), (again.AllInTime, again.Departures.Count));
        Assert.Equal(one.Departures, again.Departures);
        Assert.Equal(one.Departures.OrderBy(d => d.InTime).Select(d => d.InTime), one.Departures.Select(d => d.InTime));
        var last = 0.0;
        foreach (var days in (double[])[5, 10, 20, 40, 80, 400])
        {
            var now = ForecastModel.Run(fleet, assumed, 2_000_000, 4, days, 1_000, 20180301).AllInTime;
            Assert.True(now >= last, $"{days} days: {now} after {last}");
            last = now;
        }

        Assert.Equal(1, last, 2);
    }

    [Fact]
    public void Eight_of_ten_truths_lie_where_the_forecast_says_that_nine_of_ten_do_or_more()
    {
        // twenty fleets whose truth is drawn from the same times under other seeds (workflow M8)
        IReadOnlyList<StageTime> assumed = [.. ForecastModel.Stages.Select(name => new StageTime(name, [], 3, 0.8))];
        var covered = 0;
        for (var fleet = 0; fleet < 20; fleet++)
        {
            Departure one = new("M1", fleet % 9, 0, false, 0);
            var told = ForecastModel.Run([one], assumed, 1, 1, 30, 1_000, 1).Departures[0];
            var truth = ForecastModel.Run([one], assumed, 1, 1, 30, 1, 1_000 + fleet).Departures[0].Half;
            if (truth <= told.NineTenths) covered++;
        }

        Assert.InRange(covered, 16, 20);
    }
}
