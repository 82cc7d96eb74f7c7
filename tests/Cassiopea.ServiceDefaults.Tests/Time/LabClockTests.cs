using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.ServiceDefaults.Tests.Bus;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.Time;

public sealed class LabClockTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task The_date_moves_with_the_file_and_timers_do_not()
    {
        await File.WriteAllTextAsync(_file, "86400.5");
        var clock = new LabClock(_file);
        Assert.InRange(clock.GetUtcNow() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(86400), TimeSpan.FromSeconds(86401));
        await File.WriteAllTextAsync(_file, "172800");
        await Eventually.TrueAsync("two days on", () => clock.GetUtcNow() - TimeProvider.System.GetUtcNow() > TimeSpan.FromHours(47));
        Assert.Equal(TimeProvider.System.TimestampFrequency, clock.TimestampFrequency);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    public async Task A_file_without_a_number_is_no_offset(string text)
    {
        await File.WriteAllTextAsync(_file, text);
        Assert.InRange(new LabClock(_file).GetUtcNow() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    [Trait("Requirement", "reliability-F16")]
    public async Task A_deadline_of_a_week_fires_when_the_lab_moves_its_clock_by_a_week_and_not_before()
    {
        await File.WriteAllTextAsync(_file, "0");
        await using var journeys = await TestHost<JourneyContext>.StartAsync("journeys-db", builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(new LabClock(_file));
            builder.AddJourneys();
        });
        var id = Guid.CreateVersion7();
        await journeys.SendAsync(new BeginJourney(id, TimeSpan.FromDays(7)));
        await ExactlyOnceTests.InStateAsync(journeys, id, "Mail");
        await journeys.EventuallyAsync("only the deadline waits", async db => await db.Set<OutboxRow>().CountAsync() == 1);
        await File.WriteAllTextAsync(_file, "604801");
        await ExactlyOnceTests.InStateAsync(journeys, id, "TimedOut");
    }

    public void Dispose() => File.Delete(_file);
}
