using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Forecast;

/// <summary>The answer to "will everybody be out in time", with all that it assumes.</summary>
/// <param name="ClosingDate">The closing date.</param>
/// <param name="AllInTime">Probability that all are out by then, 0 to 1; 1 when nobody is left.</param>
/// <param name="Open">Departures that are not over.</param>
/// <param name="Departures">Each of them, the most endangered first.</param>
/// <param name="Stages">How long each stage is taken to last, and from how many seen.</param>
/// <param name="BytesPerSecond">Rate of one first copy.</param>
/// <param name="RateMeasured">False when the rate is assumed.</param>
/// <param name="Lanes">First copies at once.</param>
/// <param name="Runs">Draws.</param>
/// <param name="Seed">Of the draws: the same gives the same answer.</param>
internal sealed record ForecastView(
    DateOnly ClosingDate, double AllInTime, int Open, IReadOnlyList<DepartureForecast> Departures, IReadOnlyList<StageView> Stages, double BytesPerSecond, bool RateMeasured,
    int Lanes, int Runs, int Seed);

/// <summary>One stage's assumption.</summary>
internal sealed record StageView(string Stage, bool Measured, int Seen, double MedianDays);

internal static class ForecastEndpoints
{
    const double AssumedRate = 2_000_000; // one mailbox over the line of an old host
    const int MostRuns = 20_000;
    static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    // medians in days and spreads, from the guide and from how associations answer; replaced by what is measured
    static readonly (double Median, double Spread)[] Assumed =
        [(0.01, 0.5), (14, 0.9), (0.1, 0.5), (10, 0.9), (2, 0.7), (1, 0.5), (5, 0.7), (0.1, 0.5), (4, 0.5)];

    public static void MapForecast(this IEndpointRouteBuilder api) =>
        api.MapGet("/forecast", async (DateOnly? closing, int? runs, int? seed, int? lanes, GatewayContext db, IOptions<GatewayOptions> options, TimeProvider time, CancellationToken token) =>
        {
            var date = closing ?? options.Value.ClosingDate;
            var check = new Check()
                .That(date is not null, "closing", "is needed: no closing date is set (Gateway:ClosingDate)")
                .That(runs is null or (>= 100 and <= MostRuns), "runs", "must be 100 to 20000")
                .That(lanes is null or (>= 1 and <= 100), "lanes", "must be 1 to 100");
            return check.Refusal() ?? TypedResults.Ok(await ComputeAsync(db, date!.Value, runs ?? 2_000, seed ?? 1, lanes ?? 4, time.GetUtcNow(), token));
        })
        .Produces<ForecastView>().WithSummary("Probability that all members are out by the closing date, and who is at risk").WithTags("forecast");

    static async Task<ForecastView> ComputeAsync(GatewayContext db, DateOnly closing, int runs, int seed, int lanes, DateTimeOffset now, CancellationToken token)
    {
        var over = new[] { MigrationState.HandedOver, MigrationState.Completed, MigrationState.Cancelled, MigrationState.Declined };
        var migrations = await db.Migrations.AsNoTracking().Where(m => !over.Contains(m.State)).OrderBy(m => m.Id).ToListAsync(token);
        var steps = await StepsAsync(db, token);
        var ids = migrations.ConvertAll(m => m.Id);
        var items = (await db.Items.AsNoTracking().Where(i => ids.Contains(i.MigrationId) && i.State != ItemState.Excluded).ToListAsync(token)).ToLookup(i => i.MigrationId);
        var progress = await db.Progress.AsNoTracking().Where(p => ids.Contains(p.MigrationId)).ToDictionaryAsync(p => p.ItemId, token);
        var rates = (await db.Items.AsNoTracking().Where(i => i.Arrangement != null).Select(i => i.Arrangement!).ToListAsync(token)).Where(a => a is { Seconds: > 0, Bytes: > 0 }).ToList();
        var rate = rates.Count > 0 ? Math.Max(1, rates.Sum(a => a.Bytes) / rates.Sum(a => a.Seconds)) : AssumedRate;
        var times = ForecastModel.Stages.Select((name, i) => new StageTime(name, [.. steps.Where(s => s.Stage == name && s.Ended).Select(s => s.Days)], Assumed[i].Median, Assumed[i].Spread)).ToList();
        var open = migrations.ConvertAll(m => DepartureOf(m, items[m.Id], progress, steps, now));
        var ends = TimeZoneInfo.ConvertTimeToUtc(closing.AddDays(1).ToDateTime(TimeOnly.MinValue), Brussels);
        var (all, departures) = open.Count == 0 ? (1, []) : ForecastModel.Run(open, times, rate, lanes, (ends - now.UtcDateTime).TotalDays, runs, seed);
        return new ForecastView(
            closing, all, open.Count, departures, [.. times.Select(t => new StageView(t.Name, t.IsMeasured, t.Measured.Count, Math.Round(t.Median, 3)))], rate, rates.Count > 0, lanes, runs, seed);
    }

    static Departure DepartureOf(MigrationRow m, IEnumerable<ItemRow> items, Dictionary<Guid, ProgressRow> progress, IReadOnlyList<Step> steps, DateTimeOffset now)
    {
        var own = steps.Where(s => s.MigrationId == m.Id).ToList();
        // a pause or a stop for staff is seen through: the last stage of the story counts
        var stage = own.Select(s => ForecastModel.Stages.ToList().IndexOf(s.Stage)).LastOrDefault(i => i >= 0, Math.Max(0, ForecastModel.Stages.ToList().IndexOf(m.State.ToString())));
        var since = own.LastOrDefault(s => s.Stage == ForecastModel.Stages[stage])?.From ?? m.AsOf;
        var left = items.Sum(i => i.State is ItemState.InSync or ItemState.CutOver ? 0
            : progress.TryGetValue(i.Id, out var p) ? Math.Max(0, p.BytesTotal - p.BytesDone)
            : long.TryParse(i.Facts.FirstOrDefault(f => f.Name == "bytes")?.Value, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0);
        return new Departure(m.MemberReference, stage, Math.Max(0, (now - since).TotalDays), m.State is MigrationState.Paused or MigrationState.NeedsStaff or MigrationState.RolledBack, left);
    }

    /// <summary>How long each migration stood in each state, from the event log.</summary>
    static async Task<IReadOnlyList<Step>> StepsAsync(GatewayContext db, CancellationToken token)
    {
        var turns = await db.Database.SqlQuery<StateTurn>($"""
            select migration_id as "MigrationId", data ->> 'state' as "State", at as "At" from event
            where type = 'state' and migration_id is not null and data ->> 'subject' = 'migration' order by migration_id, id
            """).ToListAsync(token);
        List<Step> steps = [];
        foreach (var migration in turns.GroupBy(turn => turn.MigrationId))
        {
            StateTurn? begun = null;
            foreach (var turn in migration)
            {
                if (begun is not null && begun.State == turn.State) continue;
                if (begun is not null) steps.Add(new Step(migration.Key, begun.State, begun.At, (turn.At - begun.At).TotalDays, Ended: true));
                begun = turn;
            }

            steps.Add(new Step(migration.Key, begun!.State, begun.At, 0, Ended: false));
        }

        return steps;
    }

    sealed record StateTurn(Guid MigrationId, string State, DateTimeOffset At);

    sealed record Step(Guid MigrationId, string Stage, DateTimeOffset From, double Days, bool Ended);
}
