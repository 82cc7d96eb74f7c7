using Cassiopea.Transfer;

namespace Cassiopea.Zones;

/// <summary>What this engine throws: a server that refused, a message or a file that cannot be read, a gate that is shut.</summary>
public class ZoneException : TransferException
{
    /// <summary>Makes one.</summary>
    /// <param name="side">Whose side it is on.</param>
    /// <param name="kind">What can be expected of trying again.</param>
    /// <param name="code">One of <see cref="TransferCode"/>.</param>
    /// <param name="text">What happened, in English, without secrets.</param>
    /// <param name="inner">The cause, when another exception was it.</param>
    public ZoneException(TransferSide side, TransferFailureKind kind, string code, string text, Exception? inner = null)
        : base(side, kind, code, text, inner)
    {
    }

    internal static ZoneException Malformed(string text) => new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);

    internal static ZoneException Shut(TransferSide side, string text) => new(side, TransferFailureKind.Refused, TransferCode.ItemRefused, text);
}

/// <summary>A zone file that cannot be read.</summary>
/// <param name="line">Line, from 1.</param>
/// <param name="problem">What is wrong there.</param>
public sealed class ZoneFileException(int line, string problem)
    : ZoneException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemUnreadable, FormattableString.Invariant($"Line {line}: {problem}"))
{
    /// <summary>Line, from 1.</summary>
    public int Line { get; } = line;
}
