using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Transfer;

namespace Cassiopea.Domains;

/// <summary>The one place where what the engine, files and network throw becomes a <see cref="Failure"/>.</summary>
internal static class DomainFailures
{
    /// <summary>The failure; null for a defect of ours.</summary>
    public static Failure? Of(Exception exception, FailureSide? side = null) => exception switch
    {
        TransferException engine when PassFailures.Of(engine.Failure) is var failure => side is { } known ? failure with { Side = known } : failure,
        IOException or UnauthorizedAccessException => new(FailureSide.Us, FailureKind.Refused, FailureCode.StorageFull, $"A file of the domains service cannot be read or written: {exception.GetType().Name}."),
        _ => null,
    };

    /// <summary>A gate that is shut: nothing was changed.</summary>
    public static TransferException Shut(TransferSide side, string text, string code = TransferCode.ItemRefused) => new(side, TransferFailureKind.Refused, code, text);
}
