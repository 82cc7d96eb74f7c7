using System.Globalization;
using System.Text;
using Cassiopea.Ftp.Listing;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;
using FtpReply = Cassiopea.Ftp.Wire.FtpReply;

namespace Cassiopea.Ftp.Driver.Kit;

/// <summary>The verbs of a session on FluentFTP: the login, listings and what needs no data connection.</summary>
internal sealed partial class KitSession : SiteSession
{
    private readonly KitClient _client;
    private readonly FtpFeatures _features;
    private readonly FtpNames _names;

    private KitSession(KitClient client, TransferSide side, FtpFeatures features, FtpNames names)
    {
        (_client, Side, _features, _names) = (client, side, features, names);
        Software = client.Greeting;
    }

    internal override bool SetsTimes => _features.Times != TimeSetting.None;

    internal override bool Renames(SitePath path) => _names.Changes(path);

    public static async Task<KitSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        KitClient? client = null;
        try
        {
            client = new(account.Endpoint, side, options, await account.Credential(both.Token));
            await client.EnterAsync(both.Token);
            return await PrepareAsync(client, account.Endpoint, side, both.Token);
        }
        catch (Exception failed)
        {
            if (client is not null) await client.LeaveAsync(null);
            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new SiteException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{account.Endpoint.Host}:{account.Endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            throw;
        }
    }

    public override async Task<IReadOnlyList<SiteEntry>> ListAsync(SitePath directory, CancellationToken token)
    {
        var entered = await AskAsync("CWD", _names.Full(directory), token);
        if (!entered.Ok) throw FtpRefusal.Of(Side, entered, directory, "cannot be entered");
        var entries = await ReadListingAsync(directory, _features.Mlsd ? "MLSD" : "LIST", _features.Mlsd ? null : "-a"u8.ToArray(), token);
        return SecondListing.IsNeeded(Side, _features) ? SecondListing.Complete(directory, entries, await SecondAsync(directory, token)) : entries;
    }

    public override async Task<long?> SizeAsync(SitePath file, CancellationToken token) => Size(await AskAsync("SIZE", _names.Full(file), token));

    public override async Task MakeDirectoryAsync(SitePath directory, CancellationToken token)
    {
        var made = await AskAsync("MKD", _names.Full(directory), token);
        if (made.Ok || (await AskAsync("CWD", _names.Full(directory), token)).Ok) return;
        throw FtpRefusal.Of(Side, made, directory, "cannot be made");
    }

    public override async Task DeleteFileAsync(SitePath file, CancellationToken token)
    {
        var reply = await AskAsync("DELE", _names.Full(file), token);
        if (reply.Ok) return;
        var refusal = FtpRefusal.Of(Side, reply, file, "cannot be deleted");
        if (!refusal.NotFound || await SizeAsync(file, token) is not null) throw refusal;
    }

    public override async Task DeleteDirectoryAsync(SitePath directory, CancellationToken token)
    {
        await AskAsync("CWD", _names.Root, token);
        var reply = await AskAsync("RMD", _names.Full(directory), token);
        if (!reply.Ok) throw FtpRefusal.Of(Side, reply, directory, "cannot be deleted");
    }

    public override async Task<bool> SetModeAsync(SitePath path, int mode, CancellationToken token) => (await ModeAsync(path, mode, token)).Ok;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _client.LeaveAsync(_data?.Inner);
        _data = null;
    }

    internal override async Task<SiteEntry?> FollowAsync(SitePath path, CancellationToken token)
    {
        if (Size(await AskAsync("SIZE", _names.Full(path), token)) is not { } bytes) return null;
        var time = await AskAsync("MDTM", _names.Full(path), token);
        return time.Code == 213 && FtpTime.TryParse(time.Text.AsSpan().Trim(), out var seconds)
            ? new(path, SiteEntryKind.File, bytes, seconds, TimePrecision.Second, null)
            : new(path, SiteEntryKind.File, bytes, 0, TimePrecision.None, null);
    }

    private static async Task<KitSession> PrepareAsync(KitClient client, SiteEndpoint endpoint, TransferSide side, CancellationToken token)
    {
        var features = FtpFeatures.Parse(await client.AskAsync("FEAT", null, token), client.Greeting);
        var type = await client.AskAsync("TYPE I", null, token);
        if (!type.Ok) throw SiteException.Broken(side, $"The server refuses TYPE I: {type.Code} {type.Shown}");
        var home = await client.AskAsync("PWD", null, token);
        if (features.Utf8) await client.AskAsync("OPTS UTF8 ON", null, token);
        return new(client, side, features, new(side, endpoint.Root, home, features.Family));
    }

    private async Task<FtpReply> AskAsync(string verb, byte[] argument, CancellationToken token)
    {
        await CommitsAsync(token);
        return await RawAsync(verb, argument, token);
    }

    private async Task<FtpReply> RawAsync(string verb, byte[] argument, CancellationToken token)
    {
        var reply = await _client.AskAsync(verb, Doubled(argument), token);
        RoundTrips = _client.Asked;
        return reply;
    }

    private Task<FtpReply> ModeAsync(SitePath path, int mode, CancellationToken token) =>
        AskAsync("SITE", [.. Encoding.ASCII.GetBytes($"CHMOD {Convert.ToString(mode & 0x1FF, 8).PadLeft(3, '0')} "), .. _names.Full(path)], token);

    private async Task<IReadOnlyList<SiteEntry>> SecondAsync(SitePath directory, CancellationToken token)
    {
        try
        {
            return await ReadListingAsync(directory, "LIST", SecondListing.Argument(_features.Family).ToArray(), token);
        }
        catch (SiteException refused) when (refused.SessionUsable && refused.Kind == TransferFailureKind.Refused)
        {
            return [SecondListing.Refused(refused)];
        }
    }

    private async Task<IReadOnlyList<SiteEntry>> ReadListingAsync(SitePath directory, string verb, byte[]? argument, CancellationToken token)
    {
        await StartAsync(verb, argument, 0, directory, token);
        var reader = new ListingReader(directory, machine: verb == "MLSD", TimeProvider.System.GetUtcNow());
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

    // proftpd takes octet 255 for the beginning of a telnet command (RFC 854)
    private byte[] Doubled(byte[] argument) => _features.Family == ServerFamily.Proftpd && argument.AsSpan().Contains((byte)255)
        ? [.. argument.SelectMany(static octet => octet == 255 ? (byte[])[255, 255] : [octet])]
        : argument;

    private static long? Size(FtpReply reply) => reply.Code == 213 && long.TryParse(reply.Text.Trim(), CultureInfo.InvariantCulture, out var size) ? size : null;
}
