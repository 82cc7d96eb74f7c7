using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Demo;

/// <summary>Plays staff, members and the new provider: looks at the board and does what a person in that place would do next.</summary>
internal sealed class DemoPlay(DemoSystem system, Office office, IReadOnlyList<Course> courses, FaultProxy line, Action<string> say)
{
    private static readonly TimeSpan DebtorWaits = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(2); // what is due within it happens in one step
    private const int MostResumes = 3;

    private readonly Ladder _ladder = new(office, say);
    private readonly Questionnaire _questions = new(office, say);
    private long _clockMovedAt;

    /// <summary>True when every migration is as far as people can bring it.</summary>
    public bool IsOver => courses.All(c => c.IsOver);

    /// <summary>One look at the board, and what follows from it.</summary>
    public async Task StepAsync(CancellationToken token)
    {
        foreach (var course in courses.Where(c => !c.IsOver))
        {
            var view = await course.MemberApi.FindAsync<MigrationView>($"migrations/{course.MigrationId}", token);
            if (view is null)
                continue;
            if (course.State != view.Migration.State || course.View is null)
                say($"{course.Member.Reference} {view.Migration.State}: {view.Migration.WaitingText}");
            course.View = view;
            await course.ReadEventsAsync(course.MemberApi, token);
            try
            {
                await ActAsync(course, view, token);
            }
            catch (GatewayRefusalException refusal) when (refusal.Code is "transition-not-allowed" or "not-ready" or "open-points")
            {
                // the saga was ahead of the board: look again
            }
        }

        MoveClock();
    }

    private async Task ActAsync(Course course, MigrationView view, CancellationToken token)
    {
        var allowed = view.Migration.Allowed;
        switch (view.Migration.State)
        {
            case "AwaitingPayment":
                await PayAsync(course, view, token);
                break;
            case "Preparing":
                await PrepareAsync(course, view, token);
                break;
            case "Ready" when allowed.Contains("start"):
                await Command(office.Sophie, course, "start", null, token);
                break;
            case "Ready":
                await AnswerAsync(course, token);
                break;
            case "CatchingUp":
                await CutOverAsync(course, view, token);
                break;
            case "Watching":
                await FinishAsync(course, view, token);
                break;
            case "NeedsStaff" when allowed.Contains("resume") && course.Resumed < MostResumes:
                course.Resumed++;
                say($"{course.Member.Reference} needs staff: {view.Migration.WaitingText}");
                await Command(office.Sophie, course, "resume", null, token);
                break;
            case "NeedsStaff" when course.Resumed >= MostResumes:
            case "HandedOver" when view.Migration.WaitingFor == "nobody":
            case "Completed" or "Cancelled" or "Declined" or "RolledBack":
                course.IsOver = true;
                break;
        }
    }

    // the debtor is seen waiting while the others go on; then the money arrives
    private async Task PayAsync(Course course, MigrationView view, CancellationToken token)
    {
        if (course.Paid || view.Invoices is not { Status: "Due" } check)
            return;
        course.DebtSeenAt ??= TimeProvider.System.GetTimestamp();
        var othersGoOn = courses.Where(c => c != course).All(c => c.IsOver || c.State is "Copying" or "CatchingUp" or "CuttingOver" or "Watching" or "HandedOver" or "Completed");
        if (!othersGoOn || TimeProvider.System.GetElapsedTime(course.DebtSeenAt.Value) < DebtorWaits)
            return;
        var unpaid = Associations.All.Single(a => a.Reference == course.Member.Reference).Invoices.Single(i => i.Paid < i.Amount);
        await office.Sophie.CommandAsync(
            "payments",
            new
            {
                memberReference = course.Member.Reference,
                amountCents = check.OpenCents,
                communication = unpaid.Communication,
                receivedOn = DateOnly.FromDateTime(system.Clock.Now.UtcDateTime),
                bankReference = $"demo-{unpaid.Number}",
            },
            token);
        course.Paid = true;
        say($"{course.Member.Reference} paid {check.OpenCents / 100m:0.00} EUR ({unpaid.Communication})");
    }

    private async Task PrepareAsync(Course course, MigrationView view, CancellationToken token)
    {
        foreach (var mailbox in course.Member.Mailboxes.Where(m => course.Declared.Add(m.Address)))
            await DeclareAsync(course, mailbox, token);
        foreach (var site in course.Member.Sites.Where(s => course.Declared.Add(s.Name)))
            await DeclareAsync(course, "Site", site.Name, site.Source, site.Target, token);
        foreach (var database in course.Member.Databases.Where(d => course.Declared.Add(d.Name)))
            await DeclareAsync(course, "Database", database.Name, database.Source, database.Target, token);
        foreach (var list in course.Member.Lists.Where(l => course.Declared.Add(l.Address)))
            await DeclareAsync(course, "MailingList", list.Address, list.Source, list.Target, token);
        foreach (var list in view.Items.Where(i => i is { Kind: "MailingList", State: "Verified" } && view.Migration.Allowed.Contains("invite-host") && course.ListsLetGo.Add(i.Id)))
            await LetListGoAsync(course, list, token);
        foreach (var site in view.Items.Where(i => i.Kind == "Site" && course.StatisticsAnswered.Add(i.Id)))
        {
            await course.MemberApi.CommandAsync($"items/{site.Id}/commands/answer-statistics", new { wanted = true }, token);
            say($"{course.Member.Reference} {site.Name}: the visit statistics are needed for the subsidising authority");
        }

        foreach (var survey in view.Surveys.Where(s => s.Outcome is not ("Found" or "Nothing") && course.ExcludedKinds.Add(s.Kind)))
        {
            var reason = $"The member has nothing of kind {survey.Kind} (asked by telephone).";
            await Command(office.Sophie, course, "exclude-kind", new { kind = survey.Kind, reason }, token);
        }

        if (await AnswerAsync(course, token))
            return;
        if (view.Migration.Allowed.Contains("approve-plan") && view.Items.Count(i => i.State == "Verified") >= course.Member.Items)
            await Command(office.Marc, course, "approve-plan", null, token);
    }

    // staff invite, the new host asks with its own key, the member reads the request and consents with theirs; another host is refused
    private async Task LetListGoAsync(Course course, ItemSummary list, CancellationToken token)
    {
        var target = course.Member.Lists.Single(l => l.Address == list.Name).Target;
        var path = $"items/{list.Id}/commands/";
        await office.Sophie.CommandAsync(path + "invite-host", new { host = "Nouvel hôte", identity = Office.ReceivingHost, @checked = "Called back at the number on its site." }, token);
        var request = new
        {
            scope = (string[])["People", "Archive", "HeldPosts", "Files"],
            consent = "Nous gardons la liste pour l'association seule et l'effaçons à sa demande.",
            sheet = new { software = "Sympa", version = "6.2.70", robot = target.Login[(target.Login.IndexOf('@', StringComparison.Ordinal) + 1)..], access = "Shell", signsDkim = true, rewritesForDmarc = true },
        };
        try
        {
            var other = await office.HireAsync(system, "autre-hote", "Provider", course.MemberId, token);
            await other.CommandAsync(path + "request-export", request, token);
            throw new InvalidOperationException("Another host than the chosen one was let ask for a list.");
        }
        catch (GatewayRefusalException refused) when (refused.Code == "other-host")
        {
            say($"{course.Member.Reference} {list.Name}: another host asks and is refused");
        }

        var host = await office.HireAsync(system, Office.ReceivingHost, "Provider", course.MemberId, token);
        var asked = await host.CommandAsync(path + "request-export", request, token);
        var sha = asked.Detail.Split(' ', '.')[1];
        await course.MemberApi.CommandAsync(path + "consent-to-export", new { given = true, words = "Lu et approuvé par le conseil d'administration.", request = sha }, token);
        say($"{course.Member.Reference} {list.Name}: the new host asked, the member consents");
    }

    private Task DeclareAsync(Course course, LabMailbox mailbox, CancellationToken token)
    {
        var (old, @new) = (system.Lab.Old, system.Lab.New);
        return DeclareAsync(
            course, "Mailbox", mailbox.Address,
            new LabPlace("imap", old.Host, old.Imap, "StartTls", mailbox.Source.Login, mailbox.Source.Password, old.CertificatePin),
            new LabPlace("imap", @new.Host, line.Port, "Implicit", mailbox.Target.Login, mailbox.Target.Password, @new.CertificatePin), token);
    }

    private async Task DeclareAsync(Course course, string kind, string name, LabPlace source, LabPlace target, CancellationToken token)
    {
        var declared = await office.Sophie.PostAsync<DeclaredItem>($"migrations/{course.MigrationId}/items", new { kind, name, source = Body(source), target = Body(target) }, token);
        await office.Sophie.EndAsync(declared.Operation, token);
        await course.MemberApi.StoreSecretAsync(declared.SourceCredentialId!.Value, source.Secret, token);
        await course.MemberApi.StoreSecretAsync(declared.TargetCredentialId!.Value, target.Secret, token);
        say($"{course.Member.Reference} {name}: declared, both passwords entered by the member");
    }

    private static object Body(LabPlace end) => new { end.Protocol, end.Host, end.Port, end.Tls, end.Login, end.CertificatePin, end.Path };

    private async Task CutOverAsync(Course course, MigrationView view, CancellationToken token)
    {
        if (!course.NewMailDelivered)
        {
            course.NewMailDelivered = true;
            foreach (var mailbox in course.Member.Mailboxes)
                await MaildirWriter.DeliverAsync(
                    new MailAccount(mailbox.Source.Login, "", mailbox.Source.Home), ["INBOX"], new LetterMaker(99).Letter(4_000, system.Clock.Now), token);
            say($"{course.Member.Reference} gets new mail at the old host");
        }

        if (!course.IsOnLastRung && course.Member.Domains.Any(d => d.Name == Associations.SmallDomain))
            course.IsOnLastRung = await _ladder.ClimbAsync(course, view, token);
        if (!course.ConsentGiven && view.Migration.Allowed.Contains("consent-to-switch"))
        {
            course.ConsentGiven = true;
            await Command(course.MemberApi, course, "consent-to-switch", new { consent = "Accord du bureau, donné en ligne." }, token);
        }

        if (course.IsBusy || await AnswerAsync(course, token) || !view.Migration.Allowed.Contains("cutover"))
            return;
        if (course.CutOverApprovedBy.Add("marc"))
            await Command(office.Marc, course, "cutover", new { }, token);
        if (course.Member.Domains.Count > 0 && course.CutOverApprovedBy.Add("lena"))
            await Command(office.Lena, course, "cutover", new { }, token);
    }

    private async Task FinishAsync(Course course, MigrationView view, CancellationToken token)
    {
        if (!course.DifferencesApproved && view.Items.Any(i => i is { Exceptions: > 0, ExceptionsApproved: false }) && view.Migration.Allowed.Contains("approve-differences"))
        {
            course.DifferencesApproved = true;
            await Command(course.MemberApi, course, "approve-differences", new { reason = "Lu et approuvé par le bureau." }, token);
        }

        if (await AnswerAsync(course, token))
            return;
        if (view.Migration.Allowed.Contains("hand-over"))
            await Command(office.Sophie, course, "hand-over", null, token);
    }

    // questions come with what is found, so they are looked for again; staff do what the answers ask of them
    private async Task<bool> AnswerAsync(Course course, CancellationToken token)
    {
        var answered = await _questions.AnswerAsync(course, token);
        await _questions.DoTasksAsync(course, token);
        return answered;
    }

    private async Task Command(GatewayApi person, Course course, string verb, object? body, CancellationToken token)
    {
        var operation = await person.CommandAsync($"migrations/{course.MigrationId}/commands/{verb}", body, token);
        say($"{course.Member.Reference} {verb}: {(operation.Detail.Length > 0 ? operation.Detail : "done")}");
    }

    /// <summary>When everyone who is not done waits for the clock and no pass runs, the clock goes to the next instant at which something is due.</summary>
    private void MoveClock()
    {
        var open = courses.Where(c => !c.IsOver).ToArray();
        if (open.Length == 0 || !Array.TrueForAll(open, c => c.View is not null && c.State is "Watching" or "HandedOver" && !c.IsBusy && !CanHandOver(c))
            || (_clockMovedAt != 0 && TimeProvider.System.GetElapsedTime(_clockMovedAt) < TimeSpan.FromSeconds(2)))
            return;
        var due = open.Select(c => c.View!.Migration.NextDueAt).OfType<DateTimeOffset>().Where(at => at > system.Clock.Now).Order().FirstOrDefault();
        if (due == default)
            return;
        system.Clock.AdvanceTo(due + Together);
        _clockMovedAt = TimeProvider.System.GetTimestamp();
        say($"clock: {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
    }

    private static bool CanHandOver(Course course) => course.State == "Watching" && course.View!.Migration.Allowed.Contains("hand-over");
}
