using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of a list's receiving host: invited, asking, consented to.</summary>
internal static class MigrationStepsLists
{
    /// <summary>Another host, or the same under another name, begins anew; the same one keeps what it asked.</summary>
    public static void Invite(BehaviorContext<Migration, InviteHost> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        var same = item.Receiving is { } known && known.Identity == told.Identity.Trim() && known.Host == told.Host.Trim();
        item.Receiving = new ReceivingHost(told.Host.Trim(), told.Identity.Trim(), told.Checked.Trim(), told.Actor, m.Turn.Now,
            same ? item.Receiving!.Request : null, same ? item.Receiving!.Consent : null);
        m.Turn.Detail = $"{item.Receiving.Host} may ask for the list with the key of {item.Receiving.Identity}.";
    }

    /// <summary>The same request again changes nothing; another one needs the member's consent anew.</summary>
    public static void NoteRequest(BehaviorContext<Migration, RequestExport> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        var scope = told.Scope.Order().ToList();
        var sheet = told.Sheet with { Software = told.Sheet.Software.Trim(), Version = told.Sheet.Version.Trim(), Robot = told.Sheet.Robot.Trim().ToLowerInvariant(), Note = told.Sheet.Note.Trim() };
        var sha = Sha256(new { item.Id, item.Receiving!.Host, item.Receiving.Identity, scope, consent = told.Consent.Trim(), sheet });
        m.Turn.Detail = $"Request {sha}.";
        if (item.Receiving.Request?.Sha256 == sha)
            return;
        item.Receiving = item.Receiving with { Request = new ExportDemand(scope, told.Consent.Trim(), sheet, m.Turn.Now, sha), Consent = null };
        Letter.Send(m, Letter.ListConsent, $"{item.Id:N}-{sha}", item);
    }

    public static void NoteConsent(BehaviorContext<Migration, ConsentToExport> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Receiving = item.Receiving! with { Consent = told.Given ? new ExportConsent(told.Actor, told.Words.Trim(), m.Turn.Now, told.RequestSha256) : null };
        m.Turn.Detail = told.Given ? $"{item.Receiving.Host} may receive the list." : "Taken back: nothing leaves any more.";
    }

    private static string Sha256<T>(T told) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(told, Json.Options)));
}
