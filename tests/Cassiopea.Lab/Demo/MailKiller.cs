using Cassiopea.Lab.Peers;

namespace Cassiopea.Lab.Demo;

/// <summary>Kills the mail service by SIGKILL while the large mailbox is on its way, evenly over its octets: what is seen is that nothing comes twice and nothing is lost.</summary>
internal sealed class MailKiller(DemoSystem system, FaultProxy line, int times, long bytes, Action<string> say)
{
    public int Kills { get; private set; }

    public async Task RunAsync(CancellationToken token)
    {
        try
        {
            while (Kills < times)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, token);
                if (line.Bytes(Toward.Server) < (Kills + 1) * bytes / (times + 1) || system.PidOf("Cassiopea.Mail.dll") is not { } pid)
                    continue;
                NativeSignal.Send(pid, 9);
                Kills++;
                say($"kill -9 of the mail service, number {Kills} of {times}, after {line.Bytes(Toward.Server) / 1e6:0.0} MB on the line");
                await Eventually.TrueAsync("another mail service runs", () => system.PidOf("Cassiopea.Mail.dll") is { } next && next != pid, TimeSpan.FromMinutes(1), token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the story is over
        }
    }
}
