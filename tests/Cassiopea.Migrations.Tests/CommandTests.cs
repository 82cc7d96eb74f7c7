using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Tests;

/// <summary>Every command of a person ends in exactly one answer, and leaves an audit row.</summary>
[Trait("Category", "Servers")]
public sealed class CommandTests(World world)
{
    public static TheoryData<MigrationState> States => [.. Enum.GetValues<MigrationState>()];

    [Theory]
    [MemberData(nameof(States))]
    public async Task In_every_state_what_is_not_allowed_is_refused_with_what_is_and_changes_nothing(MigrationState state)
    {
        using var j = await Journey.BeginAsync(world).ToAsync(state);
        var before = await j.LoadAsync();
        var allowed = j.Left.OfType<MigrationAdvanced>().Last().Allowed;
        foreach (var command in Commands(j))
        {
            if (allowed.Contains(PersonCommand.Of(command(default))!.Verb))
                continue;
            var refused = await j.TryAsync(command);
            Assert.NotNull(refused);
            Assert.Equal(allowed, refused.Allowed);
            Assert.NotEmpty(refused.Detail);
        }

        var after = await j.LoadAsync();
        Assert.Equal((state, before.ToldVersion), (after.State, after.ToldVersion));
    }

    [Fact]
    public async Task A_command_to_a_migration_that_nobody_knows_is_refused()
    {
        using var j = await Journey.BeginAsync(world);
        Assert.Equal("not-found", (await j.TryAsync(o => new StartCopy(o, "staff-a", Guid.NewGuid())))?.Code);
    }

    [Fact]
    public async Task An_answer_for_a_migration_that_nobody_knows_is_a_fault_not_a_silence()
    {
        using var j = await Journey.BeginAsync(world);
        var error = await world.TryDeliverAsync(new InvoicesChecked(Guid.NewGuid(), "M1", InvoiceStatus.Clear, 0, "", "csv", null, j.Now));
        Assert.NotNull(error);
    }

    [Fact]
    public async Task A_request_needs_a_registered_member_without_another_open_migration()
    {
        using var j = await Journey.BeginAsync(world);
        Assert.Equal("not-found", (await j.TryAsync(o => new RequestMigration(o, "staff-a", Guid.CreateVersion7(), Guid.CreateVersion7())))?.Code);
        var second = Guid.CreateVersion7();
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new RequestMigration(o, "staff-a", second, j.MemberId)))?.Code);
        Assert.False(await world.ReadAsync(db => db.Migrations.AnyAsync(m => m.CorrelationId == second)));
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new RequestMigration(o, "staff-a", j.Id, j.MemberId)))?.Code);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task Each_command_leaves_a_chained_audit_row_whether_accepted_or_refused()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Surveying);
        await j.DoAsync(o => new PauseMigration(o, "staff-a", j.Id, "holidays"));
        await j.TryAsync(o => new StartCopy(o, "staff-b", j.Id));
        var rows = await world.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().Where(e => e.Object == $"migration/{j.Id}").OrderBy(e => e.Seq).ToListAsync());
        Assert.Equal([("staff-a", "request"), ("staff-a", "pause"), ("staff-b", "start")], rows.Select(r => (r.Actor, r.Action)));
        Assert.Contains("holidays", rows[1].Reason, StringComparison.Ordinal);
        Assert.Contains("Refused", rows[2].Reason, StringComparison.Ordinal);
        Assert.True((await world.ReadAsync(db => AuditChain.VerifyAsync(db, TestContext.Current.CancellationToken))).Intact);
    }

    [Fact]
    public async Task Versions_of_what_is_told_rise_by_one_for_the_migration_and_for_each_item()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Watching);
        var told = j.Left.OfType<MigrationAdvanced>().Select(t => t.Version).ToList();
        Assert.Equal(Enumerable.Range(1, told.Count), told);
        foreach (var item in j.Left.OfType<ItemAdvanced>().GroupBy(i => i.ItemId))
            Assert.Equal(Enumerable.Range(1, item.Count()), item.Select(i => i.Version));
        Assert.Equal(0, j.Left.OfType<MigrationAdvanced>().Count(t => t.From != t.To && t.WaitingText.Length == 0));
    }

    [Fact]
    public async Task The_same_message_twice_counts_once()
    {
        using var j = await Journey.BeginAsync(world);
        var (id, message) = (Guid.CreateVersion7(), j.Invoices(InvoiceStatus.Clear));
        await j.TellAsync(message, id);
        var asked = j.Asked.Count;
        await j.TellAsync(message, id);
        Assert.Equal(asked, j.Asked.Count);
    }

    [Fact]
    public async Task The_scripts_make_what_the_model_expects() =>
        Assert.Empty(await world.ReadAsync(db => SchemaComparison.DifferencesAsync(db, TestContext.Current.CancellationToken)));

    private static IEnumerable<Func<Guid, object>> Commands(Journey j) =>
    [
        o => new DeclareItem(o, "staff-a", j.Id, Guid.CreateVersion7(), ItemKind.Mailbox, "new@asbl.example", null, null),
        o => new ExcludeItem(o, "staff-a", j.Id, Guid.NewGuid(), "not wanted any more"),
        o => new RetryItem(o, "staff-a", j.Id, Guid.NewGuid()),
        o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Site, "not wanted any more"),
        o => new SurveyAgain(o, "staff-a", j.Id),
        o => new ApprovePlan(o, "staff-a", j.Id),
        o => new StartCopy(o, "staff-a", j.Id),
        o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1)),
        o => new ApproveDifferences(o, "staff-a", j.Id, null, "read and approved"),
        o => new HandOver(o, "staff-a", j.Id),
        o => new PauseMigration(o, "staff-a", j.Id, "holidays"),
        o => new ResumeMigration(o, "staff-a", j.Id),
        o => new CancelMigration(o, "staff-a", j.Id, "not wanted any more"),
        o => new DeclineMigration(o, "staff-a", j.Id, "not wanted any more"),
        o => new RollBackMigration(o, "staff-a", j.Id, "not wanted any more"),
    ];
}
