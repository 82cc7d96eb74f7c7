using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>Services answer in any order, late and more than once: the end is the same.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "reliability-F15")]
public sealed class HistoryTests(World world)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 3)];

    public static TheoryData<int> ManySeeds => [.. Enumerable.Range(100, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Answers_in_any_order_and_repeated_lead_to_the_same_end(int seed) => SameEndAsync(seed);

    [Theory]
    [MemberData(nameof(ManySeeds))]
    [Trait("Category", "Nightly")]
    public Task Many_histories_lead_to_the_same_end(int seed) => SameEndAsync(seed);

    private async Task SameEndAsync(int seed)
    {
        var straight = await RunAsync(seed, shuffled: false);
        var shuffled = await RunAsync(seed, shuffled: true);
        Assert.Equal(straight, shuffled);
    }

    /// <summary>The whole story with trouble on the way; shuffled: answers wait in a pool, are drawn at random, and old ones come again.</summary>
    private async Task<string> RunAsync(int seed, bool shuffled)
    {
        using var j = await Journey.BeginAsync(world, seed: seed);
        j.Found.Add(new FoundItem(ItemKind.Domain, "asbl.example", null, null, null));
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "www"), null, null));
        j.Otherwise = c => c switch
        {
            // one box is over quota in its first pass, and one site differs in something that cannot be expressed
            TransferMailbox { Pass: 1 } t when t.Source.Login.StartsWith("info", StringComparison.Ordinal) => [j.Failed(t.ItemId, 1, FailureKind.Refused, FailureCode.OverQuota)],
            VerifySite v => [j.Verified(v.ItemId, v.Pass, Grade.Good, [CopyTests.Difference("index.php")])],
            _ => null,
        };
        Task Drain() => shuffled ? DrainAsync(j) : j.AnswerAsync();

        await j.TellAsync(j.Invoices(InvoiceStatus.Clear));
        j.Asked.RemoveAll(c => c is CheckInvoices);
        await Drain();
        foreach (var item in (await j.LoadAsync()).Items.Where(i => i.Kind != ItemKind.Domain).OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            var target = j.End(item.Source!.Protocol, "new.example", item.Name);
            await j.DoAsync(o => new DeclareItem(o, "member", j.Id, item.Id, item.Kind, item.Name, null, target));
            foreach (var credential in new[] { item.Source.CredentialId, target.CredentialId })
                await j.TellAsync(new CredentialStored(credential, j.MemberId, 1, j.Now));
        }

        await Drain();
        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await Drain();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        var parked = await j.ItemAsync("info@asbl.example");
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, parked.Id));
        await Drain();
        await j.ApproveWindowAsync();
        await Drain();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        for (var i = 0; i < 12; i++)
        {
            await j.AdvanceAsync(TimeSpan.FromHours(6), answer: false);
            await Drain();
        }

        await j.DoAsync(o => new ApproveDifferences(o, "member", j.Id, null, "read and approved"));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        await Drain();
        if (shuffled)
            await RepeatAsync(j, 10);

        var m = await j.LoadAsync();
        return JsonSerializer.Serialize(new
        {
            m.CurrentState,
            Erased = m.ErasedAt is not null,
            Kinds = m.Surveys.OrderBy(s => s.Kind).Select(s => new { s.Kind, s.Outcome }),
            Items = m.Items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal)
                .Select(i => new { i.Kind, i.Name, i.State, i.Grade, i.DifferenceCount, Failure = i.Failure?.Code, i.ExceptionsApproved, i.Compared, i.Bytes, i.Pass }),
        });
    }

    private static async Task DrainAsync(Journey j)
    {
        var pool = new List<object>();
        while (pool.Count > 0 || j.Asked.Count > 0)
        {
            while (j.Asked.Count > 0)
            {
                pool.AddRange(j.Answers(j.Asked[0]));
                j.Asked.RemoveAt(0);
            }

            if (pool.Count == 0)
                break;
            await j.TellAsync(j.TakeAtRandom(pool));
            if (j.Next(3) == 0)
                await RepeatAsync(j, 1);
        }
    }

    /// <summary>An old answer comes again: as the same message, or as a new one that says the same.</summary>
    private static async Task RepeatAsync(Journey j, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var answers = j.Delivered.Where(d => !Attribute.IsDefined(d.Message.GetType(), typeof(CommandAttribute))).ToList();
            var (message, id) = answers[j.Next(answers.Count)];
            await j.TellAsync(message, j.Next(2) == 0 ? id : null);
        }
    }
}
