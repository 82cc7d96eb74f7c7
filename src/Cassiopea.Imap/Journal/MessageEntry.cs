using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Journal;

internal enum EntryState : byte
{
    /// <summary>About to be sent; whether it arrived is not known.</summary>
    Intended,

    /// <summary>At the target.</summary>
    Done,

    /// <summary>At the target, and still to be compared there.</summary>
    DoneUnchecked,

    /// <summary>Refused by an end; tried again in the next pass.</summary>
    Refused,
}

/// <summary>What the journal keeps of a message in memory: 16 bytes.</summary>
/// <param name="Uid">UID at the source.</param>
/// <param name="TargetUid">UID at the target; 0 while not known.</param>
/// <param name="Flags">Number of the set of flags as last carried over.</param>
/// <param name="State">What became of it.</param>
internal record struct MessageEntry(uint Uid, uint TargetUid, int Flags, EntryState State);

/// <summary>What identifies a message beyond UIDs.</summary>
/// <param name="Hash">SHA-256 of its octets; default while <see cref="HasHash"/> is false.</param>
/// <param name="Canonical">SHA-256 of the first 64 KB without CR and with 0x80 for NUL, for messages that servers rewrite; default when the message has nothing of that kind.</param>
/// <param name="Size">Octets.</param>
/// <param name="Date">INTERNALDATE.</param>
/// <param name="Oddity">What in it a server may not keep.</param>
/// <param name="HasHash">False for a streamed message whose end was not read.</param>
internal readonly record struct Fingerprint(Hash256 Hash, Hash256 Canonical, long Size, InternalDate Date, Oddity Oddity, bool HasHash);

/// <summary>A message as an intent or a result names it.</summary>
internal readonly record struct JournalMessage(uint Uid, FlagSet Flags, Fingerprint Print);

/// <summary>A message whose fate is not known after a crash.</summary>
/// <param name="TargetNext">The target's UIDNEXT before it was sent: if it arrived, its UID is not smaller.</param>
/// <param name="Flags">Number of its set of flags.</param>
/// <param name="Print">What it looks like.</param>
internal readonly record struct OpenIntent(uint TargetNext, int Flags, Fingerprint Print);

/// <summary>A message that was sent whole, got no answer, was not found, and was sent again: the first sending may still arrive.</summary>
/// <param name="Uid">UID at the source.</param>
/// <param name="Intent">The first sending.</param>
/// <param name="Since">When it was given up, Unix seconds.</param>
internal readonly record struct LateIntent(uint Uid, OpenIntent Intent, long Since);
