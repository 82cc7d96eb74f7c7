using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of databases: what people decide, what is done at the new place after the last delta, the second account at the old server.</summary>
internal static class MigrationStepsDatabases
{
    // ---- decisions

    /// <summary>What was decided takes the place of what was decided before; both ends are looked at again under it.</summary>
    public static void Decide(BehaviorContext<Migration, DecideDatabase> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Choices = told.Choices;
        (item.CountAsked, item.Replaced, item.SurveyWanted) = (false, null, true);
        m.Turn.Detail = FormattableString.Invariant(
            $"Findings that may stand: {told.Choices.AcceptedFindings.Count}; columns to repair: {told.Choices.RepairedColumns.Count}; texts to replace: {told.Choices.Replacements?.Count ?? 0}; tables left out: {told.Choices.ExcludedTables.Count}.");
    }

    /// <summary>What the approved plan says of a database, beside its ends.</summary>
    public static string Planned(Item item) => item.Choices is null ? "" : "|" + JsonSerializer.Serialize(item.Choices, Json.Options);

    // ---- the new place, after the last delta is verified and before DNS changes

    /// <summary>Counts once what the decided texts would change, as soon as there are rows to count in.</summary>
    public static void Count(Migration m)
    {
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i is { Kind: ItemKind.Database, State: ItemState.InSync, CountAsked: false, Host: null, IsDropped: false } && TextsOf(m, i).Count > 0))
        {
            (item.CountAsked, item.CountRound) = (true, item.CountRound + 1);
            m.Turn.Send(KindCommands.Replace(item, TextsOf(m, item), dryRun: true));
        }
    }

    /// <summary>Repairs first, replaces then: one after the other, each once per last delta. The member's copy comes from the old place, beside it.</summary>
    public static void Finish(Migration m)
    {
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i is { State: ItemState.CutOver, CutOverAt: null } && !IsFinished(m, i)))
        {
            if (RepairIsDue(item) && item.RepairAskedPass < item.Pass)
            {
                item.RepairAskedPass = item.Pass;
                m.Turn.Send(KindCommands.Repair(item));
            }
            else if (!RepairIsDue(item) && ReplacementIsDue(m, item) && item.ReplaceAskedPass < item.Pass)
            {
                item.ReplaceAskedPass = item.Pass;
                m.Turn.Send(KindCommands.Replace(item, TextsOf(m, item), dryRun: false));
            }

            if (item.LacksCopy && item.ArchiveAskedPass < item.Pass)
            {
                item.ArchiveAskedPass = item.Pass;
                m.Turn.Send(KindCommands.Archive(item));
            }
        }
    }

    /// <summary>Nothing is to be done at the new place any more. What the new host moved is not written.</summary>
    public static bool IsFinished(Migration m, Item item) => !RepairIsDue(item) && !ReplacementIsDue(m, item) && !item.LacksCopy;

    /// <summary>What is replaced in a database: what was decided for it, and the paths and addresses that the member's sites change (files, database and configuration agree).</summary>
    public static IReadOnlyList<TextReplacement> TextsOf(Migration m, Item item) =>
    [
        .. (item.Choices?.Replacements ?? [])
            .Concat(MigrationStepsCopy.ByName(m).Where(i => i.Kind == ItemKind.Site).SelectMany(i => i.Paths ?? []).Select(p => new TextReplacement(p.From, p.To)))
            .Where(t => t.From != t.To).DistinctBy(t => t.From, StringComparer.Ordinal),
    ];

    /// <summary>Other paths of a site: what they change in the databases is counted anew.</summary>
    public static void CountAgain(Migration m)
    {
        foreach (var item in m.Active.Where(i => i.Kind == ItemKind.Database))
            (item.CountAsked, item.Replaced) = (false, null);
    }

    public static void NoteRepaired(BehaviorContext<Migration, CharsetsRepaired> c)
    {
        if (Awaited(c.Saga, c.Message.ItemId, c.Message.Pass) is not { } item || item.RepairedPass == c.Message.Pass)
            return;
        item.Repaired = c.Message;
        if (c.Message.Failure is null)
            item.RepairedPass = c.Message.Pass;
        else
            Stop(item, c.Message.Failure);
    }

    public static void NoteReplaced(BehaviorContext<Migration, DatabaseReplaced> c)
    {
        var told = c.Message;
        if (told.DryRun && MigrationStepsCopy.Of(c.Saga, told.ItemId) is { ReplacedPass: 0, CountAsked: true } counted && counted.CountRound == told.Pass)
            counted.Replaced = told;
        if (told.DryRun || Awaited(c.Saga, told.ItemId, told.Pass) is not { } item || item.ReplacedPass == told.Pass)
            return;
        item.Replaced = told;
        item.Refusals = [.. item.Refusals.Where(r => told.Exceptions.All(e => e.Item != r.Item)), .. told.Exceptions];
        if (told.Exceptions.Count > 0)
            item.ExceptionsApproved = false;
        if (told.Failure is null)
            item.ReplacedPass = told.Pass;
        else
            Stop(item, told.Failure);
    }

    // ---- the second account at the old server

    /// <summary>Its name fits into the 16 characters of MySQL 5.5 and tells staff of the old host whose it is.</summary>
    public static void AskReadAccount(BehaviorContext<Migration, RequestReadAccount> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.ReadAccountNumber++;
        var name = "cass_" + Convert.ToHexStringLower(SHA256.HashData([.. item.Id.ToByteArray(), (byte)item.ReadAccountNumber]))[..11];
        item.ReadAccount = KindCommands.Named(item.Source!, item) with { Login = name, CredentialId = told.CredentialId };
        m.Turn.Send(new CredentialGranted(told.CredentialId, m.MemberId, m.CorrelationId, item.Id, KindCommands.Service(item.Kind), m.Turn.Now + m.Turn.Options.CredentialGrant));
        m.Turn.Send(KindCommands.AddReadAccount(item));
        m.Turn.Detail = $"Account {name} is asked of {item.ReadAccount.Host}; the site's own account stays as it is.";
    }

    /// <summary>The old place is entered by the second account from now on.</summary>
    public static void NoteReadAccount(BehaviorContext<Migration, ReadAccountAdded> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (MigrationStepsCopy.Of(m, told.ItemId) is not { } item || item.ReadAccountNumber != told.Number || item.ReadAccountAnswered == told.Number)
            return;
        item.ReadAccountAnswered = told.Number;
        if (item.State == ItemState.Excluded || item.Pass > 0)
        {
            // a pass runs, or ran, with the account that was known: it stays the one; the second goes when all is over
            if (told.Failure is not null)
                item.ReadAccount = null;
            return;
        }

        if (told.Failure is null)
        {
            item.Complete(told.Account, null);
            if (item.Host is { MovedAt: null } host)
                MigrationStepsArrange.Grant(m, item, host.DueAt); // its people get this one, by their one-time link
            return;
        }

        (item.ReadAccount, item.State, item.Failure) = (null, ItemState.CredentialsNeeded, told.Failure);
    }

    public static void NoteNoReadAccount(BehaviorContext<Migration, ReadAccountRemoved> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (MigrationStepsCopy.Of(m, told.ItemId) is not { ReadAccount: { } account } item || item.ReadAccountNumber != told.Number)
            return;
        item.ReadAccountFailure = told.Failure;
        if (told.Failure is null)
            item.ReadAccount = null;
        else
            m.Turn.Explain($"The second account {account.Login} could not be removed from {account.Host} ({told.Failure.Code}): {told.Failure.Text}");
    }

    /// <summary>Everything that was added at the old host goes again.</summary>
    public static void RemoveReadAccounts(Migration m)
    {
        foreach (var item in m.Items.Where(i => i.ReadAccount is not null).OrderBy(i => i.Name, StringComparer.Ordinal))
            m.Turn.Send(KindCommands.RemoveReadAccount(item));
    }

    private static bool RepairIsDue(Item item) =>
        item is { CutOverAt: null, Host: null, IsDropped: false, Choices.RepairedColumns.Count: > 0 } && item.RepairedPass < item.Pass;

    private static bool ReplacementIsDue(Migration m, Item item) =>
        item is { Kind: ItemKind.Database, CutOverAt: null, Host: null, IsDropped: false } && item.ReplacedPass < item.Pass && TextsOf(m, item).Count > 0;

    private static Item? Awaited(Migration m, Guid itemId, int pass) =>
        MigrationStepsCopy.Of(m, itemId) is { State: ItemState.CutOver, CutOverAt: null } item && item.Pass == pass ? item : null;

    private static void Stop(Item item, Failure failure) => (item.State, item.Failure) = (ItemState.NeedsStaff, failure);
}
