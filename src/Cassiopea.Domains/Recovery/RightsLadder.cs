using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.Domains;

/// <summary>What was recorded of one rung.</summary>
/// <param name="Rung">Which.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Actor">Who recorded it.</param>
/// <param name="At">When.</param>
/// <param name="Note">What happened.</param>
internal sealed record RungRecord(RecoveryRung Rung, RungOutcome Outcome, string Actor, DateTimeOffset At, string Note);

/// <summary>A rung that may not be recorded now: 409 for whoever asked.</summary>
internal sealed class RungRefusedException(string problem) : Exception(problem);

/// <summary>What is known besides the rungs.</summary>
/// <param name="SiteVerified">Every site of the migration was verified at the new host.</param>
/// <param name="Managed">The domain is in our account at the registrar; null while nobody asked.</param>
/// <param name="Custodian">Who keeps the domain while rights are pending; empty when nobody is named.</param>
/// <param name="OthersOnHandle">Domains of other members that hang on the same handle.</param>
internal sealed record LadderFacts(bool SiteVerified, bool? Managed, string Custodian = "", int OthersOnHandle = 0);

/// <summary>
/// The ladder of the members' guide: each rung is tried before the next, a rung that gave the owner the rights ends it, and the last one, name
/// servers changed while the rights are pending, is open only when everything before it was tried in vain. It is a record of what people did:
/// no password is recovered here, no answer is kept.
/// </summary>
internal sealed class RightsLadder(IReadOnlyList<RungRecord> records)
{
    private const int ShortestNote = 10;
    private const int ShortestCustodian = 3;

    public static RightsLadder Of(string? json) =>
        new(json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<RungRecord>>(json, JsonSerializerOptions.Web) ?? []);

    public IReadOnlyList<RungRecord> Records => records;

    /// <summary>True when the owner has the rights.</summary>
    public bool Recovered => records.Any(static one => one is { Rung: RecoveryRung.PasswordRecovery or RecoveryRung.OwnershipProof, Outcome: RungOutcome.Done });

    /// <summary>True when name servers were changed for an owner who has not the rights yet: tracked until he has.</summary>
    public bool Pending => !Recovered && Last(RecoveryRung.NameServersOnly)?.Outcome == RungOutcome.Done;

    /// <summary>The rung to try now; null when the owner has the rights.</summary>
    public RecoveryRung? Next => Recovered ? null
        : Last(RecoveryRung.Notified) is not { Outcome: RungOutcome.Done } ? RecoveryRung.Notified
        : Last(RecoveryRung.Released) is not { Outcome: RungOutcome.Done } ? RecoveryRung.Released
        : Last(RecoveryRung.HandleTold) is not { Outcome: RungOutcome.Done } ? RecoveryRung.HandleTold
        : Last(RecoveryRung.PasswordRecovery) is null ? RecoveryRung.PasswordRecovery
        : Last(RecoveryRung.OwnershipProof) is null ? RecoveryRung.OwnershipProof
        : Pending ? RecoveryRung.OwnershipProof
        : RecoveryRung.NameServersOnly;

    /// <summary>The ladder with one more record.</summary>
    /// <exception cref="RungRefusedException">The rung may not be recorded now.</exception>
    public RightsLadder With(RungRecord record, LadderFacts facts)
    {
        if (record.Outcome == RungOutcome.Failed && record.Note.Trim().Length < ShortestNote) throw new RungRefusedException("Say in at least 10 characters what was tried and why it failed.");
        if (Recovered) throw new RungRefusedException("The owner has the rights: the ladder is at its end.");
        foreach (var earlier in (RecoveryRung[])[RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold])
            if (earlier < record.Rung && Last(earlier) is not { Outcome: RungOutcome.Done }) throw new RungRefusedException($"{earlier} comes before {record.Rung} and is not done.");
        if (record.Rung == RecoveryRung.OwnershipProof && Last(RecoveryRung.PasswordRecovery) is not { Outcome: RungOutcome.Failed }) throw new RungRefusedException("The password is recovered first: record that it failed before the form is used.");
        if (record is { Rung: RecoveryRung.Released, Outcome: RungOutcome.Done } && facts.OthersOnHandle > 0)
            throw new RungRefusedException(FormattableString.Invariant($"{facts.OthersOnHandle} domains of other members hang on the same handle: give each a holder of its own at the registrar, write it in the inventory, then release."));
        if (record is { Rung: RecoveryRung.NameServersOnly, Outcome: RungOutcome.Done }) LastResort(facts);
        return new([.. records, record]);
    }

    public string ToJson() => JsonSerializer.Serialize(records, JsonSerializerOptions.Web);

    private void LastResort(LadderFacts facts)
    {
        foreach (var rung in (RecoveryRung[])[RecoveryRung.PasswordRecovery, RecoveryRung.OwnershipProof])
            if (Last(rung) is not { Outcome: RungOutcome.Failed }) throw new RungRefusedException($"{rung} is not recorded as failed: name servers alone are the last resort.");
        if (!facts.SiteVerified) throw new RungRefusedException("The site is not verified at the new host yet: the name servers would lead visitors nowhere.");
        if (facts.Managed == false) throw new RungRefusedException("The domain is not in our account any more: we cannot change its name servers.");
        if (facts.Custodian.Trim().Length < ShortestCustodian) throw new RungRefusedException("Name the custodian: who keeps the domain and pays its renewal until the owner has the rights.");
        if (facts.Managed is null) throw new RungRefusedException("Nobody asked the registrar whether the domain is in our account: survey it again.");
    }

    private RungRecord? Last(RecoveryRung rung) => records.LastOrDefault(one => one.Rung == rung);
}
