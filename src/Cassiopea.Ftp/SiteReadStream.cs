using Cassiopea.Ftp.Wire;

namespace Cassiopea.Ftp;

/// <summary>What a caller reads: the end is told only after the server has confirmed it.</summary>
internal sealed class SiteReadStream(SiteSession session, Stream data) : OneWayStream
{
    private bool _over;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_over || buffer.IsEmpty) return 0;
        var read = await data.ReadAsync(buffer, cancellationToken);
        if (read > 0) return read;
        _over = true;
        await session.EndReadAsync(another: false, cancellationToken);
        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_over) return;
        _over = true;
        await session.AbandonAsync(CancellationToken.None);
    }
}
