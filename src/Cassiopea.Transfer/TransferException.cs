namespace Cassiopea.Transfer;

/// <summary>Whose side a failure is on.</summary>
public enum TransferSide
{
    /// <summary>The old host, its server or the account there.</summary>
    Source,

    /// <summary>The new provider, its server or the account there.</summary>
    Target,

    /// <summary>Our own software or machine.</summary>
    Us,
}

/// <summary>What can be expected of trying again.</summary>
public enum TransferFailureKind
{
    /// <summary>Passes by itself; try again without a person.</summary>
    Passing,

    /// <summary>The server said no and will say no again until a person changes something.</summary>
    Refused,

    /// <summary>The conversation was lost or not understood; a person must look.</summary>
    Broken,
}

/// <summary>A failure with the facts known where it arose.</summary>
/// <param name="Side">Whose side it is on.</param>
/// <param name="Kind">What can be expected of trying again.</param>
/// <param name="Code">One of <see cref="TransferCode"/>, kebab-case.</param>
/// <param name="Text">What happened, in English; at most 500 characters, no secret and no content.</param>
public sealed record TransferFailure(TransferSide Side, TransferFailureKind Kind, string Code, string Text);

/// <summary>What engines throw: it knows its side and its kind where it arises.</summary>
public class TransferException : Exception
{
    /// <summary>Makes one; <paramref name="text"/> is stripped of control characters and cut at 500 characters.</summary>
    /// <param name="side">Whose side it is on.</param>
    /// <param name="kind">What can be expected of trying again.</param>
    /// <param name="code">One of <see cref="TransferCode"/>.</param>
    /// <param name="text">What happened, in English, without secrets.</param>
    /// <param name="inner">The cause, when another exception was it.</param>
    public TransferException(TransferSide side, TransferFailureKind kind, string code, string text, Exception? inner = null)
        : base(Clean(text), inner) => (Side, Kind, Code) = (side, kind, code);

    /// <summary>Whose side it is on.</summary>
    public TransferSide Side { get; }

    /// <summary>What can be expected of trying again.</summary>
    public TransferFailureKind Kind { get; }

    /// <summary>One of <see cref="TransferCode"/>.</summary>
    public string Code { get; }

    /// <summary>How long the other side asks us to stay away; null when it does not say.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>The same facts as a record.</summary>
    public TransferFailure Failure => new(Side, Kind, Code, Message);

    private static string Clean(string text)
    {
        var cut = text.Length > 500 ? text[..500] : text;
        return string.Create(cut.Length, cut, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
