using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>What staff decide about one database, and the second account at the old server.</summary>
internal static class DatabaseEndpoints
{
    const int PasswordLength = 24;

    public static void MapDatabases(this IEndpointRouteBuilder commands)
    {
        commands.MapPost("/items/{id:guid}/commands/" + Verbs.DecideDatabase, (Guid id, DatabaseBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            Checked(body).Refusal() is { } refusal
                ? Task.FromResult(refusal)
                : desk.SendToItemAsync(http, caller, id, Verbs.DecideDatabase, body.Reason!, (o, item) => new DecideDatabase(o.Id, o.Actor, item.MigrationId, item.Id, body.Choices, body.Reason!), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Decide about a database: findings that may stand, columns to repair, texts to replace, tables left out").WithTags("items");
        commands.MapPost("/items/{id:guid}/commands/" + Verbs.RequestReadAccount, RequestAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Have a second account made at the old server that only reads; the site's own stays as it is").WithTags("items");
    }

    static Check Checked(DatabaseBody body) => new Check().Reason(body.Reason)
        .That((body.RepairedColumns ?? []).All(static c => c.Contains('.', StringComparison.Ordinal)), "repairedColumns", "must be table.column each")
        .That((body.Replacements ?? []).All(static r => !string.IsNullOrEmpty(r.From) && r.To is not null && r.From != r.To), "replacements", "must have a text and another one that takes its place")
        .That((body.OldPrefix ?? "").Length <= 64 && (body.NewPrefix ?? "").Length <= 64, "newPrefix", "must have at most 64 characters");

    /// <summary>The password is made here and goes straight into the vault: nobody sees it but who opens a one-time link.</summary>
    static async Task<IResult> RequestAsync(
        Guid id, ReadAccountBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, VaultClient vault, CancellationToken token)
    {
        if (new Check().Reason(body.Reason).Refusal() is { } refusal)
            return refusal;
        var found = await db.Items.AsNoTracking()
            .Join(db.Migrations.VisibleTo(caller), i => i.MigrationId, m => m.Id, (item, migration) => new { item, migration })
            .FirstOrDefaultAsync(x => x.item.Id == id, token);
        if (found is null)
            return Problem.NotFound();
        if (found.item.Kind != ItemKind.Database)
            return new Check().That(false, "id", "must be a database").Refusal()!;
        if (await desk.ForbidsAsync(found.migration, Verbs.RequestReadAccount, token) is { } forbidden)
            return forbidden;
        var credential = Guid.CreateVersion7();
        var password = RandomNumberGenerator.GetItems("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"u8, PasswordLength);
        try
        {
            if (await vault.StoreAsync(credential, found.migration.MemberId, password, token) != StoreOutcome.Stored)
                return Problem.Of(ProblemCode.Unavailable);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }

        return await desk.SendToItemAsync(
            http, caller, id, Verbs.RequestReadAccount, body.Reason!, (o, item) => new RequestReadAccount(o.Id, o.Actor, item.MigrationId, item.Id, credential, body.Reason!), token);
    }
}

/// <summary>What is decided about a database; it takes the place of what was decided before.</summary>
/// <param name="AcceptedFindings">Codes of findings that may stand although they stop a copy.</param>
/// <param name="RepairedColumns">Columns as table.column whose text, encoded twice, is repaired.</param>
/// <param name="ExcludedTables">Tables that are not moved.</param>
/// <param name="OldPrefix">Names that begin with this at the old place …</param>
/// <param name="NewPrefix">… begin with this at the new one.</param>
/// <param name="Archive">True: the member also gets it as plain SQL.</param>
/// <param name="Replacements">Texts that are replaced at the new place.</param>
/// <param name="Reason">Why.</param>
internal sealed record DatabaseBody(
    IReadOnlyList<string>? AcceptedFindings,
    IReadOnlyList<string>? RepairedColumns,
    IReadOnlyList<string>? ExcludedTables,
    string? OldPrefix,
    string? NewPrefix,
    bool Archive,
    IReadOnlyList<TextReplacement>? Replacements,
    string? Reason)
{
    internal DatabaseChoices Choices => new(AcceptedFindings ?? [], RepairedColumns ?? [], ExcludedTables ?? [], OldPrefix ?? "", NewPrefix ?? "", Archive, Replacements);
}

/// <summary>Why a second account is needed.</summary>
internal sealed record ReadAccountBody(string? Reason);
