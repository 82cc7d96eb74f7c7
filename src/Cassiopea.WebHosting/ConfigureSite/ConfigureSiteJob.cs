using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.ServiceDefaults;
using Cassiopea.Sites.Checks;
using Cassiopea.Sites.Configuration;
using Cassiopea.Transfer;

namespace Cassiopea.WebHosting;

/// <summary>
/// Writes the new databases into the configurations at the new place, from those at the old one, then asks the same pages of both. It may run again from its
/// beginning at any time: it writes the same bytes.
/// </summary>
internal sealed class ConfigureSiteJob(EndpointLogins logins, SiteEnds ends, SiteEngine engine, SiteWeb web, SiteCertificate certificate, TimeProvider time, ILogger<ConfigureSiteJob> log) : IJob
{
    public const string Kind = "configure-site";

    private static readonly EndRules Database = new([3306]);

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<ConfigureSite>();
        try
        {
            await using var source = await logins.OpenAsync(command.Source, FailureSide.Source, SiteEnds.Rules, run.Id, token);
            await using var target = await logins.OpenAsync(command.Target, FailureSide.Target, SiteEnds.Rules, run.Id, token);
            await ConfigureAsync(run, command, ends.AccountOf(source), ends.AccountOf(target), token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && !run.HasEnded && PassFailures.Of(e, FailureSide.Us) is { } failure)
        {
            log.NotConfigured(run.ItemId, run.Pass, failure.Side, failure.Kind, failure.Code);
            if (failure.Kind == FailureKind.Passing)
                throw new PassingFailureException(failure, e);
            await run.CompleteAsync(Configured(run, 0, [], [], failure), token);
        }
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [Configured(run, 0, [], [], failure)];

    private async Task ConfigureAsync(JobRun run, ConfigureSite command, SiteAccount source, SiteAccount target, CancellationToken token)
    {
        var (plan, exceptions) = command.CheckOnly ? (new ConfigurationPlan([], []), []) : await WriteAsync(run, command, source, target, token);
        var pages = await web.CompareAsync(command.Site, command.Target.Host, token);
        exceptions.AddRange(SiteWeb.Exceptions(pages));
        var refused = await certificate.CheckAsync(command.Site, command.Target.Host, null, token) ?? SiteWeb.Verdict(pages);
        await run.CompleteAsync(Configured(run, plan.Files.Count, pages, exceptions, refused), token);
        log.Configured(run.ItemId, run.Pass, plan.Files.Count, pages.Count(static p => p.Equal), pages.Count);
    }

    private async Task<(ConfigurationPlan Plan, List<ItemException> Exceptions)> WriteAsync(JobRun run, ConfigureSite command, SiteAccount source, SiteAccount target, CancellationToken token)
    {
        ConfigurationPlan plan;
        await using (FtpSiteTree tree = new(source, TransferSide.Source, engine.Session(), engine.Connections))
            plan = await ConfigurationPlan.MakeAsync(tree, new ConfigurationWish(await PlacesAsync(run, command, token), [.. (command.Paths ?? []).Select(static p => KeyValuePair.Create(p.From, p.To))], engine.Target.PhpVersion.Major >= 7), token);
        await run.SaveAsync<WebHostingContext>(db => ConfiguredFile.KeepAsync(db, run.ItemId, plan.Files.Select(static f => f.File), token), null, token);
        List<ItemException> exceptions = [.. plan.Steps.Where(static s => s.Kind == ConfigurationStepKind.ByHand).Select(ByHand)];
        await using (SiteWriting writing = new(await SiteSession.OpenAsync(target, TransferSide.Target, engine.Session(), token)))
        {
            exceptions.AddRange((await writing.WriteAsync(plan, token)).Select(NotEmptied));
            exceptions.AddRange((await writing.OpenAsync(plan, engine.WritableMode, token)).Select(NotOpened));
        }

        return (plan, exceptions);
    }

    /// <summary>The new place of each old database, by its old name; passwords are borrowed for as long as they are written.</summary>
    private async Task<Dictionary<string, DatabasePlace>> PlacesAsync(JobRun run, ConfigureSite command, CancellationToken token)
    {
        Dictionary<string, DatabasePlace> places = new(StringComparer.Ordinal);
        foreach (var database in command.Databases)
        {
            await using var login = await logins.OpenAsync(database.Target, FailureSide.Target, Database, run.Id, token);
            places[database.Source.Path ?? ""] = new DatabasePlace(
                database.Target.Host, database.Target.Port == 3306 ? null : database.Target.Port, database.Target.Login, new Secret(login.SecretText), database.Target.Path ?? "");
        }

        return places;
    }

    private static ItemException ByHand(ConfigurationStep step) => SiteEnds.Exception(
        step.Path.ToString(), FailureSide.Source, FailureCode.NotExpressible, step.Text, "Staff change this file at the new place by hand.");

    private static ItemException NotEmptied(string folder) => SiteEnds.Exception(
        folder, FailureSide.Target, FailureCode.PermissionDenied, "Old pages may be kept in this folder, and the server does not list it.", "The new provider empties this folder.");

    private static ItemException NotOpened(string folder) => SiteEnds.Exception(
        folder, FailureSide.Target, FailureCode.PermissionDenied, "The site's program must be able to write there, and the server does not set permissions.", "The new provider makes this folder writable for PHP.");

    private SiteConfigured Configured(JobRun run, int files, IReadOnlyList<PageCompared> pages, IReadOnlyList<ItemException> exceptions, Failure? failure) => new(
        run.MigrationId, run.ItemId, run.Pass, files, pages.Count(static p => p.Before.Status != 0), pages.Count(static p => p.Equal), [.. exceptions.Take(PassException.MostInEvent)], failure, time.GetUtcNow());
}
