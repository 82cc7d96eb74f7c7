using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Commands;

/// <summary>Every state × every command of the API, over HTTP: 202 where the board allows it, 409 with what is allowed where it does not.</summary>
[Trait("Category", "Servers")]
public sealed class StateCommandTests
{
    static readonly IReadOnlyDictionary<string, object?> Bodies = new Dictionary<string, object?>
    {
        ["approve-plan"] = null,
        ["start"] = null,
        ["hand-over"] = null,
        ["resume"] = null,
        ["survey-again"] = null,
        ["pause"] = new { reason = "the old host is slow" },
        ["cancel"] = new { reason = "the member stays with us" },
        ["decline"] = new { reason = "the member leaves alone" },
        ["rollback"] = new { reason = "visitors see the wrong site" },
        ["consent-to-switch"] = new { consent = "the board agreed by letter" },
        ["exclude-kind"] = new { kind = "Site", reason = "the member has no site" },
        ["approve-differences"] = new { reason = "they are drafts" },
        ["cutover"] = new { },
    };

    [Fact]
    public void Every_command_to_a_migration_is_walked() =>
        Assert.Equal(
            AccessTable.Rows.Where(r => r.Pattern.StartsWith("/api/v1/migrations/{id:guid}/commands/", StringComparison.Ordinal)).Select(r => r.Pattern.Split('/')[^1]).Order(StringComparer.Ordinal),
            Bodies.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_pair_of_state_and_command_is_answered_with_202_or_with_409_and_what_is_allowed()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var approver = gateway.Client(await gateway.KeyAsync("operator", Role.Operator));
        List<(MigrationState State, string Verb, bool Allowed, Guid Migration, string[] List)> pairs = [];
        foreach (var state in Enum.GetValues<MigrationState>())
        {
            foreach (var verb in Bodies.Keys)
            {
                pairs.Add((state, verb, true, Guid.CreateVersion7(), [verb]));
                pairs.Add((state, verb, false, Guid.CreateVersion7(), [.. Bodies.Keys.Where(other => other != verb)]));
            }
        }

        foreach (var some in pairs.Chunk(50))
            await gateway.PublishAsync([.. some.Select(p => Says.Migration(Guid.CreateVersion7(), p.Migration, "M0001", p.State, 1, p.List))]);
        await Eventually.TrueAsync("the board knows them all", () => gateway.QueryAsync(async db => await db.Migrations.CountAsync() == pairs.Count), TimeSpan.FromSeconds(60));

        List<string> wrong = [];
        foreach (var (state, verb, allowed, migration, list) in pairs)
        {
            using var answer = await approver.PostAsync($"/api/v1/migrations/{migration}/commands/{verb}", Bodies[verb], $"{migration}");
            var expected = allowed ? HttpStatusCode.Accepted : HttpStatusCode.Conflict;
            if (answer.StatusCode != expected)
                wrong.Add($"{state} × {verb}: {answer.StatusCode} instead of {expected}");
            else if (!allowed && !(await answer.JsonAsync()).GetProperty("allowedTransitions").EnumerateArray().Select(a => a.GetString()!).SequenceEqual(list))
                wrong.Add($"{state} × {verb}: another list of what is allowed");
        }

        Assert.Empty(wrong);
        await Eventually.TrueAsync("what was accepted was sent", () => Task.FromResult(gateway.Sent.Count == pairs.Count / 2), TimeSpan.FromSeconds(60));
    }
}
