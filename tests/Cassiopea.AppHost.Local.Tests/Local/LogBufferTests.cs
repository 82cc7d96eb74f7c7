using Aspire.Hosting.Local;

namespace Cassiopea.AppHost.Local.Tests.Local;

public sealed class LogBufferTests
{
    private readonly LogBuffer _log = new(TimeProvider.System);

    [Fact]
    public void A_reader_goes_on_where_it_was()
    {
        foreach (var text in new[] { "a", "b", "c" })
            _log.Add(text);
        Assert.Equal(["a", "b"], _log.ReadAfter(0, 2).Select(line => line.Text));
        Assert.Equal(["c"], _log.ReadAfter(2, 2).Select(line => line.Text));
        Assert.Empty(_log.ReadAfter(3, 2));
    }

    [Fact]
    public void Only_the_last_lines_are_kept_and_numbers_go_on()
    {
        for (var i = 1; i <= 10_005; i++)
            _log.Add($"{i}");
        Assert.Equal(6, _log.ReadAfter(0, 1)[0].Number);
        Assert.Equal("10005", _log.Tail(1)[0].Text);
        Assert.Equal(["10004", "10005"], _log.ReadAfter(10_003, 500).Select(line => line.Text));
    }

    [Fact]
    public async Task A_change_between_the_look_and_the_wait_is_not_lost()
    {
        var changed = _log.Changed.Next;
        Assert.Empty(_log.ReadAfter(0, 1));
        _log.Add("late");
        await changed.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
