namespace Cassiopea.Migrations.Notices;

/// <summary>The relay did not take a notice, or was lost in a way that leaves it open.</summary>
/// <param name="reason">The relay's answer as a word.</param>
/// <param name="mayHaveTaken">True when it may have taken the notice all the same.</param>
/// <param name="cause">What the client threw.</param>
internal sealed class RelayException(string reason, bool mayHaveTaken, Exception cause) : Exception(reason, cause)
{
    public bool MayHaveTaken => mayHaveTaken;
}
