using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>What is known of a mailing list's way back from its freeze.</summary>
internal sealed partial class Item
{
    /// <summary>When its own rules were asked back; null before, and again when that failed.</summary>
    public DateTimeOffset? UnfreezeAskedAt { get; set; }

    /// <summary>Number of the last asking: each is a job of its own.</summary>
    public int UnfreezeRound { get; set; }

    /// <summary>A pass was asked whose transfer or comparison has not ended.</summary>
    public bool RunsPass => State == ItemState.Copying && !IsIdle;

    /// <summary>The old list is closed, or may be: nobody said yet that it is open.</summary>
    public bool MayBeFrozen => Kind == ItemKind.MailingList && (FreezeAskedAt ?? FrozenAt) is not null;

    /// <summary>The window was given back, and the old list has not told that it has its own rules again.</summary>
    public bool IsUnfreezing => MayBeFrozen && FreezeAskedAt is null;

    /// <summary>The old list must get its own rules back, and nobody is asked to give them.</summary>
    public bool LacksUnfreeze => IsUnfreezing && UnfreezeAskedAt is null;

    /// <summary>The old list is closed still. Staff look at it, whatever the failure is: its subscribers cannot write meanwhile.</summary>
    private void NoteStillFrozen(Failure failure)
    {
        (UnfreezeAskedAt, RetryAt) = (null, null);
        Failure = failure with { Text = $"The old list could not be given its own rules back, nobody can write to it: {failure.Text}" };
        State = failure.Code is FailureCode.AuthenticationFailed or FailureCode.CredentialMissing ? ItemState.CredentialsNeeded : ItemState.NeedsStaff;
    }
}
