using Cassiopea.Ftp.Listing;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>
/// Listings. MLSD where there is one; two servers leave names out of it, and as a source they are asked a second time, so that what cannot be copied
/// is at least listed.
/// </summary>
internal sealed partial class FtpSession
{
    public override async Task<IReadOnlyList<SiteEntry>> ListAsync(SitePath directory, CancellationToken token)
    {
        // The listing's argument is the working directory: LIST takes options from a name, and some servers expand patterns in it.
        await TakeAskedAsync(token);
        QueueCommits();
        _control.Queue("CWD"u8, Full(directory));
        var asks = _port == 0;
        if (asks) QueuePassive();
        await SendAsync(token);
        var entered = await _control.ReadAsync(token);
        if (asks) await ReadPassiveAsync(token);
        if (!entered.Ok) throw Refusal(entered, directory, "cannot be entered");
        if (_features.Mlsd) _control.Queue("MLSD"u8);
        else _control.Queue("LIST"u8, "-a"u8);
        var entries = await ReadListingAsync(directory, _features.Mlsd, token);
        return SecondListing.IsNeeded(Side, _features) ? SecondListing.Complete(directory, entries, await SecondAsync(directory, token)) : entries;
    }

    private async Task<IReadOnlyList<SiteEntry>> SecondAsync(SitePath directory, CancellationToken token)
    {
        await NeedPortAsync(token);
        _control.Queue("LIST"u8, SecondListing.Argument(_features.Family));
        try
        {
            return await ReadListingAsync(directory, machine: false, token);
        }
        catch (SiteException refused) when (refused.SessionUsable && refused.Kind == TransferFailureKind.Refused)
        {
            return [SecondListing.Refused(refused)];
        }
    }

    private async Task<IReadOnlyList<SiteEntry>> ReadListingAsync(SitePath directory, bool machine, CancellationToken token)
    {
        await TransferAsync(directory, token);
        var reader = new ListingReader(directory, machine, TimeProvider.System.GetUtcNow());
        try
        {
            await reader.ReadAsync(_data!, token);
        }
        catch (FtpSyntaxException wrong)
        {
            throw SiteException.Broken(Side, wrong.Message);
        }

        await EndDataAsync(directory, token);
        return reader.Entries;
    }
}
