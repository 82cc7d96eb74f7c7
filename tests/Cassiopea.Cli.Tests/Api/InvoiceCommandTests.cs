using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Tests;
using Cassiopea.Lab;

namespace Cassiopea.Cli.Tests.Api;

[Trait("Category", "Servers")]
public sealed class InvoiceCommandTests
{
    [Fact]
    public async Task The_gate_is_worked_from_the_command_line()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.SeedAsync("M0042", MigrationState.AwaitingPayment);
        using var cli = new CliRun(gateway, await gateway.KeyAsync("bob", Role.Staff));
        var file = Path.Combine(Path.GetTempPath(), $"cli-{Guid.NewGuid():n}.cod");
        await File.WriteAllTextAsync(file, "00000");
        var importing = await cli.StartAsync(["invoice", "payments", file]);
        var import = await gateway.SentAsync<ImportPayments>();
        await gateway.PublishAsync(new PaymentsImported(import.OperationId, false, 0, 0, 0, 0, [new LineError(1, "", "A record has 128 characters")], DateTimeOffset.UnixEpoch));
        var (code, text) = await importing.EndAsync();
        File.Delete(file);
        Assert.Equal(3, code);
        Assert.Contains("line 1 : A record has 128 characters", text, StringComparison.Ordinal);

        Assert.Equal(0, (await cli.RunAsync("invoice", "contest", "M0042", "--text", "We left in 2016.", "--no-wait")).Code);
        Assert.Equal("We left in 2016.", (await gateway.SentAsync<ContestInvoices>()).Text);
        Assert.Equal(0, (await cli.RunAsync("invoice", "answer", "M0042", "--text", "A credit note follows.", "--no-wait")).Code);
        Assert.Equal("M0042", (await gateway.SentAsync<AnswerContest>()).MemberReference);
        Assert.Equal(0, (await cli.RunAsync("invoice", "recheck", "M0042", "--no-wait")).Code);
        await gateway.SentAsync<RecheckInvoices>();
    }

    [Fact]
    public async Task A_text_is_read_and_written_from_the_command_line()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.PublishAsync(new TextEdited("payment-reminder", "fr", 1, "Rappel\n\nIl reste {amount} €.", ["amount"], "system", DateTimeOffset.UnixEpoch));
        await Eventually.TrueAsync("it is known", () => gateway.QueryAsync(db => Task.FromResult(db.LetterTexts.Any())));
        using var cli = new CliRun(gateway, await gateway.KeyAsync("bob", Role.Staff));
        Assert.Contains("Rappel", (await cli.RunAsync("text", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("Il reste", (await cli.RunAsync("text", "show", "payment-reminder", "fr")).Out, StringComparison.Ordinal);
        var file = Path.Combine(Path.GetTempPath(), $"cli-{Guid.NewGuid():n}.txt");
        await File.WriteAllTextAsync(file, "Nouveau\n\n{amount} €\n");
        Assert.Equal(0, (await cli.RunAsync("text", "edit", "payment-reminder", "fr", file, "--based-on", "1", "--no-wait")).Code);
        File.Delete(file);
        Assert.Equal("Nouveau\n\n{amount} €\n", (await gateway.SentAsync<EditText>()).Text);
    }
}
