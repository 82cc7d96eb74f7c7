using System.Security.Cryptography;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Reads both ends again, independently of any transfer, and compares every message by SHA-256, instant of receipt, flags and number.
/// Nothing is written at either end.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class MailboxVerification(TimeProvider time)
{
    private const int MostDifferences = 10_000;

    /// <summary>Compares; a lost connection is tried again folder by folder.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">Where the transfer's journal is, to know which folder went where; null = folders are mapped anew.</param>
    /// <param name="manifestPath">Where the manifest is written; null = only its hash is made.</param>
    /// <param name="options">The same as of the transfer.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">An end cannot be reached or read.</exception>
    public async Task<MailboxVerificationResult> RunAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, string? manifestPath, MailboxTransferOptions options, CancellationToken token)
    {
        var run = new VerificationRun(source, target, journalDirectory, options, time);
        return await RunAsync(run.RunAsync, () => run.RoundTrips, manifestPath, token);
    }

    internal async Task<MailboxVerificationResult> RunAsync(
        Func<CancellationToken, Task<List<ComparedFolder>>> compare, Func<long> roundTrips, string? manifestPath, CancellationToken token)
    {
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        var folders = await compare(token);
        var manifest = await WriteManifestAsync(folders, manifestPath, token);
        var differences = folders.SelectMany(static folder => folder.Differences).ToList();
        var equal = differences.Count == 0;
        return new(
            equal, folders.Sum(static folder => folder.Counts.SourceMessages), folders.Sum(static folder => folder.Counts.Bytes),
            folders.Sum(static folder => folder.Counts.Extra), [.. differences.Take(MostDifferences)], differences.Count,
            folders.ConvertAll(static folder => folder.Counts), manifest, startedAt, time.GetUtcNow(), time.GetElapsedTime(start).TotalSeconds, roundTrips());
    }

    /// <summary>A line per source message, folders and lines sorted: folder, date, flags, size, SHA-256, separated by tabs.</summary>
    private static async Task<string> WriteManifestAsync(List<ComparedFolder> folders, string? path, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = path is null ? Stream.Null : File.Create(path);
        foreach (var folder in folders.OrderBy(static folder => folder.Counts.Source, StringComparer.Ordinal).ThenBy(static folder => folder.Counts.Target, StringComparer.Ordinal))
        {
            foreach (var line in folder.Manifest())
            {
                var octets = System.Text.Encoding.UTF8.GetBytes(line);
                hash.AppendData(octets);
                await file.WriteAsync(octets, token);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
