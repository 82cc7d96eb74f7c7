namespace Cassiopea.Lab.Tests;

public sealed class ManualTimeTests
{
    [Fact]
    public async Task Timers_fire_in_order_and_only_when_the_clock_is_moved()
    {
        var time = new ManualTime();
        var seen = new List<string>();
        await using var late = time.CreateTimer(_ => seen.Add($"late {time.GetUtcNow():mm}"), null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        await using var often = time.CreateTimer(_ => seen.Add($"often {time.GetUtcNow():mm}"), null, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2));
        var delay = Task.Delay(TimeSpan.FromMinutes(3), time, TestContext.Current.CancellationToken);
        Assert.Empty(seen);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(["often 02", "often 04", "late 05", "often 06"], seen);
        await delay;
    }

    [Fact]
    public void The_offset_file_moves_forward_only()
    {
        var file = new ClockOffsetFile(Path.Combine(LabRoot.NewFolder("clock"), "offset"));
        Assert.Equal(TimeSpan.Zero, file.Offset);
        file.AdvanceTo(TimeProvider.System.GetUtcNow().AddDays(3));
        Assert.InRange(file.Offset, TimeSpan.FromDays(2.99), TimeSpan.FromDays(3.01));
        file.AdvanceTo(TimeProvider.System.GetUtcNow().AddDays(1));
        Assert.InRange(file.Offset, TimeSpan.FromDays(2.99), TimeSpan.FromDays(3.01));
    }
}
