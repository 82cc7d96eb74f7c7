using Cassiopea.Lab;

namespace Cassiopea.Transfer.Tests;

public sealed class ProgressAndThrottleTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void The_rate_is_that_of_the_last_minute_and_tells_the_time_left()
    {
        var progress = new TransferProgress(_time);
        progress.Expect(1000, 100_000);
        for (var second = 0; second < 120; second++)
        {
            progress.Advance(second < 60 ? 1 : 5, second < 60 ? 100 : 500);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var now = progress.Snapshot();
        Assert.Equal((360, 36_000), (now.Items, now.Bytes));
        Assert.InRange(now.ItemsPerSecond, 4.8, 5.1);
        Assert.InRange(now.BytesPerSecond, 480, 510);
        Assert.InRange(now.Remaining!.Value.TotalSeconds, 120, 135);
    }

    [Fact]
    public void What_was_there_before_counts_and_does_not_enter_the_rate()
    {
        var progress = new TransferProgress(_time);
        progress.Expect(10, 0);
        progress.AlreadyThere(10, 0);
        _time.Advance(TimeSpan.FromSeconds(10));
        var now = progress.Snapshot();
        Assert.Equal((10, 0d), (now.Items, now.ItemsPerSecond));
        Assert.Null(now.Remaining);
    }

    [Fact]
    public void A_throttle_lets_a_second_pass_at_once_and_then_holds_to_the_rate()
    {
        var throttle = new Throttle(1000, _time);
        Assert.True(throttle.WaitAsync(1000, CancellationToken.None).AsTask().IsCompleted);
        var waits = 0;
        for (var i = 0; i < 10; i++)
        {
            var wait = throttle.WaitAsync(1000, CancellationToken.None).AsTask();
            while (!wait.IsCompleted)
            {
                waits++;
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.InRange(waits, 9, 10);
        Assert.False(new Throttle(0, _time).Limited);
    }

    [Fact]
    public void An_exception_says_side_kind_and_code_and_its_text_is_one_line_of_bounded_length()
    {
        var failed = new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, "a\r\nb\0" + new string('x', 900));
        Assert.Equal(500, failed.Message.Length);
        Assert.StartsWith("a  b x", failed.Message, StringComparison.Ordinal);
        Assert.Equal(new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, failed.Message), failed.Failure);
    }
}
