using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices.Texts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Tests;

/// <summary>The whole state × event matrix, without a database.</summary>
public sealed class MatrixTests
{
    internal static MigrationStateMachine Machine() => new(new TurnKeeper(TimeProvider.System, new LetterTexts(), Options.Create(new MigrationsOptions())));

    [Fact]
    public void Every_state_handles_or_ignores_every_event_on_purpose()
    {
        var machine = Machine();
        var holes =
            from state in machine.States
            where state != machine.Initial && state != machine.Final
            from e in machine.Events.Where(IsNamed)
            where !machine.NextEvents(state).Contains(e)
            select $"decide: what does {state.Name} do on {e.Name}?";
        Assert.Empty(holes);
    }

    [Fact]
    public void Only_a_request_begins_a_migration()
    {
        var machine = Machine();
        Assert.Equal([machine.RequestMigration], machine.NextEvents(machine.Initial).Where(IsNamed));
    }

    [Fact]
    public void The_states_of_the_machine_are_those_of_the_contract()
    {
        var machine = Machine();
        var named = machine.States.Where(s => s != machine.Initial && s != machine.Final).Select(s => s.Name);
        Assert.Equal(Enum.GetNames<MigrationState>().Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_event_of_a_service_says_what_a_missing_migration_means()
    {
        var machine = Machine();
        var silent = machine.Correlations.Where(c => c.DataType != typeof(RequestMigration) && MissingPipe(c) is null).Select(c => c.DataType.Name);
        Assert.Empty(silent);
    }

    /// <summary>Every verb that the rules allow in a state is one that the story carries out there, and the other way round.</summary>
    [Fact]
    public void A_verb_is_allowed_in_some_situation_exactly_where_the_story_carries_it_out()
    {
        var machine = Machine();
        var verbs = typeof(Verbs).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToList();
        var commands = verbs.Select(CommandOf).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(verbs.Count, commands.Count);
        HashSet<(string State, string Command)> allowed = [], carriedOut = [];
        foreach (var state in Enum.GetValues<MigrationState>())
        {
            allowed.UnionWith(Situations(state).SelectMany(f => Permissions.Allowed(state, f)).Distinct(StringComparer.Ordinal).Select(verb => (state.ToString(), CommandOf(verb))));
            carriedOut.UnionWith(machine.NextEvents(machine.GetState(state.ToString())).Where(e => commands.Contains(e.Name)).Select(e => (state.ToString(), e.Name)));
        }

        Assert.True(machine.OnlyRefused.IsSubsetOf(carriedOut.Concat(machine.OnlyRefused.Where(pair => pair.Command == nameof(RequestMigration)))));
        carriedOut.ExceptWith(machine.OnlyRefused);
        Assert.NotEmpty(carriedOut);
        Assert.Empty(allowed.Except(carriedOut).Select(pair => $"allowed in {pair.State}, and the story does not carry it out: {pair.Command}"));
        Assert.Empty(carriedOut.Except(allowed).Select(pair => $"carried out in {pair.State}, and never allowed there: {pair.Command}"));
    }

    [Theory]
    [InlineData(MigrationState.HandedOver)]
    [InlineData(MigrationState.Completed)]
    [InlineData(MigrationState.Cancelled)]
    [InlineData(MigrationState.Declined)]
    public void Nothing_is_allowed_any_more_at_the_end(MigrationState state) =>
        Assert.All(Situations(state), f => Assert.Empty(Permissions.Allowed(state, f)));

    [Fact]
    public void Nobody_cancels_once_visitors_may_be_at_the_new_place() =>
        Assert.All(
            Situations(MigrationState.Watching).Concat(Situations(MigrationState.CuttingOver).Where(f => f.MayHaveSwitched)),
            f => Assert.DoesNotContain(Verbs.Cancel, Permissions.Allowed(f.Story, f)));

    [Fact]
    public void A_pause_always_can_be_ended() =>
        Assert.All(Situations(MigrationState.Paused), f => Assert.Contains(Verbs.Resume, Permissions.Allowed(MigrationState.Paused, f)));

    internal static string CommandOf(string verb) => verb switch
    {
        Verbs.Declare => nameof(DeclareItem),
        Verbs.Exclude => nameof(ExcludeItem),
        Verbs.Retry => nameof(RetryItem),
        Verbs.ExcludeKind => nameof(ExcludeKind),
        Verbs.SurveyAgain => nameof(SurveyAgain),
        Verbs.ApprovePlan => nameof(ApprovePlan),
        Verbs.Start => nameof(StartCopy),
        Verbs.CutOver => nameof(ApproveCutOver),
        Verbs.ConsentToSwitch => nameof(ConsentToSwitch),
        Verbs.ApproveDifferences => nameof(ApproveDifferences),
        Verbs.HandOver => nameof(HandOver),
        Verbs.Pause => nameof(PauseMigration),
        Verbs.Resume => nameof(ResumeMigration),
        Verbs.Cancel => nameof(CancelMigration),
        Verbs.Decline => nameof(DeclineMigration),
        Verbs.RollBack => nameof(RollBackMigration),
        Verbs.ChooseStrategy => nameof(ChooseStrategy),
        Verbs.ConfirmLastFetch => nameof(ConfirmLastFetch),
        Verbs.Archive => nameof(ArchiveItem),
        Verbs.Entrust => nameof(EntrustItem),
        Verbs.ReportMoved => nameof(ReportMoved),
        Verbs.TakeBack => nameof(TakeBackItem),
        Verbs.RequestArchive => nameof(RequestArchive),
        Verbs.AcceptBackup => nameof(AcceptBackup),
        Verbs.MapPaths => nameof(MapPaths),
        Verbs.AnswerStatistics => nameof(AnswerStatistics),
        Verbs.DecideDatabase => nameof(DecideDatabase),
        Verbs.RequestReadAccount => nameof(RequestReadAccount),
        Verbs.InviteHost => nameof(InviteHost),
        Verbs.RequestExport => nameof(RequestExport),
        Verbs.ConsentToExport => nameof(ConsentToExport),
        Verbs.Answer => nameof(AnswerChecklist),
        Verbs.CloseTask => nameof(CloseTask),
        Verbs.AssignTask => nameof(AssignTask),
        Verbs.RunCheck => nameof(RunCheck),
        Verbs.SendContactCode => nameof(SendContactCode),
        Verbs.ConfirmContact => nameof(ConfirmContact),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, null),
    };

    private static IEnumerable<PermissionFacts> Situations(MigrationState state)
    {
        var stories = state is MigrationState.Paused or MigrationState.NeedsStaff or MigrationState.AwaitingPayment ? Enum.GetValues<MigrationState>() : [state];
        foreach (var story in stories)
        {
            for (var bits = 0; bits < 32768; bits++)
            {
                bool Bit(int i) => (bits & (1 << i)) != 0;
                yield return new PermissionFacts(
                    story, Bit(0), Bit(1), Bit(2), Bit(3), Bit(4), Bit(5), Bit(6), Bit(7), Bit(8), Bit(9), Bit(10), Bit(11), Bit(12),
                    PlanBlocked: Bit(13), CopyBlocked: Bit(13), SwitchBlocked: Bit(13), HasTasks: Bit(14));
            }
        }
    }

    private static bool IsNamed(Event e) => !e.Name.Contains('.', StringComparison.Ordinal);

    private static object? MissingPipe(EventCorrelation correlation) =>
        correlation.GetType().GetProperties().Where(p => p.Name.Contains("Missing", StringComparison.Ordinal)).Select(p => p.GetValue(correlation)).FirstOrDefault(v => v is not null)
        ?? correlation.GetType().GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)
            .Where(f => f.Name.Contains("missing", StringComparison.OrdinalIgnoreCase)).Select(f => f.GetValue(correlation)).FirstOrDefault(v => v is not null);
}
