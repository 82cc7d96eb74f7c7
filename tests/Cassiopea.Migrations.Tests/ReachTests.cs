using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

[Trait("Category", "Servers")]
public sealed class ReachTests(World world)
{
    public static TheoryData<MigrationState> States => [.. Enum.GetValues<MigrationState>()];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_state_is_reached_by_what_people_and_services_say(MigrationState state)
    {
        using var j = await Journey.BeginAsync(world).ToAsync(state);
        Assert.Equal(state, await j.StateAsync());
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal(state, told.To);
        Assert.NotEmpty(told.WaitingText);
    }
}
