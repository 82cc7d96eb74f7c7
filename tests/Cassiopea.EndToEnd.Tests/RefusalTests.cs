using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Demo;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.EndToEnd.Tests;

/// <summary>One running system for all tests of this class.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    public DemoSystem System { get; private set; } = null!;

    internal Office Office { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        System = await DemoSystem.StartAsync(new DemoOptions(Once: true, Report: null, State: null, KillMail: 0, AppHost: null), TestContext.Current.CancellationToken);
        Office = await Office.OpenAsync(System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Office?.Dispose();
        if (System is not null)
            await System.DisposeAsync();
    }
}

/// <summary>What people see when something at one of the two ends is not as it should be: said by code, with the side, and nobody's work is lost.</summary>
[Trait("Category", "EndToEnd")]
public sealed class RefusalTests(RunningSystem running) : IClassFixture<RunningSystem>
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static int _members;

    [Fact]
    public async Task A_wrong_password_is_said_at_once_and_a_right_one_goes_on()
    {
        var move = await MoveAsync();
        var declared = await DeclareAsync(move);
        await move.Course.MemberApi.StoreSecretAsync(declared.SourceCredentialId!.Value, "not the password at all", Token);
        await move.Course.MemberApi.StoreSecretAsync(declared.TargetCredentialId!.Value, move.Target.Password, Token);
        await UntilAsync(move, i => FailureOf(i) == "authentication-failed");
        await move.Course.MemberApi.StoreSecretAsync(declared.SourceCredentialId.Value, move.Source.Password, Token);
        await UntilAsync(move, i => i.State == "Verified");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said()
    {
        var move = await MoveAsync();
        await DeclareWithSecretsAsync(move, targetPort: FreePort.Next());
        await UntilAsync(move, i => FailureOf(i) == "unreachable");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        var move = await MoveAsync();
        await DeclareWithSecretsAsync(move, pin: null);
        await UntilAsync(move, i => FailureOf(i) == "certificate-refused");
    }

    [Fact]
    public async Task A_certificate_with_another_key_than_the_pinned_one_is_refused()
    {
        var move = await MoveAsync();
        await DeclareWithSecretsAsync(move, pin: Convert.ToBase64String(new byte[32]));
        await UntilAsync(move, i => FailureOf(i) == "certificate-refused");
    }

    [Fact]
    public async Task A_full_mailbox_stops_that_item_and_says_so()
    {
        using var certificates = new LabCertificates();
        await using var small = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Quota, Certificates = certificates, Quota = "300K" }, Token);
        var move = await MoveAsync(small);
        await DeclareWithSecretsAsync(move, small.ImapsPort, small.CertificatePin);
        await UntilAsync(move, i => i.State == "Verified" || FailureOf(i) == "over-quota");
        if ((await ItemAsync(move))!.State == "Verified")
        {
            await StartAsync(move);
            await UntilAsync(move, i => FailureOf(i) == "over-quota");
        }
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_is_tried_again_without_a_person()
    {
        await using var line = FaultProxy.Start(running.System.Lab.New.Imaps);
        line.BytesPerSecond = 400_000;
        var move = await MoveAsync();
        await DeclareWithSecretsAsync(move, line.Port);
        await UntilAsync(move, i => i.State == "Verified");
        await StartAsync(move);
        await Eventually.TrueAsync("the copy has begun", () => line.Bytes(Toward.Server) > 300_000, TimeSpan.FromMinutes(1), Token);
        line.Refuse();
        line.CutNow(reset: true);
        await Eventually.TrueAsync("nobody is connected", () => line.Open == 0, TimeSpan.FromSeconds(20), Token);
        line.Heal();
        await UntilAsync(move, i => i.State is "InSync" or "DoneWithExceptions", TimeSpan.FromMinutes(4));
    }

    [Theory]
    [InlineData("member_ref;invoice_no;year;issued_on;due_on;amount;paid;credited;currency;status;communication\nM1;F1;2017;31/02/2017;;12,00;;;EUR;;\n")]
    [InlineData("not a header at all\n1;2;3\n")]
    [InlineData("member_ref;invoice_no;year;issued_on;due_on;amount;paid;credited;currency;status;communication\nM1;F1;2017;01/02/2017;;12,00;;;EUR;;+++123/4567/89012+++\n")]
    public async Task A_malformed_invoice_file_changes_nothing_and_names_the_line(string csv)
    {
        var refusal = await Assert.ThrowsAsync<GatewayRefusalException>(
            () => running.Office.Sophie.ImportAsync("invoices:import?fileName=x.csv", Encoding.UTF8.GetBytes(csv), Token));
        Assert.Contains("line", refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_malformed_member_file_changes_nothing_and_names_the_line()
    {
        var refusal = await Assert.ThrowsAsync<GatewayRefusalException>(
            () => running.Office.Sophie.ImportAsync("members:import", "reference;name;language;contactEmail\nM900;Nom;xx;a@b.example\n"u8.ToArray(), Token));
        Assert.Contains("line 2", refusal.Message, StringComparison.Ordinal);
    }

    private sealed record Move(Course Course, MailAccount Source, MailAccount Target, string Address);

    private async Task<Move> MoveAsync(DovecotServer? target = null)
    {
        var reference = $"T{Interlocked.Increment(ref _members):000}";
        var address = $"{reference.ToLowerInvariant()}@essai.example";
        await running.Office.Sophie.CommandAsync("members", new { reference, name = $"Essai {reference}", language = "fr", contactEmail = address }, Token);
        var csv = $"member_ref;invoice_no;issued_on;amount;paid\n{reference};F-{reference};01/03/2017;10,00;10,00\n";
        await running.Office.Sophie.ImportAsync("invoices:import", Encoding.UTF8.GetBytes(csv), Token);
        var course = await running.Office.RequestAsync(running.System, new LabMember(reference, reference, "fr", address, []), Token);
        var source = DovecotServer.AddAccount(running.System.Lab.Old.Root, address);
        await MaildirWriter.WriteAsync(source, MailSets.Ordinary(reference, 100, 77), Token);
        var to = target?.AddAccount(address) ?? DovecotServer.AddAccount(running.System.Lab.New.Root, address);
        await Eventually.TrueAsync("the migration prepares", async () => (await course.MemberApi.FindAsync<MigrationView>($"migrations/{course.MigrationId}", Token))?.Migration.State == "Preparing", TimeSpan.FromMinutes(1), Token);
        return new Move(course, source, to, address);
    }

    private async Task<DeclaredItem> DeclareAsync(Move move, int? targetPort = null, string? pin = "right")
    {
        var lab = running.System.Lab;
        var declared = await running.Office.Sophie.PostAsync<DeclaredItem>(
            $"migrations/{move.Course.MigrationId}/items",
            new
            {
                kind = "Mailbox",
                name = move.Address,
                source = new { protocol = "imap", host = lab.Old.Host, port = lab.Old.Imap, tls = "StartTls", login = move.Source.User, certificatePin = lab.Old.CertificatePin },
                target = new
                {
                    protocol = "imap",
                    host = lab.New.Host,
                    port = targetPort ?? lab.New.Imaps,
                    tls = "Implicit",
                    login = move.Target.User,
                    certificatePin = pin == "right" ? lab.New.CertificatePin : pin,
                },
            },
            Token);
        await running.Office.Sophie.EndAsync(declared.Operation, Token);
        return declared;
    }

    private async Task DeclareWithSecretsAsync(Move move, int? targetPort = null, string? pin = "right")
    {
        var declared = await DeclareAsync(move, targetPort, pin);
        await move.Course.MemberApi.StoreSecretAsync(declared.SourceCredentialId!.Value, move.Source.Password, Token);
        await move.Course.MemberApi.StoreSecretAsync(declared.TargetCredentialId!.Value, move.Target.Password, Token);
    }

    private async Task StartAsync(Move move)
    {
        var questions = new Questionnaire(running.Office, _ => { });
        await Eventually.TrueAsync(
            "the checklist lets the plan be approved",
            async () =>
            {
                await questions.AnswerAsync(move.Course, Token);
                await questions.DoTasksAsync(move.Course, Token);
                return (await move.Course.MemberApi.GetAsync<MigrationView>($"migrations/{move.Course.MigrationId}", Token)).Migration.Allowed.Contains("approve-plan");
            },
            TimeSpan.FromMinutes(1),
            Token);
        await running.Office.Marc.CommandAsync($"migrations/{move.Course.MigrationId}/commands/approve-plan", null, Token);
        await running.Office.Sophie.CommandAsync($"migrations/{move.Course.MigrationId}/commands/start", null, Token);
    }

    private static async Task<ItemSummary?> ItemAsync(Move move)
        => (await move.Course.MemberApi.GetAsync<MigrationView>($"migrations/{move.Course.MigrationId}", Token)).Items.FirstOrDefault(i => i.Name == move.Address);

    private static async Task UntilAsync(Move move, Func<ItemSummary, bool> condition, TimeSpan? limit = null)
    {
        ItemSummary? last = null;
        try
        {
            await Eventually.TrueAsync("the item is as expected", async () => (last = await ItemAsync(move)) is not null && condition(last), limit ?? TimeSpan.FromSeconds(90), Token);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The item is {last}");
        }
    }

    private static string FailureOf(ItemSummary item) => item.Failure is { ValueKind: System.Text.Json.JsonValueKind.Object } failure ? failure.GetProperty("code").GetString() ?? "" : "";
}
