using System.Globalization;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Preflight;

/// <summary>
/// How long a run may take, from what can be measured without writing: the time of an answer at each end and the rate at which the source
/// gives messages. How fast the target stores is not known before; its share is taken from servers that were measured (benchmarks of this repository).
/// </summary>
internal sealed class DurationEstimate
{
    private const long SampleBytes = 2 << 20;
    private const int SampleMessages = 100;

    /// <summary>Time of one answer at the source.</summary>
    public TimeSpan SourceAnswer { get; set; }

    /// <summary>Time of one answer at the target.</summary>
    public TimeSpan TargetAnswer { get; set; }

    /// <summary>Bytes per second of one connection to the source; null when there was nothing to read.</summary>
    public double? SourceRate { get; private set; }

    public static async Task<TimeSpan> AnswerAsync(ImapConnection connection, TimeProvider time, CancellationToken token)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = time.GetTimestamp();
            await connection.EndOkAsync(connection.BeginLine("NOOP"), "NOOP", null, token);
            var took = time.GetElapsedTime(start);
            if (took < best) best = took;
        }

        return best;
    }

    /// <summary>Reads some messages of a folder and throws them away.</summary>
    public async Task SampleAsync(ImapConnection source, string folder, IReadOnlyList<MessageFacts> messages, TimeProvider time, CancellationToken token)
    {
        var sample = new UidSet();
        long bytes = 0;
        foreach (var message in messages.Where(static message => message.Size is > 0 and <= SampleBytes).Take(SampleMessages))
        {
            if (bytes + message.Size > SampleBytes) break;
            sample.Add(message.Uid);
            bytes += message.Size;
        }

        if (bytes == 0) return;
        await source.ExamineAsync(folder, token);
        using var scan = new TargetScan(source);
        var start = time.GetTimestamp();
        foreach (var (text, _) in sample.Chunks(SampleMessages)) await scan.ReadAsync(text, 1, "BODY.PEEK[]", token);
        SourceRate = bytes / Math.Max(0.0005, time.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Shortest and longest, seconds.</summary>
    public (double Least, double Most) For(long messages, long bytes, int folders, ImapCapabilities target, MailboxTransferOptions options)
    {
        var (near, far) = (SourceAnswer.TotalSeconds, TargetAnswer.TotalSeconds);
        var opening = 8 * (near + far);
        if (messages == 0) return (Round(opening / 2), Round(0.5 + 2 * opening));
        var reading = SourceRate is { } rate ? bytes / rate : 0;
        var limited = options.BytesPerSecond > 0 ? (double)bytes / options.BytesPerSecond : 0;

        // measured: 8,000 messages a second are the most that two Dovecots and we ever did; a slow target stores 250 a second by MULTIAPPEND and 80 one by one
        var least = opening + Math.Max(limited, Math.Max(reading / options.Connections, messages / 8_000.0));
        var storing = target.MultiAppend ? messages / 250.0 : messages / 80.0 + (target.LiteralPlus ? 0 : messages * far);
        var most = 1 + 2 * opening + folders * 4 * (near + far) + Math.Max(1.5 * limited, 2 * reading + storing);
        return (Round(least), Round(Math.Max(least, most)));
    }

    private static double Round(double seconds) => Math.Round(seconds, seconds < 10 ? 2 : 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SourceAnswer.TotalMilliseconds:0.0} ms, {TargetAnswer.TotalMilliseconds:0.0} ms, {SourceRate:0} B/s");
}
