using Cassiopea.Contracts;
using Cassiopea.Transfer;

namespace Cassiopea.Domains;

/// <summary>The one place where what the engine, files and network throw becomes a <see cref="Failure"/>.</summary>
internal static class DomainFailures
{
    /// <summary>The failure; null for a defect of ours.</summary>
    public static Failure? Of(Exception exception, FailureSide? side = null) => exception switch
    {
        TransferException engine => new(side ?? Of(engine.Side), Of(engine.Kind), engine.Code, engine.Message),
        IOException or UnauthorizedAccessException => new(FailureSide.Us, FailureKind.Refused, FailureCode.StorageFull, $"A file of the domains service cannot be read or written: {exception.GetType().Name}."),
        _ => null,
    };

    /// <summary>A gate that is shut: nothing was changed.</summary>
    public static TransferException Shut(TransferSide side, string text, string code = TransferCode.ItemRefused) => new(side, TransferFailureKind.Refused, code, text);

    private static FailureSide Of(TransferSide side) => side switch
    {
        TransferSide.Source => FailureSide.Source,
        TransferSide.Target => FailureSide.Target,
        TransferSide.Us => FailureSide.Us,
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
