using System.Diagnostics;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.MailingLists.Tests;

/// <summary>kill -9 of the service in the middle of an import, several times: nobody is subscribed twice, nothing is lost, no mail goes out, and the pass is one trace.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-6")]
[Trait("Requirement", "lists-35")]
[Trait("Requirement", "rel-F1")]
public sealed class KilledListTests
{
    private const int People = 400, Posts = 30;
    private static readonly Endpoint Source = End("lists.old.test"), Target = End("lists.new.test");
    private static readonly ExportGrant Grant = new("Domaine Public", "lists.new.test", [ListPart.People, ListPart.Archive, ListPart.HeldPosts, ListPart.Files], new string('a', 64), DateTimeOffset.UnixEpoch);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 3)]
    public async Task Killed_in_the_middle_of_an_import_nobody_is_there_twice_and_nothing_is_lost(int seed, int kills)
    {
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var fresh = await SympaServer.StartAsync("lists.new.test", Token);
        var members = string.Concat(Enumerable.Range(0, People).Select(static i => FormattableString.Invariant($"date {1420066800 + i}\nemail membre{i}@skynet.example\ngecos Zoé {i}\nreception {(i % 3 == 0 ? "digest" : "mail")}\n\n")));
        await old.AddListAsync("nouvelles", "subject Nouvelles\n\nsend private\n\n", members, "email chef@asbl.example\nprofile privileged\n\n", token: Token);
        for (var i = 1; i <= Posts; i++) await old.ArchiveAsync("nouvelles", "2010-03", i, System.Text.Encoding.UTF8.GetBytes($"Subject: {i}\nMessage-ID: <{i}@x>\n\nÀ demain\n"), Token);
        await using var vault = await VaultStandIn.StartAsync("mailing-lists");
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(token: Token);
        var journals = LabRoot.NewFolder("lists");
        await using var service = new ServiceProcess("Cassiopea.MailingLists", "mailing-lists", database, vault,
        [
            new("MailingLists:Directory", journals),
            .. new[] { old, fresh }.Index().SelectMany(static one => MailingListsHost.Settings(one.Index, one.Item.Robot, one.Item)).Select(static one => KeyValuePair.Create(one.Key, (string?)one.Value)),
        ]);
        await service.StartAsync();
        var command = new TransferMailingList(Guid.NewGuid(), Guid.NewGuid(), 1, Bucket.Bulk, Source, Target, Grant: Grant);
        using var cause = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        await using (var db = Open(database))
        {
            await db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, TransferMailingListJob.Kind, 1, Source.Host, Bucket.Bulk, command), Token);
            await db.SaveChangesAsync(Token);
        }

        var dice = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            // each kill at a later moment: while it reads, while people are loaded, while the archive is sent
            await Eventually.TrueAsync("the import is under way", () => kill switch
            {
                0 => Directory.EnumerateFileSystemEntries(journals, "*", SearchOption.AllDirectories).Any(),
                1 => Directory.Exists(fresh.FolderOf("nouvelles")),
                _ => File.Exists($"{fresh.FolderOf("nouvelles")}/member.dump") || IsDone(database),
            }, TimeSpan.FromSeconds(240), Token);
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(300)), TimeProvider.System, Token);
            await service.KillAsync();
            await service.StartAsync();
        }

        await Eventually.TrueAsync("the pass ends", () => IsDone(database), TimeSpan.FromSeconds(400), Token);

        await using (var db = Open(database)) Assert.Equal(JobState.Done, (await db.Set<Job>().SingleAsync(Token)).State);
        Assert.Equal($"{People}|{People}", (await fresh.SqlAsync("select count(*), count(distinct user_subscriber) from subscriber_table where list_subscriber='nouvelles'", Token)).Trim());
        Assert.Equal("1", (await fresh.SqlAsync("select count(*) from admin_table where list_admin='nouvelles' and role_admin='owner'", Token)).Trim());
        var archived = Directory.EnumerateFiles(fresh.ArchiveOf("nouvelles"), "*", SearchOption.AllDirectories).Where(static file => file.Contains("/arctxt/", StringComparison.Ordinal)).ToList();
        Assert.Equal(Posts, archived.Count);
        Assert.Equal(Posts, archived.Select(File.ReadAllText).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(old.Sent.Concat(fresh.Sent));

        await using (var db = Open(database)) Assert.Equal(cause.TraceId.ToHexString(), (await db.Set<Job>().SingleAsync(Token)).Traceparent?.Split('-')[1]);
    }

    private static bool IsDone(string database)
    {
        using var db = Open(database);
        return db.Set<Job>().AsNoTracking().Single() is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done;
    }

    private static MailingListsContext Open(string database) => new(new DbContextOptionsBuilder<MailingListsContext>().UseNpgsql(database).Options);

    private static Endpoint End(string host) => new(Guid.NewGuid(), "sympa", host, 22, TlsPolicy.None, $"nouvelles@{host}", Guid.NewGuid());
}
