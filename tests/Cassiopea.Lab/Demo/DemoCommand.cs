using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Demo;

/// <summary><c>demo</c>: the whole system, the lab, and three members moved by people who use the public API only.</summary>
public static class DemoCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private const int MostDifferences = 20;

    /// <summary>0 when everything is complete and equal, 2 with exceptions, 7 when it failed.</summary>
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken token)
    {
        var screen = new DemoScreen(options.Output);
        screen.Say("starting the system and the lab");
        DemoReport report;
        await using (var system = await DemoSystem.StartAsync(options, token))
        {
            screen.Say($"console {system.Gateway}");
            if (system.Dashboard is { } dashboard)
                screen.Say($"dashboard {dashboard}");
            if (options.WhenUp is { } whenUp)
                await whenUp(system);
            report = await TellAsync(system, screen, options, token);
            if (options.Report is { } path)
                await report.WriteAsync(path, token);
            Print(options.Output, report);
            if (options.WhenTold is { } whenTold)
                await whenTold(system, report);
            if (!options.Once)
            {
                await options.Output.WriteLineAsync("Everything stays up. Ctrl-C ends it.");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return report.Outcome switch { "complete" => 0, "exceptions" => 2, _ => 7 };
    }

    private static async Task<DemoReport> TellAsync(DemoSystem system, DemoScreen screen, DemoOptions options, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(options.Limit);
        // the new provider is behind a line of 80 Mbit/s, slower when the mail service is to be killed on the way
        await using var line = FaultProxy.Start(system.Lab.New.Imaps);
        line.BytesPerSecond = options.KillMail > 0 ? 5_000_000 : 10_000_000;
        line.Latency = TimeSpan.FromMilliseconds(2);

        using var office = await Office.OpenAsync(system, limit.Token);
        var courses = await office.ImportAsync(system, screen.Say, limit.Token);
        var play = new DemoPlay(system, office, courses, line, screen.Say);
        using var storyEnds = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var killer = new MailKiller(system, line, options.KillMail, 70_000_000, screen.Say);
        var services = new ServiceKiller(system, courses, options.KillServices, screen.Say);
        var killing = Task.WhenAll(killer.RunAsync(storyEnds.Token), services.RunAsync(storyEnds.Token));
        var inTime = true;
        try
        {
            await screen.FollowAsync(courses, async () =>
            {
                if (system.HasEnded)
                    throw new InvalidOperationException($"The AppHost ended:\n{system.Output}");
                await play.StepAsync(limit.Token);
                if (play.IsOver)
                    return false;
                await Task.Delay(Pause, TimeProvider.System, limit.Token);
                return true;
            });
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            inTime = false;
            screen.Say($"not within {options.Limit.TotalMinutes:0} minutes");
        }
        finally
        {
            await storyEnds.CancelAsync();
            await killing;
        }

        foreach (var course in courses)
            await CompareAsync(system.Lab, course, token);
        var migrations = new List<DemoMigration>();
        foreach (var course in courses)
            migrations.Add(await DescribeAsync(course, token));
        var changes = DovecotServer.ChangesIn(system.Lab.Old.Root).Count;
        var isLeft = migrations.SelectMany(m => m.Items).Single(i => i.Name == Associations.SmallDomain).Rights == "Pending";
        var asTold = inTime && isLeft && changes == 0 && killer.Kills == options.KillMail && services.IsDone;
        return new DemoReport(OutcomeOf(asTold, courses, migrations), screen.Seconds, migrations, LinksOf(system, courses), killer.Kills, changes) { ServiceKills = services.Kills };
    }

    private static async Task CompareAsync(LabFile lab, Course course, CancellationToken token)
    {
        foreach (var mailbox in course.Member.Mailboxes)
        {
            var source = await MailManifest.ReadAsync(new ImapAccess(lab.Old.Host, lab.Old.Imap, mailbox.Source.Login, mailbox.Source.Password), token);
            var target = await MailManifest.ReadAsync(new ImapAccess(lab.New.Host, lab.New.Imap, mailbox.Target.Login, mailbox.Target.Password), token);
            course.Comparisons[mailbox.Address] = new Comparison(
                source.Messages, source.Bytes, [.. ManifestComparison.Compare(source, target).Select(d => $"{d.Folder}: {d.What}, {d.Detail}")]);
        }

        foreach (var site in course.Member.Sites)
            course.Comparisons[site.Name] = await SiteComparison.CompareAsync(site, course.Member.Databases.Single(), token);
        foreach (var database in course.Member.Databases)
            course.Comparisons[database.Name] = await DatabaseComparison.CompareAsync(database, token);
        foreach (var domain in course.Member.Domains)
            course.Comparisons[domain.Name] = await ZoneComparison.CompareAsync(domain, token);
        foreach (var list in course.Member.Lists)
            course.Comparisons[list.Address] = await ListComparison.CompareAsync(list, token);
    }

    private static async Task<DemoMigration> DescribeAsync(Course course, CancellationToken token)
    {
        var items = new List<DemoItem>();
        foreach (var item in course.View?.Items.Where(i => i.State != "Excluded") ?? [])
        {
            var detail = await course.MemberApi.GetAsync<ItemDetail>($"items/{item.Id}", token);
            var compared = course.Comparisons.GetValueOrDefault(item.Name);
            items.Add(new DemoItem(
                item.Kind, item.Name, item.State, item.Grade, course.Counts.TryGetValue(item.Id, out var counts) ? counts : null, detail.Exceptions,
                compared is null ? null : new DemoComparison(
                    compared.Count, compared.Bytes, compared.Equal, [.. compared.Differences.Take(MostDifferences)]),
                detail.Arrangement?.Rights?.State));
        }

        return new DemoMigration(course.Member.Reference, course.State, course.DebtSeenAt is not null, items, course.View?.DossierSha256, course.View?.DossierSha256 is null ? null : await DossierVerify.RunAsync(course, token));
    }

    private static string OutcomeOf(bool asTold, IReadOnlyList<Course> courses, IReadOnlyList<DemoMigration> migrations)
    {
        var told = asTold && migrations.All(m => m.DossierVerify is { Verifies: true }) && courses.All(c => c.State is "HandedOver" or "Completed" && c.View?.DossierSha256 is not null);
        var equal = courses.All(c => c.Comparisons.Count == c.Member.Items && c.Comparisons.Values.All(x => x.Equal));
        return told && equal ? "complete" : told ? "exceptions" : "failed";
    }

    private static Dictionary<string, string> LinksOf(DemoSystem system, IReadOnlyList<Course> courses)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["console"] = system.Gateway.ToString(),
            ["api"] = new Uri(system.Gateway, "/api/v1/openapi.json").ToString(),
        };
        if (system.Dashboard is { } dashboard)
        {
            // the login token stays on the terminal
            links["dashboard"] = new Uri(dashboard).GetLeftPart(UriPartial.Authority);
            links["traces"] = links["dashboard"] + "/traces";
        }

        foreach (var course in courses)
            links[$"dossier {course.Member.Reference}"] = new Uri(system.Gateway, $"/api/v1/migrations/{course.MigrationId}/dossier?format=html").ToString();
        return links;
    }

    private static string What(string kind) => kind switch
    {
        "Mailbox" => "messages",
        "Site" => "files",
        "Database" => "tables",
        "Domain" => "record sets",
        _ => "people and posts",
    };

    private static void Print(TextWriter output, DemoReport report)
    {
        output.WriteLine();
        foreach (var migration in report.Migrations)
        {
            output.WriteLine($"{migration.Member}: {migration.State}{(migration.WaitedForPayment ? ", waited for its payment" : "")}, dossier {migration.Dossier ?? "none"}{(migration.DossierVerify is { } d ? d.Verifies ? $", verifies: {d.Files} files, {d.Receipts} receipts" : $", does NOT verify: {string.Join("; ", d.Problems)}" : "")}");
            foreach (var item in migration.Items)
            {
                var compared = item.Comparison is { } c
                    ? $"{c.Count} {What(item.Kind)}{(c.Bytes > 0 ? $", {c.Bytes / 1e6:0.0} MB" : "")}: {(c.Equal ? "equal on both servers" : $"NOT equal ({string.Join("; ", c.Differences.Take(5))})")}"
                    : "not compared";
                output.WriteLine($"  {item.Kind} {item.Name}: {item.State} {item.Grade}; {compared}; {item.Exceptions.Count} exceptions listed{(item.Rights == "Pending" ? "; on the last rung of the ladder" : "")}");
            }
        }

        output.WriteLine($"old host: {report.OldHostChanges} changes in its log");
        foreach (var (name, link) in report.Links)
            output.WriteLine($"{name}: {link}");
        output.WriteLine($"outcome: {report.Outcome}, {report.Seconds:0.0} s{(report.MailServiceKills > 0 ? $", mail service killed {report.MailServiceKills} times" : "")}{(report.ServiceKills.Count > 0 ? $", killed on the way: {string.Join(", ", report.ServiceKills.Keys)}" : "")}");
    }
}
