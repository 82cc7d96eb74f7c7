using Cassiopea.Contracts;
using Xunit.Sdk;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations.Tests;

/// <summary>One member's migration in a test: what people say, what services answer, what left.</summary>
internal sealed class Journey : IDisposable
{
    private readonly IDisposable _turn;
    private readonly Random _random;

    private Journey(World world, IDisposable turn, int seed) => (World, _turn, _random) = (world, turn, new Random(seed));

    public World World { get; }

    public Guid Id { get; } = Guid.CreateVersion7();

    public Guid MemberId { get; } = Guid.CreateVersion7();

    public string Reference => $"M-{MemberId:N}";

    /// <summary>What the services find. Kinds that are not named here are answered with nothing.</summary>
    public List<FoundItem> Found { get; } = [];

    /// <summary>Kinds whose service cannot look.</summary>
    public HashSet<ItemKind> NotSurveyed { get; } = [];

    /// <summary>Answers of services that a test wants otherwise; null = the usual answer, empty = none.</summary>
    public Func<object, IReadOnlyList<object>?> Otherwise { get; set; } = _ => null;

    /// <summary>Commands of services that wait for their answer.</summary>
    public List<object> Asked { get; } = [];

    /// <summary>Everything that left, in order.</summary>
    public List<object> Left { get; } = [];

    /// <summary>Everything that was delivered, with its message id.</summary>
    public List<(object Message, Guid Id)> Delivered { get; } = [];

    public DateTimeOffset Now => World.Time.GetUtcNow();

    public static async Task<Journey> BeginAsync(World world, string language = "fr", int seed = 1)
    {
        var journey = new Journey(world, await world.TakeTurnAsync(), seed);
        journey.Found.Add(journey.Mailbox("info@asbl.example"));
        journey.Found.Add(journey.Mailbox("contact@asbl.example"));
        try
        {
            await journey.BeginAsync(language);
            return journey;
        }
        catch
        {
            journey.Dispose();
            throw;
        }
    }

    private async Task BeginAsync(string language)
    {
        await TellAsync(new RegisterMember(Guid.NewGuid(), "staff-a", MemberId, Reference, "Asbl <Été> & Co", language, $"{MemberId:N}@asbl.example"));
        await TellAsync(new RequestMigration(Guid.NewGuid(), "staff-a", Id, MemberId));
    }

    public void Dispose() => _turn.Dispose();

    public FoundItem Mailbox(string name) => new(ItemKind.Mailbox, name, End("imap", "old.example", name), 1000, null);

    public Endpoint End(string protocol, string host, string login)
    {
        var id = Item.IdOf(MemberId, ItemKind.Mailbox, $"{host}/{login}");
        return new Endpoint(id, protocol, host, 993, TlsPolicy.Implicit, login, id);
    }

    /// <summary>The item of that name, as the database has it.</summary>
    public async Task<Item> ItemAsync(string name) => (await LoadAsync()).Items.Single(i => i.Name == name);

    public Task<Migration> LoadAsync() => World.LoadAsync(Id);

    public async Task<MigrationState> StateAsync() => (await LoadAsync()).State;

    /// <summary>Delivers one message, then what the service sends to itself; what it asks of others waits in <see cref="Asked"/>.</summary>
    public async Task TellAsync(object message, Guid? id = null)
    {
        World.Time.Advance(TimeSpan.FromMilliseconds(7));
        await DeliverAsync(message, id ?? Guid.CreateVersion7());
        await PumpAsync();
    }

    /// <summary>Sends a person's command and returns how it ended: null when accepted.</summary>
    public async Task<CommandRefused?> TryAsync(Func<Guid, object> command)
    {
        var operation = Guid.CreateVersion7();
        await TellAsync(command(operation));
        var ends = Left.Where(m => (m is CommandAccepted a && a.OperationId == operation) || (m is CommandRefused r && r.OperationId == operation)).ToList();
        return Assert.Single(ends) as CommandRefused;
    }

    public async Task DoAsync(Func<Guid, object> command)
    {
        if (await TryAsync(command) is { } refused)
            throw new XunitException($"{command(default).GetType().Name} was refused: {refused.Code}: {refused.Detail} Allowed: {string.Join(", ", refused.Allowed)}");
    }

    /// <summary>Answers what was asked, until nothing is asked any more.</summary>
    public async Task AnswerAsync()
    {
        while (Asked.Count > 0)
        {
            var command = Asked[0];
            Asked.RemoveAt(0);
            foreach (var answer in Answers(command))
                await TellAsync(answer);
        }
    }

    /// <summary>Moves the clock, then wakes what is due and answers what that asks.</summary>
    public async Task AdvanceAsync(TimeSpan by, bool answer = true)
    {
        var end = Now + by;
        while (true)
        {
            var next = (await LoadAsync()).WakeAt;
            if (next is null || next > end)
                break;
            if (next > Now)
                World.Time.Advance(next.Value - Now + TimeSpan.FromMilliseconds(1));
            await PumpAsync();
            if (answer)
                await AnswerAsync();
            if ((await LoadAsync()).WakeAt <= Now)
                break;
        }

        if (end > Now)
            World.Time.Advance(end - Now);
        await PumpAsync();
        if (answer)
            await AnswerAsync();
    }

    public IReadOnlyList<object> Answers(object command) => Otherwise(command) ?? Usual(command);

    /// <summary>What a service that has no trouble answers.</summary>
    public IReadOnlyList<object> Usual(object command) => command switch
    {
        CheckInvoices => [Invoices(InvoiceStatus.Clear)],
        FindMailboxes => [Surveyed(ItemKind.Mailbox)],
        FindSites => [Surveyed(ItemKind.Site)],
        FindDatabases => [Surveyed(ItemKind.Database)],
        FindDomains => [Surveyed(ItemKind.Domain)],
        FindMailingLists => [Surveyed(ItemKind.MailingList)],
        SurveyMailbox c => [Entered(c.ItemId, c.Target is not null, attempt: c.Attempt)],
        SurveySite c => [Entered(c.ItemId, c.Target is not null, attempt: c.Attempt)],
        SurveyDatabase c => [Entered(c.ItemId, c.Target is not null, attempt: c.Attempt)],
        SurveyMailingList c => [Entered(c.ItemId, c.Target is not null, attempt: c.Attempt)],
        SurveyDomain c => [Entered(c.ItemId, true, attempt: c.Attempt)],
        TransferMailbox c => [Transferred(c.ItemId, c.Pass)],
        ArchiveMailbox c => [Archived(c.ItemId, c.Pass)],
        TransferSite c => [Transferred(c.ItemId, c.Pass)],
        TransferDatabase c => [Transferred(c.ItemId, c.Pass)],
        TransferMailingList c => [Transferred(c.ItemId, c.Pass)],
        VerifyMailbox c => [Verified(c.ItemId, c.Pass)],
        VerifySite c => [Verified(c.ItemId, c.Pass)],
        VerifyDatabase c => [Verified(c.ItemId, c.Pass)],
        VerifyMailingList c => [Verified(c.ItemId, c.Pass)],
        ConfigureSite c => [new SiteConfigured(Id, c.ItemId, c.Pass, 1, 5, 5, [], null, Now)],
        SaveStatistics c => [Saved(c)],
        ArchiveSite c => [new ItemArchived(Id, c.ItemId, 0, new ItemArchive(7, 70, null, true, new string('e', 64), [new ArchivePart("site-001.tar", 100, new string('f', 64))], Now), 7, [], Now)],
        ArchiveDatabase c => [Archived(c.ItemId, c.Pass)],
        RepairCharsets c => [new CharsetsRepaired(Id, c.ItemId, c.Pass, [.. c.Columns.Select(name => new RepairedCharset(name, 5, 5, 5))], null, Now)],
        ReplaceInDatabase c => [new DatabaseReplaced(Id, c.ItemId, c.Pass, c.DryRun, 3, 4, [], [], null, Now)],
        AddReadAccount c => [new ReadAccountAdded(Id, c.ItemId, c.Number, c.Account, null, Now)],
        RemoveReadAccount c => [new ReadAccountRemoved(Id, c.ItemId, c.Number, null, Now)],
        FreezeMailingList c => [new MailingListFrozen(Id, c.ItemId, Now)],
        UnfreezeMailingList c => [new MailingListUnfrozen(Id, c.ItemId, Now)],
        LowerTtl c => [new TtlLowered(Id, c.ItemId, Now + TimeSpan.FromHours(1))],
        PublishZone c => [new ZonePublished(Id, c.ItemId, Now)],
        CutOverZone c => [new ZoneCutOver(Id, c.ItemId, Now + TimeSpan.FromHours(2))],
        RollBackZone c => [new ZoneRolledBack(Id, c.ItemId, Now)],
        EraseCredentials => [new CredentialsErased(Id, MemberId, 4, Guid.CreateVersion7(), 1, Now)],
        _ => throw new XunitException($"No answer is known to {command.GetType().Name}."),
    };

    public InvoicesChecked Invoices(InvoiceStatus status, long openCents = 0) =>
        new(Id, Reference, status, status == InvoiceStatus.Due && openCents == 0 ? 4200 : openCents, $"invoices are {status}", "csv", Now, Now);

    public ItemSurveyed Entered(Guid item, bool target, Failure? source = null, Failure? atTarget = null, int attempt = 0) =>
        new(Id, item, [new Fact("messages", "10", "messages")], source, atTarget, target && atTarget is null, Now, attempt);

    public ItemTransferred Transferred(Guid item, int pass, long copied = 0, IReadOnlyList<ItemException>? exceptions = null) =>
        new(Id, item, pass, new TransferCounts(10, pass == 1 ? 10 : copied, pass == 1 ? 0 : 10 - copied, 0, 0, 0, 0, 0), 1000, 1, exceptions ?? [], Now);

    public ItemVerified Verified(Guid item, int pass, Grade grade = Grade.Perfect, IReadOnlyList<ItemException>? differences = null) =>
        new(Id, item, pass, 10, 1000, differences is null, differences ?? [], differences?.Count ?? 0, grade, new string('a', 64), Now);

    public ItemArchived Archived(Guid item, int pass, long added = 10, bool equal = true, DateTimeOffset? before = null) =>
        new(Id, item, pass, new ItemArchive(10, 1000, before, equal, new string('b', 64), [new ArchivePart("part-1.tar", 2000, new string('c', 64))], Now), pass == 1 ? added : 0, [], Now);

    public StatisticsSaved Saved(SaveStatistics asked) =>
        new(Id, asked.ItemId, asked.Round, asked.Last, new SavedStatistics(24, 48, 24, "2011-01", "2012-12", new ArchivePart("statistics.zip", 1000, new string('d', 64)), Now), null, Now);

    public ItemTransferFailed Failed(Guid item, int pass, FailureKind kind, string code) =>
        new(Id, item, pass, new Failure(FailureSide.Target, kind, code, "as told"), Now);

    public ServiceSurveyed Surveyed(ItemKind kind)
    {
        var found = Found.Where(f => f.Kind == kind).ToList();
        return NotSurveyed.Contains(kind)
            ? new(Id, kind, SurveyOutcome.NotSurveyed, [], new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, "not built yet"), Now)
            : new(Id, kind, found.Count > 0 ? SurveyOutcome.Found : SurveyOutcome.Nothing, found, null, Now);
    }

    /// <summary>One answer that waits, chosen at random, out of the pool; for histories in any order.</summary>
    public object TakeAtRandom(List<object> pool)
    {
        var index = _random.Next(pool.Count);
        var taken = pool[index];
        pool.RemoveAt(index);
        return taken;
    }

    public int Next(int below) => _random.Next(below);

    private async Task DeliverAsync(object message, Guid id)
    {
        Delivered.Add((message, id));
        await World.DeliverAsync(message, id);
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            var taken = await World.TakeOutgoingAsync();
            if (taken.Count == 0)
                return;
            foreach (var message in taken.Where(IsOurs))
            {
                Left.Add(message);
                if (message is WakeUp or CredentialArrived or SendNotice or WakeWave)
                    await World.DeliverAsync(message);
                else if (Attribute.IsDefined(message.GetType(), typeof(CommandAttribute)))
                    Asked.Add(message);
            }
        }
    }

    // other tests' migrations share the database
    private bool IsOurs(object message) =>
        message.GetType().GetProperty("MigrationId")?.GetValue(message) is not Guid migration || migration == Id;
}
