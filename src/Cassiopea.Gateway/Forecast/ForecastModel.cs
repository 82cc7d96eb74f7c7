namespace Cassiopea.Gateway.Forecast;

/// <summary>One migration that is still to be handed over.</summary>
/// <param name="MemberReference">Whose.</param>
/// <param name="Stage">The stage it is in now.</param>
/// <param name="Since">Days that it has been there.</param>
/// <param name="Held">True when it waits for staff or is paused: one more human delay.</param>
/// <param name="BytesLeft">Bytes still to be copied for the first time.</param>
internal sealed record Departure(string MemberReference, int Stage, double Since, bool Held, long BytesLeft);

/// <summary>How long one stage takes, in days: measured, or assumed while too few were seen.</summary>
/// <param name="Name">The migration's state.</param>
/// <param name="Measured">Durations seen, in days; used when there are at least <see cref="Enough"/>.</param>
/// <param name="AssumedMedian">Median otherwise, in days.</param>
/// <param name="AssumedSpread">Spread of the logarithm otherwise: 0.7 means that one in six takes more than twice as long.</param>
internal sealed record StageTime(string Name, IReadOnlyList<double> Measured, double AssumedMedian, double AssumedSpread)
{
    /// <summary>With fewer the assumption is used.</summary>
    public const int Enough = 5;

    public bool IsMeasured => Measured.Count >= Enough;

    public double Median => IsMeasured ? Measured.Order().ElementAt(Measured.Count / 2) : AssumedMedian;

    /// <summary>One duration, given that it lasts longer than <paramref name="already"/>; what is left of it.</summary>
    public double Left(double already, Random random)
    {
        if (!IsMeasured)
        {
            for (var attempt = 0; attempt < 20; attempt++)
                if (Drawn(random) is var drawn && drawn > already) return drawn - already;
            return Math.Max(already * 0.25, 0.1); // longer than nearly all: it will take a good part of that time again
        }

        var longer = Measured.Where(duration => duration > already).ToList();
        return longer.Count > 0 ? longer[random.Next(longer.Count)] - already : Math.Max(already * 0.25, 0.1);
    }

    double Drawn(Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return AssumedMedian * Math.Exp(AssumedSpread * normal);
    }
}

/// <summary>What a member's departure looks like over all runs.</summary>
/// <param name="MemberReference">Whose.</param>
/// <param name="InTime">Share of runs in which it is handed over by the closing date.</param>
/// <param name="Half">Days from now by which half of the runs are done.</param>
/// <param name="NineTenths">Days from now by which nine of ten runs are done.</param>
internal sealed record DepartureForecast(string MemberReference, double InTime, double Half, double NineTenths);

/// <summary>
/// Will everybody be out in time? Each run draws how long every stage of every departure still takes; first copies share the lanes of the old host
/// one after the other. The same seed gives the same answer.
/// </summary>
internal static class ForecastModel
{
    /// <summary>The stages in their order; the first copy is the one that has bytes.</summary>
    public static readonly IReadOnlyList<string> Stages = ["Requested", "AwaitingPayment", "Surveying", "Preparing", "Ready", "Copying", "CatchingUp", "CuttingOver", "Watching"];

    private const int FirstCopy = 5;
    private const double DaySeconds = 86_400;

    /// <summary>Share of runs in which all are out by then, and each departure's own figures, the most endangered first.</summary>
    /// <param name="open">Departures that are not over.</param>
    /// <param name="times">One per stage, in order.</param>
    /// <param name="bytesPerSecond">Rate of one first copy.</param>
    /// <param name="lanes">First copies at once.</param>
    /// <param name="daysLeft">Days to the closing date.</param>
    /// <param name="runs">How often to draw.</param>
    /// <param name="seed">Of the draws.</param>
    public static (double AllInTime, IReadOnlyList<DepartureForecast> Departures) Run(
        IReadOnlyList<Departure> open, IReadOnlyList<StageTime> times, double bytesPerSecond, int lanes, double daysLeft, int runs, int seed)
    {
        var random = new Random(seed);
        var ends = open.Select(_ => new double[runs]).ToArray();
        var allInTime = 0;
        for (var run = 0; run < runs; run++)
        {
            Draw(open, times, bytesPerSecond, lanes, random, run, ends);
            if (ends.All(end => end[run] <= daysLeft)) allInTime++;
        }

        var forecasts = open.Select((departure, i) =>
        {
            Array.Sort(ends[i]);
            return new DepartureForecast(departure.MemberReference, (double)ends[i].Count(end => end <= daysLeft) / runs, ends[i][runs / 2], ends[i][Math.Min(runs - 1, runs * 9 / 10)]);
        });
        return ((double)allInTime / runs, [.. forecasts.OrderBy(forecast => forecast.InTime).ThenByDescending(forecast => forecast.NineTenths).ThenBy(forecast => forecast.MemberReference, StringComparer.Ordinal)]);
    }

    static void Draw(IReadOnlyList<Departure> open, IReadOnlyList<StageTime> times, double bytesPerSecond, int lanes, Random random, int run, double[][] ends)
    {
        var ready = new double[open.Count];
        var after = new double[open.Count];
        for (var i = 0; i < open.Count; i++)
        {
            // a payment is waited for only by those who stand there now; who is held waits for a person once more
            if (open[i].Held) ready[i] += times[3].Left(0, random);
            for (var stage = open[i].Stage; stage < Stages.Count; stage++)
            {
                if (stage == 1 && open[i].Stage != 1) continue;
                var left = stage == FirstCopy ? 0 : times[stage].Left(stage == open[i].Stage ? open[i].Since : 0, random);
                if (stage < FirstCopy) ready[i] += left;
                else after[i] += left;
            }
        }

        var free = new double[Math.Max(1, lanes)];
        foreach (var i in Enumerable.Range(0, open.Count).OrderBy(i => ready[i]))
        {
            var begins = ready[i];
            if (open[i].Stage <= FirstCopy && open[i].BytesLeft > 0)
            {
                var lane = Array.IndexOf(free, free.Min());
                begins = Math.Max(ready[i], free[lane]) + (open[i].BytesLeft / bytesPerSecond / DaySeconds);
                free[lane] = begins;
            }

            ends[i][run] = begins + after[i];
        }
    }
}
