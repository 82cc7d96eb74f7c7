using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Sieve;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Settings;

/// <summary>What became of the settings.</summary>
/// <param name="Found">At the source.</param>
/// <param name="Applied">Set at the target by this run.</param>
/// <param name="Exceptions">What could not be read or carried over, or differs, and what to do.</param>
public sealed record MailboxSettingsResult(MailboxSettings Found, int Applied, IReadOnlyList<ReportException> Exceptions);

/// <summary>
/// Sieve scripts, rights of folders and annotations: exported to a directory, set at the target where it permits, compared. The source is only
/// read; nothing of the target is overwritten that people changed there.
/// </summary>
public static class MailboxSettingsTransfer
{
    /// <summary>Reads the settings and writes them to a directory.</summary>
    /// <param name="source">The mailbox.</param>
    /// <param name="directory">Where the export goes.</param>
    /// <param name="options">Where ManageSieve is, timeouts and trust.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">IMAP at the source is unreachable or refuses us.</exception>
    public static async Task<MailboxSettingsResult> ExportAsync(ImapAccount source, string directory, MailboxSettingsOptions options, CancellationToken token)
    {
        await using var from = await SettingsEnd.OpenAsync(source, TransferSide.Source, options, token);
        var found = await from.ReadAsync(token);
        SettingsFolder.Write(directory, found);
        return new(found, 0, from.Exceptions);
    }

    /// <summary>Exports, and sets at the target what it permits. Run after the folders were copied.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">The transfer's journal, to know which folder went where; null = folders are mapped anew.</param>
    /// <param name="directory">Where the export goes; an earlier one tells what people changed at the target since.</param>
    /// <param name="options">Where ManageSieve is, who is who, timeouts and trust.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">IMAP at an end is unreachable or refuses us.</exception>
    public static async Task<MailboxSettingsResult> ApplyAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, string directory, MailboxSettingsOptions options, CancellationToken token)
    {
        await using var from = await SettingsEnd.OpenAsync(source, TransferSide.Source, options, token);
        await using var to = await SettingsEnd.OpenAsync(target, TransferSide.Target, options, token);
        var (before, found, there) = (SettingsFolder.Read(directory), await from.ReadAsync(token), await to.ReadAsync(token));
        SettingsFolder.Write(directory, found);
        var writer = new SettingsWriter(to.Imap, to.Sieve, there, before, Plan(source, target, journalDirectory, options, from, to));
        await writer.ApplyAsync(found, token);
        return new(found, writer.Applied, [.. from.Exceptions, .. found.Scripts.Count > 0 ? to.Exceptions : [], .. writer.Exceptions]);
    }

    /// <summary>Reads both ends and lists what the target lacks or has otherwise.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">The transfer's journal, to know which folder went where; null = folders are mapped anew.</param>
    /// <param name="options">The same as of the transfer.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">IMAP at an end is unreachable or refuses us.</exception>
    public static async Task<MailboxSettingsResult> CompareAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, MailboxSettingsOptions options, CancellationToken token)
    {
        await using var from = await SettingsEnd.OpenAsync(source, TransferSide.Source, options, token);
        await using var to = await SettingsEnd.OpenAsync(target, TransferSide.Target, options, token);
        var (found, there) = (await from.ReadAsync(token), await to.ReadAsync(token));
        var differences = SettingsComparison.Compare(found, there, Plan(source, target, journalDirectory, options, from, to));
        return new(found, 0, [.. from.Exceptions, .. differences]);
    }

    private static SettingsPlan Plan(ImapAccount source, ImapAccount target, string? journalDirectory, MailboxSettingsOptions options, SettingsEnd from, SettingsEnd to)
    {
        using var journal = journalDirectory is not null && File.Exists(Path.Combine(journalDirectory, "account.journal"))
            ? AccountJournal.Open(journalDirectory, MailboxTransfer.Key(source), MailboxTransfer.Key(target))
            : null;
        var copied = from.Folders.Own.Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
        return new(new FolderMapping(options.Transfer, from.Folders.Style, to.Folders.Style, to.Folders.Own).Map(copied, name => journal?.Find(name)), to.Folders, options);
    }

    /// <summary>One end with its two connections.</summary>
    private sealed class SettingsEnd(ImapAccount account, ImapConnection imap, SieveConnection? sieve, AccountFolders folders, IReadOnlyList<ReportException> exceptions) : IAsyncDisposable
    {
        public ImapConnection Imap => imap;

        public SieveConnection? Sieve => sieve;

        public AccountFolders Folders => folders;

        /// <summary>That scripts could not be asked for.</summary>
        public IReadOnlyList<ReportException> Exceptions => exceptions;

        public static async Task<SettingsEnd> OpenAsync(ImapAccount account, TransferSide side, MailboxSettingsOptions options, CancellationToken token)
        {
            var how = new ImapConnectionOptions { Idle = options.Transfer.Idle, TrustedRoots = options.Transfer.TrustedRoots, WithoutCapabilities = options.Transfer.WithoutCapabilities };
            var imap = await ImapConnection.OpenAsync(account, side, how, token);
            SieveConnection? sieve = null;
            try
            {
                var endpoint = MailboxSettingsOptions.SieveOf(account.Endpoint, side == TransferSide.Source ? options.SourceSieve : options.TargetSieve);
                List<ReportException> exceptions = [];
                try
                {
                    // a maildrop or files on a disk have no ManageSieve beside them
                    sieve = account.Stored is not null || !options.Scripts ? null : await SieveConnection.OpenAsync(account with { Endpoint = endpoint }, side, how with { Connect = TimeSpan.FromSeconds(10) }, token);
                }
                catch (ImapException absent)
                {
                    exceptions.Add(new($"sieve ; {endpoint.Host}:{endpoint.Port}", side, absent.Kind, absent.Code, absent.Message,
                        side == TransferSide.Source ? "Ask the old host where ManageSieve is, or for the scripts themselves, if the member has filters." : "Ask the new provider where ManageSieve is."));
                }

                return new(account, imap, sieve, await AccountFolders.ReadAsync(imap, sizes: false, token), exceptions);
            }
            catch
            {
                if (sieve is not null) await sieve.DisposeAsync();
                await imap.DisposeAsync();
                throw;
            }
        }

        public Task<MailboxSettings> ReadAsync(CancellationToken token) => new SettingsReader(imap, sieve, folders).ReadAsync(account.Endpoint.Login, token);

        public async ValueTask DisposeAsync()
        {
            if (sieve is not null) await sieve.DisposeAsync();
            await Commands.Logout.LogoutAsync(imap, CancellationToken.None);
            await imap.DisposeAsync();
        }
    }
}
