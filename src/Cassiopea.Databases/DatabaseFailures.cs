using System.Net.Sockets;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;
using Cassiopea.Transfer;

namespace Cassiopea.Databases;

/// <summary>A failure that this service itself found, for example a credential that nobody entered.</summary>
internal sealed class DatabaseFailureException(Failure failure, Exception? cause = null) : Exception($"{failure.Code}: {failure.Text}", cause)
{
    public Failure Failure { get; } = failure;
}

/// <summary>The one place where what engines, vault and network throw becomes a <see cref="Failure"/>.</summary>
internal static class DatabaseFailures
{
    private const int LongestItem = 300;
    private const int DiskFull = 28; // ENOSPC

    /// <summary>The failure; <paramref name="side"/> is used where the exception does not know its side. Null for a defect of ours, which belongs to nobody's database.</summary>
    public static Failure? Of(Exception exception, FailureSide side) => exception switch
    {
        DatabaseFailureException own => own.Failure,
        TransferException engine => Of(engine.Failure),
        VaultUnavailableException vault => new(FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, vault.Message),
        AddressRefusedException address => new(side, FailureKind.Refused, FailureCode.AddressRefused, address.Message),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => new(side, FailureKind.Passing, FailureCode.Unreachable, "The server's name has no address."),
        SocketException socket => new(side, FailureKind.Passing, FailureCode.Unreachable, $"The server does not answer: {socket.SocketErrorCode}."),
        IOException { HResult: DiskFull } => new(FailureSide.Us, FailureKind.Refused, FailureCode.StorageFull, "The disk of the journals is full."),
        UnauthorizedAccessException => new(FailureSide.Us, FailureKind.Refused, FailureCode.StorageFull, "The folder of the journals is not writable."),
        _ => null,
    };

    public static Failure Of(TransferFailure failure) => new(Of(failure.Side), Of(failure.Kind), failure.Code, failure.Text);

    public static ItemException Of(ReportException exception) => new(
        exception.Item.Length <= LongestItem ? exception.Item : exception.Item[..LongestItem],
        new Failure(Of(exception.Side), Of(exception.Kind), exception.Code, exception.Text),
        exception.Action);

    public static Contracts.TransferCounts Of(Transfer.TransferCounts counts) => new(
        counts.Source, counts.Copied, counts.AlreadyThere, counts.Refused, counts.Excluded, counts.Remaining, counts.Altered, counts.DeletedAtSource);

    public static FailureSide Of(TransferSide side) => side switch
    {
        TransferSide.Source => FailureSide.Source,
        TransferSide.Target => FailureSide.Target,
        TransferSide.Us => FailureSide.Us,
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    public static TransferSide SideOf(FailureSide side) => side switch
    {
        FailureSide.Source => TransferSide.Source,
        FailureSide.Target => TransferSide.Target,
        FailureSide.Us => TransferSide.Us,
        _ => throw new ArgumentOutOfRangeException(nameof(side)),
    };

    private static FailureKind Of(TransferFailureKind kind) => kind switch
    {
        TransferFailureKind.Passing => FailureKind.Passing,
        TransferFailureKind.Refused => FailureKind.Refused,
        TransferFailureKind.Broken => FailureKind.Broken,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
