using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Xunit.Sdk;

namespace Cassiopea.Migrations.Tests;

/// <summary>Drives a journey along the usual story to any state.</summary>
internal static class Story
{
    public static readonly DateTimeOffset Long = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every state is reachable by what people and services say.</summary>
    public static async Task<Journey> ToAsync(this Task<Journey> beginning, MigrationState state)
    {
        var j = await beginning;
        try
        {
            await j.ToAsync(state);
            return j;
        }
        catch
        {
            j.Dispose();
            throw;
        }
    }

    public static async Task ToAsync(this Journey j, MigrationState state)
    {
        switch (state)
        {
            case MigrationState.Requested:
                break;
            case MigrationState.AwaitingPayment:
                await j.InvoicesAsync(InvoiceStatus.Due);
                break;
            case MigrationState.Surveying:
                await j.InvoicesAsync(InvoiceStatus.Clear);
                break;
            case MigrationState.Preparing:
                await j.ToAsync(MigrationState.Surveying);
                await j.AnswerAsync();
                break;
            case MigrationState.Ready:
                await j.ToAsync(MigrationState.Preparing);
                await j.EnterCredentialsAsync();
                await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
                break;
            case MigrationState.Copying:
                await j.ToAsync(MigrationState.Ready);
                await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
                break;
            case MigrationState.CatchingUp:
                await j.ToAsync(MigrationState.Copying);
                await j.AnswerAsync();
                break;
            case MigrationState.CuttingOver:
                await j.ToAsync(MigrationState.CatchingUp);
                await j.ApproveWindowAsync();
                break;
            case MigrationState.Watching:
                await j.ToAsync(MigrationState.CuttingOver);
                await j.AnswerAsync();
                break;
            case MigrationState.HandedOver:
                await j.ToAsync(MigrationState.Watching);
                await j.AdvanceAsync(TimeSpan.FromDays(3));
                await j.AnswerChecklistAsync();
                await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
                break;
            case MigrationState.Completed:
                await j.ToAsync(MigrationState.HandedOver);
                await j.AnswerAsync();
                await j.AdvanceAsync(TimeSpan.FromDays(91));
                break;
            case MigrationState.Paused:
                await j.ToAsync(MigrationState.Copying);
                await j.DoAsync(o => new PauseMigration(o, "staff-a", j.Id, "the old host is slow"));
                break;
            case MigrationState.NeedsStaff:
                j.Otherwise = c => c is TransferMailbox t ? [j.Failed(t.ItemId, t.Pass, FailureKind.Refused, FailureCode.OverQuota)] : null;
                await j.ToAsync(MigrationState.Copying);
                await j.AnswerAsync();
                j.Otherwise = _ => null;
                break;
            case MigrationState.RollingBack:
                j.Found.Add(new FoundItem(ItemKind.Domain, "asbl.example", null, null, null));
                await j.ToAsync(MigrationState.Watching);
                await j.DoAsync(o => new RollBackMigration(o, "staff-a", j.Id, "visitors see the wrong site"));
                break;
            case MigrationState.RolledBack:
                await j.ToAsync(MigrationState.RollingBack);
                await j.AnswerAsync();
                break;
            case MigrationState.Cancelled:
                await j.ToAsync(MigrationState.Preparing);
                await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member stays with us"));
                break;
            case MigrationState.Declined:
                await j.ToAsync(MigrationState.AwaitingPayment);
                await j.DoAsync(o => new DeclineMigration(o, "staff-a", j.Id, "three reminders and a call without answer"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(state), state, null);
        }

        if (await j.StateAsync() is var reached && reached != state)
            throw new XunitException($"Meant to reach {state}, reached {reached}.");
    }

    /// <summary>From where it stands, which is <paramref name="from"/>, on to another state.</summary>
    public static async Task ToAsync(this Journey j, MigrationState from, MigrationState state)
    {
        if (from == MigrationState.Preparing)
        {
            await j.EnterCredentialsAsync();
            await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        }
        else if (from == MigrationState.Ready)
        {
            await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        }

        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        if (state == MigrationState.CatchingUp)
            await j.AnswerAsync();
        if (await j.StateAsync() is var reached && reached != state)
            throw new XunitException($"Meant to reach {state}, reached {reached}.");
    }

    public static Task InvoicesAsync(this Journey j, InvoiceStatus status)
    {
        j.Asked.RemoveAll(c => c is CheckInvoices);
        return j.TellAsync(j.Invoices(status));
    }

    /// <summary>The member names the new place of each item, and enters both passwords.</summary>
    public static async Task EnterCredentialsAsync(this Journey j, bool lists = true, bool answer = true)
    {
        foreach (var item in (await j.LoadAsync()).Items.Where(i => i.Kind is not ItemKind.Domain && i.State != ItemState.Excluded))
        {
            var source = item.Source ?? j.End("x", "old.example", item.Name);
            var target = j.End(source.Protocol, "new.example", item.Name);
            await j.DoAsync(o => new DeclareItem(o, "member", j.Id, item.Id, item.Kind, item.Name, source, target));
            await j.TellAsync(new CredentialStored(source.CredentialId, j.MemberId, 1, j.Now));
            await j.TellAsync(new CredentialStored(target.CredentialId, j.MemberId, 1, j.Now));
        }

        await j.AnswerAsync();
        foreach (var list in (await j.LoadAsync()).Items.Where(i => lists && i is { Kind: ItemKind.MailingList, MayLeave: false } && i.State != ItemState.Excluded))
            await j.LetLeaveAsync(list);
        if (answer)
            await j.AnswerChecklistAsync();
    }

    public const string HostKey = "domaine-public";

    public static HostSheet Sheet(string robot) => new("Sympa", "6.2.72", robot, HostAccess.Shell, SignsDkim: true, RewritesForDmarc: true);

    /// <summary>Staff invite, the host asks, the member consents.</summary>
    public static async Task LetLeaveAsync(this Journey j, Item list)
    {
        await j.DoAsync(o => new InviteHost(o, "staff-a", j.Id, list.Id, "Domaine Public", HostKey, "called back at its published number", ByMember: false));
        await j.DoAsync(o => new RequestExport(o, HostKey, j.Id, list.Id, [ListPart.People, ListPart.Archive, ListPart.HeldPosts, ListPart.Files], "We keep it for the association only.", Sheet(list.Name.Split('@')[^1])));
        var request = (await j.ItemAsync(list.Name)).Receiving!.Request!.Sha256;
        await j.DoAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, Given: true, "Yes, our general assembly decided it.", request));
    }

    /// <summary>The member answers every question in the way that holds nothing up, except the last fetch by POP3 and the statistics; staff do the tasks that this makes.</summary>
    public static async Task AnswerChecklistAsync(this Journey j, bool closeTasks = true)
    {
        for (var round = 0; round < 20; round++)
        {
            var judged = MemberChecklist.JudgeAt(await j.LoadAsync(), j.Now);
            var answers = judged.Entries.Where(e => e is { IsAsked: true, Answer: null, Rule.Id: not (17 or 28) })
                .Select(e => new ChecklistAnswer(e.Rule.Id, e.Thing?.Id, e.Rule.Choices.First(c => c.Changes.All(x => x.Sort is "step" or "fetch" or "task")).Code)).ToList();
            if (answers.Count == 0)
                break;
            await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, answers));
            await j.AnswerAsync();
        }

        foreach (var task in (await j.LoadAsync()).Tasks.Where(t => closeTasks && t.State == StaffTaskState.Open))
            await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, task.Id, "done by telephone"));
    }

    /// <summary>A window that is open now; two people where DNS changes.</summary>
    public static async Task ApproveWindowAsync(this Journey j)
    {
        var (opens, closes) = (j.Now, j.Now + TimeSpan.FromDays(2));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes));
        if (!(await j.LoadAsync()).HasDomain)
            return;
        await j.DoAsync(o => new ApproveCutOver(o, "staff-b", j.Id, opens, closes));
        if ((await j.LoadAsync()).SwitchConsentAt is null)
            await j.DoAsync(o => new ConsentToSwitch(o, "member", j.Id, "the board agreed on 2 March, by letter"));
        // the TTLs are lowered first
        foreach (var ttl in j.Asked.OfType<LowerTtl>().ToList())
        {
            j.Asked.Remove(ttl);
            foreach (var answer in j.Answers(ttl))
                await j.TellAsync(answer);
        }

        await j.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1), answer: false);
    }
}
