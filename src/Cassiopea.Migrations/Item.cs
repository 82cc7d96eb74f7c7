using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations;

/// <summary>One thing that moves. Its methods record facts: each is harmless when it comes twice, late or out of order.</summary>
internal sealed partial class Item
{
    public Guid Id { get; set; }
    public Guid MigrationId { get; set; }
    public ItemKind Kind { get; set; }
    public string Name { get; set; } = "";
    public ItemState State { get; set; }
    public Endpoint? Source { get; set; }
    public Endpoint? Target { get; set; }
    public bool Declared { get; set; }

    // survey
    public IReadOnlyList<Fact> Facts { get; set; } = [];

    /// <summary>Of a domain that was switched: its records before and after.</summary>
    public ZoneTexts? ZoneTexts { get; set; }

    public DateTimeOffset? SurveyedAt { get; set; }
    public int SurveyAttempt { get; set; }
    public int SurveyedAttempt { get; set; }

    /// <summary>A new attempt is wanted: a credential, an endpoint or a person's word changed something.</summary>
    public bool SurveyWanted { get; set; }

    /// <summary>An attempt was asked that is not answered yet.</summary>
    public bool SurveyPending { get; set; }

    // passes: what was asked and what was answered, by number
    public int Pass { get; set; }
    public Bucket Bucket { get; set; }
    public int TransferredPass { get; set; }
    public int VerifyAskedPass { get; set; }
    public int VerifiedPass { get; set; }
    public int FailedPass { get; set; }
    public int LastDeltaPass { get; set; }
    public int Retries { get; set; }
    public DateTimeOffset? RetryAt { get; set; }

    // what the passes said
    public TransferCounts? Counts { get; set; }
    public long Bytes { get; set; }
    public IReadOnlyList<ItemException> Refusals { get; set; } = [];
    public IReadOnlyList<ItemException> Differences { get; set; } = [];
    public long DifferenceCount { get; set; }
    public long Compared { get; set; }
    public Grade? Grade { get; set; }
    public string ManifestSha256 { get; set; } = "";
    public Failure? Failure { get; set; }
    public DateTimeOffset? LastNewAt { get; set; }
    public DateTimeOffset? LastQuietPassAt { get; set; }

    // people's word
    public bool ExceptionsApproved { get; set; }
    public string ApprovedBy { get; set; } = "";
    public string ApprovalReason { get; set; } = "";
    public string ExcludedReason { get; set; } = "";

    // what was decided about it, and what came of it
    public MailboxStrategy Strategy { get; set; }
    public DateTimeOffset? OnlineSince { get; set; }
    public DateTimeOffset? LastFetchConfirmedAt { get; set; }
    public string LastFetchConfirmedBy { get; set; } = "";
    public HostMove? Host { get; set; }
    public int HostReminded { get; set; }
    public ReceivingHost? Receiving { get; set; }
    public ItemArchive? Archive { get; set; }
    public Prediction? Prediction { get; set; }
    public double Seconds { get; set; }

    /// <summary>Archives that were asked for beside the passes.</summary>
    public int ArchiveRound { get; set; }

    // of a domain: what is known of the rights over it
    public DomainRights? Rights { get; set; }
    public DateTimeOffset? RightsAsOf { get; set; }

    /// <summary>Where in the vault its transfer code is, or is waited for.</summary>
    public Guid? TransferCredential { get; set; }

    // the switch
    public DateTimeOffset? CutOverAt { get; set; }
    public DateTimeOffset? FreezeAskedAt { get; set; }
    public DateTimeOffset? FrozenAt { get; set; }
    public DateTimeOffset? ConfigureAskedAt { get; set; }
    public DateTimeOffset? ConfiguredAt { get; set; }
    public DateTimeOffset? TtlAskedAt { get; set; }
    public DateTimeOffset? PublishedAt { get; set; }
    public DateTimeOffset? ZoneAskedAt { get; set; }
    public DateTimeOffset? ZoneChangedAt { get; set; }
    public DateTimeOffset? OldTtlsOverAt { get; set; }
    public DateTimeOffset? RollBackAskedAt { get; set; }
    public DateTimeOffset? RolledBackAt { get; set; }

    // what was told
    public int ToldVersion { get; set; }
    public string ToldSha256 { get; set; } = "";

    /// <summary>Id of an item that a service found: the same at each finding.</summary>
    public static Guid IdOf(Guid migrationId, ItemKind kind, string name) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{migrationId:N}|{kind}|{Normal(name)}")).AsSpan(0, 16));

    public static string Normal(string name) => name.Trim().ToLowerInvariant();

    public bool IsParked => State is ItemState.NeedsStaff or ItemState.CredentialsNeeded;

    /// <summary>Between passes: nothing was asked that is not answered.</summary>
    public bool IsIdle => Pass == 0 || VerifiedPass == Pass || FailedPass == Pass || (CutOverAt is not null && TransferredPass == Pass);

    /// <summary>Copied, and to be read again at both ends.</summary>
    public bool AwaitsVerification => CutOverAt is null && TransferredPass == Pass && Pass > 0 && !IsIdle && VerifyAskedPass < Pass;

    public bool IsSyncedOnce => State is ItemState.InSync or ItemState.CutOver || (State == ItemState.Copying && VerifiedPass > 0);

    public bool LastDeltaFailed => LastDeltaPass == Pass && Pass > 0 && FailedPass == Pass && VerifiedPass != Pass;

    public IReadOnlyList<ItemException> Exceptions =>
        [.. Differences.Concat(Refusals.Where(r => Differences.All(d => d.Item != r.Item))).Take(200)];

    public bool HasDifferences => DifferenceCount > 0 || Differences.Count > 0 || Refusals.Count > 0;

    /// <summary>Everything goes to an archive, nothing to a new place.</summary>
    public bool IsDropped => Strategy == MailboxStrategy.Drop;

    public bool LacksArchive => Strategy != MailboxStrategy.MoveAll && Archive is not { Equal: true };

    /// <summary>Read by POP3: what the old server still holds, the member's program has not fetched yet.</summary>
    public bool LacksLastFetch => Kind == ItemKind.Mailbox && LastFetchConfirmedAt is null && Facts.Any(f => f is { Name: "protocol-seen", Value: "pop3" });

    /// <summary>A list leaves only after the chosen host's own request and the member's consent to it, and only to where that host says that it lies.</summary>
    public bool MayLeave => Kind != ItemKind.MailingList || Host is not null || (Grant is { } grant && (Target is null || Target.Login.EndsWith("@" + grant.Robot, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The right to let a list leave; null while something lacks.</summary>
    public ExportGrant? Grant => Receiving is { Request: { } request, Consent: { } consent } && consent.RequestSha256 == request.Sha256
        ? new(Receiving.Host, request.Sheet.Robot, request.Scope, request.Sha256, consent.AsOf)
        : null;

    public bool MaySwitch => IsSyncedOnce && !LacksArchive && !LacksLastFetch && !LacksStatistics && MayLeave && !IsUnfreezing;

    /// <summary>
    /// True when our own passes may write at the new place. What the new host moved, it moved in its own way: only a mailbox that was found equal
    /// gets passes of ours after that, which add what is new and change nothing else.
    /// </summary>
    public bool IsOursToCopy => Host is null || (Kind == ItemKind.Mailbox && VerifiedPass > 0 && DifferenceCount == 0);

    /// <summary>Looked at after the switch: by our passes, or where those only report what is written at the old place.</summary>
    public bool IsWatched => IsOursToCopy || Kind == ItemKind.Site;

    /// <summary>The new host has it and has not said that it is moved.</summary>
    public bool WaitsForHost => Host is not null && !IsOursToCopy && State == ItemState.Copying && TransferredPass < Pass && !IsIdle;

    public bool IsOverdueAtHost => Host is { MovedAt: null } && State == ItemState.NeedsStaff && Failure?.Code == FailureCode.TimedOut;

    public ItemArrangement Arrangement => new(Strategy, OnlineSince, LastFetchConfirmedAt, Host, Archive, Prediction, Counts, Bytes, Seconds, Statistics, Paths, Rights, Choices, ReadAccount, Repaired, Replaced, Receiving, ReadAccountFailure);

    public string? Fact(string name) => Facts.FirstOrDefault(f => f.Name == name)?.Value;

    public bool Uses(Guid credentialId) => Source?.CredentialId == credentialId || Target?.CredentialId == credentialId;

    /// <summary>Takes the endpoints that people or an inventory know; true when something changed.</summary>
    public bool Complete(Endpoint? source, Endpoint? target)
    {
        var changed = (source is not null && source != Source) || (target is not null && target != Target);
        Source = source ?? Source;
        Target = target ?? Target;
        if (!changed)
            return false;
        SurveyWanted = true;
        if (CutOverAt is null && State != ItemState.Excluded)
        {
            // what was copied between other ends says nothing of these
            State = ItemState.Discovered;
            (FailedPass, VerifiedPass, Failure, RetryAt) = (Pass, 0, null, null);
        }

        return true;
    }

    public void AddFacts(IEnumerable<Fact> facts)
    {
        // a name may stand several times (largest-folder): the new ones replace all of that name
        var told = facts.ToList();
        Facts = [.. Facts.Where(old => told.All(f => f.Name != old.Name)).Concat(told).OrderBy(f => f.Name, StringComparer.Ordinal)];
    }

    /// <summary>Both ends were tried. The newest answer counts, whichever comes last.</summary>
    public void NoteSurvey(ItemSurveyed told, DateTimeOffset now, MigrationsOptions options)
    {
        if (State == ItemState.Excluded || told.Attempt < SurveyedAttempt || (told.Attempt == SurveyedAttempt && told.AsOf <= SurveyedAt))
            return;
        (SurveyedAt, SurveyedAttempt) = (told.AsOf, told.Attempt);
        SurveyPending = told.Attempt != 0 && told.Attempt < SurveyAttempt;
        AddFacts(told.Facts);
        Prediction = told.Prediction ?? Prediction;
        var failure = told.SourceFailure ?? told.TargetFailure;
        if (failure is null && Kind != ItemKind.Domain && !IsDropped && !told.TargetChecked)
            failure = new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.CredentialMissing, "No account at the new place is known yet.");
        if (failure is null)
            Recover();
        else if (State is ItemState.Discovered or ItemState.Verified || IsParked)
            Park(failure, now, options);
    }

    /// <summary>A pass ran to its end.</summary>
    public void NoteTransferred(ItemTransferred told)
    {
        if (State == ItemState.Excluded || told.Pass != Pass || told.Pass <= TransferredPass)
            return;
        TransferredPass = told.Pass;
        Counts = told.Counts;
        Bytes += told.Bytes;
        Seconds += told.Seconds;
        var known = CutOverAt is null ? [] : Refusals;
        var added = told.Exceptions.Where(e => known.All(k => k.Item != e.Item)).ToList();
        if (CutOverAt is not null && added.Count > 0)
            ExceptionsApproved = false;
        Refusals = [.. known, .. added];
        if (told.Counts.Copied > 0)
            LastNewAt = told.AsOf;
        else
            LastQuietPassAt = told.AsOf;
        if (CutOverAt is not null)
            Settle();
    }

    /// <summary>Both ends were compared.</summary>
    public void NoteVerified(ItemVerified told, DateTimeOffset now, MigrationsOptions options)
    {
        if (State == ItemState.Excluded || told.Pass != Pass || told.Pass <= VerifiedPass)
            return;
        VerifiedPass = told.Pass;
        Compared = told.Compared;
        Differences = told.Differences;
        DifferenceCount = told.DifferenceCount;
        Grade = told.Grade;
        ManifestSha256 = told.ManifestSha256;
        ExceptionsApproved = false;
        if (told.Grade == Contracts.Grade.Poor)
        {
            FailedPass = told.Pass;
            Host = Host is null ? null : Host with { MovedAt = null };
            Park(new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.ItemMissing, Invariant($"{told.DifferenceCount} differences after pass {told.Pass}: look at the list before going on.")), now, options);
        }
        else
        {
            Settle();
        }
    }

    /// <summary>An archive was made and read again; of a mailbox that is only archived it is the whole pass.</summary>
    public void NoteArchived(ItemArchived told, DateTimeOffset now, MigrationsOptions options)
    {
        if (State == ItemState.Excluded || told.Pass > Pass || told.AsOf < Archive?.AsOf)
            return;
        IReadOnlyList<ItemException>? missing = told.Exceptions.Count == 0 ? null : told.Exceptions;
        Archive = told.Archive.Parts.Count == 0 && Archive is { Parts.Count: > 0 } earlier ? earlier with { Missing = missing } : told.Archive with { Missing = missing };
        if (told.Archive.Equal)
            ArchivedPass = Math.Max(ArchivedPass, told.Pass);
        else if (LacksCopy)
            (State, Failure) = (ItemState.NeedsStaff, NotWhatWasWritten);
        if (!IsDropped || told.Pass != Pass || told.Pass <= VerifiedPass)
            return;
        TransferredPass = VerifiedPass = told.Pass;
        Compared = told.Archive.Messages;
        Refusals = told.Exceptions;
        ManifestSha256 = told.Archive.ManifestSha256;
        Grade = told.Exceptions.Count == 0 ? Contracts.Grade.Perfect : Contracts.Grade.Investigate;
        ExceptionsApproved = ExceptionsApproved && told.Exceptions.Count == 0;
        if (told.Added > 0)
            LastNewAt = told.AsOf;
        else
            LastQuietPassAt = told.AsOf;
        if (told.Archive.Equal)
        {
            Settle();
            return;
        }

        FailedPass = told.Pass;
        Park(NotWhatWasWritten, now, options);
    }

    /// <summary>A pass stopped, or a list could not be frozen or given its own rules back (pass 0). Authentication waits for the member, what passes is tried again, the rest waits for staff.</summary>
    public void NoteFailed(ItemTransferFailed told, DateTimeOffset now, MigrationsOptions options)
    {
        var freezing = told.Pass == 0 && FreezeAskedAt is not null && FrozenAt is null;
        if (LacksCopy && told.Pass == Pass && ArchiveAskedPass == Pass)
            (State, Failure) = (ItemState.NeedsStaff, told.Failure);
        if (State != ItemState.Excluded && told.Pass == 0 && IsUnfreezing)
        {
            NoteStillFrozen(told.Failure);
            return;
        }

        if (State == ItemState.Excluded || (!freezing && (told.Pass != Pass || told.Pass <= FailedPass || VerifiedPass == Pass)))
            return;
        FailedPass = Math.Max(FailedPass, told.Pass);
        Park(told.Failure, now, options);
    }

    public void Park(Failure failure, DateTimeOffset now, MigrationsOptions options)
    {
        Failure = failure;
        RetryAt = null;
        if (failure.Code is FailureCode.AuthenticationFailed or FailureCode.CredentialMissing)
        {
            State = ItemState.CredentialsNeeded;
        }
        else if (failure.Kind == FailureKind.Passing && Retries < options.Retries)
        {
            Retries++;
            RetryAt = now + options.RetryInterval * Retries;
        }
        else
        {
            State = ItemState.NeedsStaff;
        }
    }

    /// <summary>The clock, a person or a new credential lets a stopped item try again.</summary>
    public void TryAgain(bool byPerson)
    {
        RetryAt = null;
        Retries = byPerson ? 0 : Retries;
        TtlAskedAt = OldTtlsOverAt is null ? null : TtlAskedAt;
        if (byPerson || Pass == 0 || IsParked)
            SurveyWanted = true;
    }

    /// <summary>Both ends open again: go on where the item was.</summary>
    public void Recover()
    {
        Retries = 0;
        RetryAt = null;
        Failure = null;
        if (State is not (ItemState.Discovered or ItemState.CredentialsNeeded or ItemState.NeedsStaff or ItemState.Verified))
            return;
        State = CutOverAt is not null ? ItemState.CutOver : ItemState.Verified;
    }

    /// <summary>Starts a pass under a new number.</summary>
    public void StartPass(Bucket bucket)
    {
        Pass++;
        Bucket = bucket;
        RetryAt = null;
        Failure = null;
        if (CutOverAt is null)
            State = ItemState.Copying;
    }

    /// <summary>Back from a cut-over that was not, or that was undone.</summary>
    public void BackToSync()
    {
        CutOverAt = ConfigureAskedAt = ConfiguredAt = ZoneAskedAt = ZoneChangedAt = RollBackAskedAt = RolledBackAt = null;
        LastDeltaPass = 0;
        Statistics = Statistics is null ? null : Statistics with { Last = false };
        if (State == ItemState.CutOver)
            State = ItemState.InSync;
    }

    public void Exclude(string reason)
    {
        State = ItemState.Excluded;
        ExcludedReason = reason;
        Failure = null;
        RetryAt = null;
        SurveyWanted = false;
    }

    private static Failure NotWhatWasWritten => new(FailureSide.Us, FailureKind.Broken, FailureCode.ItemAltered, "The archive, read again, is not what was written.");

    private void Settle()
    {
        Failure = null;
        Retries = 0;
        RetryAt = null;
        State = CutOverAt is not null || (LastDeltaPass == Pass && Pass > 0) ? ItemState.CutOver : ItemState.InSync;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
