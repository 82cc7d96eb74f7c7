using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.ServiceDefaults;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Survey;
using Cassiopea.Transfer;

namespace Cassiopea.WebHosting;

/// <summary>Reads a site at the old place and enters the new one; writes nothing there. Findings and visit statistics are kept here.</summary>
internal sealed class SurveySiteJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, FoundCredentials credentials, SiteCertificate certificate, TimeProvider time, ILogger<SurveySiteJob> log) : IJob
{
    public const string Kind = "survey-site";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveySite>();
        List<Fact> facts = [];
        SiteSurveyResult? survey = null;
        IReadOnlyList<FoundItem> found = [];
        var source = await EnterAsync(run, command.Source, FailureSide.Source, async (account, stop) =>
        {
            survey = await SurveyAsync(run.ItemId, account, facts, stop);
            if (command.MemberId is { } member)
                found = await credentials.StoreAsync(run.ItemId, member, command.Source.Host, survey.Databases, stop);
        }, token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, async (account, stop) =>
        {
            await TargetAsync(account, facts, stop);
            if (command.Site.Length > 0 && await certificate.CheckAsync(command.Site, command.Target.Host, facts, stop) is { } refused)
                throw new PassFailureException(refused);
        }, token);
        await run.CompleteAsync<WebHostingContext>(
            db => survey is null ? Task.CompletedTask : KeepAsync(db, run.ItemId, survey, token),
            [new ItemSurveyed(run.MigrationId, run.ItemId, facts, source, target, command.Target is not null && target is null, time.GetUtcNow(), run.Pass, Found: found)],
            token);
        log.Surveyed(run.ItemId, run.Pass, source?.Code ?? "ok", command.Target is null ? "not known yet" : target?.Code ?? "ok", survey?.FindingCount ?? 0);
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private static async Task KeepAsync(WebHostingContext db, Guid item, SiteSurveyResult survey, CancellationToken token)
    {
        await SiteFindingRow.KeepAsync(db, item, survey.Findings, token);
        await SiteCache.KeepAsync(db, item, survey.Systems, token);
    }

    private async Task<SiteSurveyResult> SurveyAsync(Guid item, SiteAccount account, List<Fact> facts, CancellationToken token)
    {
        await using FtpSiteTree tree = new(account, TransferSide.Source, engine.Session(), engine.Connections);
        var survey = await SiteSurvey.RunAsync(tree, new SiteSurveyOptions { Source = engine.Source, Target = engine.Target, Readers = tree.Readers }, token);
        var statistics = await StatisticsReader.ReadAsync(tree, survey.Statistics, token);
        await files.KeepStatisticsAsync(item, account.Endpoint.Host, tree, statistics, token);
        facts.AddRange(SiteFacts.OfSource(survey, statistics, tree.Unreadable));
        facts.Add(new Fact("protocol-seen", account.Endpoint.Protocol == SiteProtocol.Sftp ? "sftp" : "ftp"));
        return survey;
    }

    private async Task TargetAsync(SiteAccount account, List<Fact> facts, CancellationToken token)
    {
        await using var session = await SiteSession.OpenAsync(account, TransferSide.Target, engine.Session(), token);
        var there = await session.ListAsync(SitePath.Root, token);
        facts.AddRange(SiteFacts.OfTarget(session.Software, there.Count));
    }

    private Task<Failure?> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, Func<SiteAccount, CancellationToken, Task> work, CancellationToken token) =>
        pass.LookAsync(run, endpoint, side, SiteEnds.Rules, (login, stop) => work(ends.AccountOf(login), stop), token);
}
