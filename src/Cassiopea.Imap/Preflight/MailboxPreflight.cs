using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>
/// The dry run: enters both ends, maps the folders, reads sizes and dates, asks for quota and limits, and says what a run would do, how long
/// it may take and what stands in its way. At the target it only lists and asks; nothing is made, opened for writing or subscribed there.
/// </summary>
/// <param name="time">The clock of dates and measures.</param>
public sealed class MailboxPreflight(TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Runs it. Failures of servers, refused logins included, are problems of the result, not thrown.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">
    /// Where the run's journal is or is to be: what it knows at the target is not counted again, and the prediction is kept there for the
    /// real run; null = a first run is foretold and nothing is kept.
    /// </param>
    /// <param name="options">The same as of the run.</param>
    /// <param name="token">Cancels.</param>
    public async Task<MailboxPreflightResult> RunAsync(ImapAccount source, ImapAccount target, string? journalDirectory, MailboxTransferOptions options, CancellationToken token)
    {
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        for (var attempt = 1; ; attempt++)
        {
            await using var run = new PreflightRun(source, target, journalDirectory, options, time);
            try
            {
                await run.RunAsync(token);
            }
            catch (TransferException lost) when (lost.Kind == TransferFailureKind.Passing && attempt < Attempts)
            {
                await Task.Delay((lost as ImapException)?.Backoff ?? TimeSpan.FromMilliseconds(250 * attempt), TimeProvider.System, token);
                continue;
            }
            catch (TransferException stopped)
            {
                run.Problems.Block(stopped.Side.ToString(), stopped.Failure, "Run again; when it stays so, ask the administrator of that server.");
            }

            var result = run.Result(startedAt, time.GetUtcNow(), time.GetElapsedTime(start).TotalSeconds);
            if (journalDirectory is not null) PredictionFile.Write(journalDirectory, result.Prediction);
            return result;
        }
    }
}
