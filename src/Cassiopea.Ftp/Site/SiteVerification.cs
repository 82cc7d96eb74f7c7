namespace Cassiopea.Ftp.Site;

/// <summary>
/// Compares two sites: every file that is to be there is, and reads alike at both ends. Independent of the copy: no journal, no size or hash that the
/// copy wrote down. In the result, <c>AlreadyThere</c> counts what is equal and <c>Refused</c> what is missing or differs; what only the target has is
/// <c>Extra</c>.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class SiteVerification(TimeProvider time)
{
    /// <summary>Reads and compares.</summary>
    /// <param name="source">The old site.</param>
    /// <param name="target">The new site, or a directory.</param>
    /// <param name="options">How: excludes as for the copy, the share of files that is read, the manifest.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Outcome complete when all is equal, different otherwise.</returns>
    public async Task<SiteCopyResult> RunAsync(SiteAccount source, SiteAccount target, SiteCopyOptions options, CancellationToken token)
    {
        using var run = new SiteRun(source, target, options with { DeleteExtra = false }, null, time);
        var seed = (int)(time.GetTimestamp() & 0xFFFF);
        return await SiteRunner.RunAsync(run, () => new VerifyWorker(run, seed), static (_, _) => Task.CompletedTask, token);
    }
}
