using Cassiopea.Contracts;
using Cassiopea.Migrations.Dossiers;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of the member's approval, the hand-over and the erasure.</summary>
internal static class MigrationStepsHandOver
{
    // ---- differences

    /// <summary>The member is told before silence counts as a yes.</summary>
    public static void TellDifferences(Migration m)
    {
        var open = m.Active.Where(i => i is { HasDifferences: true, ExceptionsApproved: false }).ToList();
        if (open.Count == 0)
        {
            m.DifferencesToldAt = null;
        }
        else if (m.DifferencesToldAt is null)
        {
            m.DifferencesToldAt = m.Turn.Now;
            Letter.Send(m, Letter.DifferencesFound);
        }
        else if (Deadlines.TacitApproval(m, m.Turn.Options) <= m.Turn.Now)
        {
            foreach (var item in open)
                Approve(item, "nobody", "Tacit: told beforehand, no answer in time.");
            m.Turn.Explain("Differences count as approved: no answer in the announced time.");
        }
    }

    public static void ApproveDifferences(BehaviorContext<Migration, ApproveDifferences> c)
    {
        foreach (var item in c.Saga.Active.Where(i => c.Message.ItemId is not { } one || one == i.Id))
            Approve(item, c.Message.Actor, c.Message.Reason);
    }

    // ---- the hand-over

    public static void CloseItems(BehaviorContext<Migration> c)
    {
        c.Saga.HandedOverAt = c.Saga.Turn.Now;
        foreach (var item in c.Saga.Active)
            item.State = item.HasDifferences ? ItemState.DoneWithExceptions : ItemState.Done;
    }

    public static void DeliverDossier(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        var key = ReceiptKey.Load(m.Turn.Options);
        var dossier = Dossier.Build(m, key.PublicKeyPem);
        m.DossierFiles = dossier.Files(key.PublicKeyPem);
        var contents = DossierContents.Sign(m.CorrelationId, 0, m.DossierFiles, key);
        c.Database().Add(dossier);
        MigrationStepsDatabases.RemoveReadAccounts(m);
        m.Turn.Send(new DossierDelivered(m.CorrelationId, m.MemberId, dossier.Sha256, dossier.Json, dossier.Html, m.Turn.Now, dossier.Pdf, key.PublicKeyPem, contents.Json, contents.Signature));
        m.Turn.Send(new CredentialGrantsEnded(m.CorrelationId));
        m.Turn.Detail = $"Dossier {dossier.Sha256}.";
        Letter.Send(m, Letter.HandedOver);
        AskErasure(m);
    }

    // ---- the erasure

    public static void AskErasure(Migration m)
    {
        m.ErasureAskedAt = m.Turn.Now;
        m.Turn.Send(new EraseCredentials(m.CorrelationId, m.MemberId));
    }

    /// <summary>No receipt in time: asked again; the board tells staff.</summary>
    public static void AskErasureAgain(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        if (m.ErasedAt is null && m.ErasureAskedAt + m.Turn.Options.CredentialErasure <= m.Turn.Now)
            AskErasure(m);
    }

    /// <summary>What a service erased of its own: one signed receipt each.</summary>
    public static void KeepWorkReceipt(BehaviorContext<Migration, WorkErased> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (m.WorkReceipts.Any(r => r.Service == told.Service))
            return;
        var key = ReceiptKey.Load(m.Turn.Options);
        var receipt = WorkReceipt.Sign(told, key, m.Turn.Now);
        m.WorkReceipts.Add(receipt);
        TellReceipt(m, told.Service, receipt.Json, receipt.Signature, key);
    }

    public static void KeepReceipt(BehaviorContext<Migration, CredentialsErased> c)
    {
        var m = c.Saga;
        if (m.ErasedAt is not null)
            return;
        m.ErasedAt = c.Message.AsOf;
        var key = ReceiptKey.Load(m.Turn.Options);
        var receipt = ErasureReceipt.Sign(c.Message, key, m.Turn.Now);
        c.Database().Add(receipt);
        TellReceipt(m, "credentials", receipt.Json, receipt.Signature, key);
    }

    private static void TellReceipt(Migration m, string name, string json, string signature, ReceiptKey key)
    {
        var contents = DossierContents.Add(m, name, json, signature, key);
        m.Turn.Send(new ReceiptSigned(m.CorrelationId, name, json, signature, m.Turn.Now, contents?.Number ?? 0, contents?.Json ?? "", contents?.Signature ?? ""));
    }

    public static bool RetentionIsOver(BehaviorContext<Migration> c) =>
        c.Saga.ErasedAt is not null && c.Saga.HandedOverAt + c.Saga.Turn.Options.Retention <= c.Saga.Turn.Now;

    private static void Approve(Item item, string actor, string reason) =>
        (item.ExceptionsApproved, item.ApprovedBy, item.ApprovalReason) = (true, actor, reason);
}
