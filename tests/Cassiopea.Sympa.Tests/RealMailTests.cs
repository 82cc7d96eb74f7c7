using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>Posts to the old address after the switch, through real mail servers in front of both Sympas.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-19")]
[Trait("Requirement", "lists-20")]
[Trait("Requirement", "lists-28")]
public sealed class RealMailTests
{
    private const string Alpha = "alpha@skynet.example", Beta = "beta@skynet.example", Owner = "chef@asbl.example", Stranger = "etranger@ailleurs.example";
    private static readonly ListAddress Old = new("infos", "lists.oldhost.test"), New = new("infos", "lists.newhost.test");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_to_the_old_address_arrives_once_at_the_new_list_its_author_is_told_in_the_lists_language_and_nothing_turns_in_a_circle()
    {
        await using var old = await SympaServer.StartAsync(Old.Robot, Token);
        await using var fresh = await SympaServer.StartAsync(New.Robot, Token);
        await using var sink = SmtpSink.Start();
        await using var before = await PostfixServer.PrepareAsync(Token);
        await using var after = await PostfixServer.PrepareAsync(Token);
        foreach (var (sympa, mail) in ((SympaServer, PostfixServer)[])[(old, before), (fresh, after)])
        {
            await File.WriteAllTextAsync($"{sympa.Root}/mail/aliases", sympa.AliasLines(Old.Name, sympa.QueuePrograms) + string.Concat(((string[])["sympa", "sympa-request", "sympa-owner", "listmaster", "postmaster", "bounce"]).Select(static name => $"{name}: /dev/null\n")), Token);
            await sympa.ConnectAsync(mail.Port, mail.AliasesProgram, Token);
        }

        await old.AddListAsync(Old.Name, "subject Infos\n\nlang fr\n\nsend private\n\nsubscribe owner\n\n", $"date 1420066800\nemail {Alpha}\ngecos Zoé\nreception mail\n\ndate 1420066800\nemail {Beta}\nreception mail\n\n", $"date 1420066800\nemail {Owner}\nprofile privileged\nreception mail\n\n", token: Token);
        await before.StartAsync(Old.Robot, $"{old.Root}/mail/aliases", new Dictionary<string, int> { [New.Robot] = after.Port }, sink.Port, Token);
        await after.StartAsync(New.Robot, $"{fresh.Root}/mail/aliases", new Dictionary<string, int> { [Old.Robot] = before.Port }, sink.Port, Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), old.Configuration, old.Library, Token);
        var target = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Target, SympaServer.Account), fresh.Configuration, fresh.Library, Token);
        var work = LabRoot.NewFolder("real-mail");
        await ListFreeze.FreezeAsync(source, Old, Token);
        await new ListExport(TimeProvider.System).RunAsync(source, Old, $"{work}/bundle", ListScope.All, Token);
        await new ListImport(TimeProvider.System).RunAsync(new ListBundle($"{work}/bundle"), target, New, $"{work}/journal", new(), Token);
        Assert.Empty(sink.Messages);

        Assert.Null(await ListForward.ForwardAsync(source, Old, New, Token));

        // the worst that can be: the old address is subscribed at the new list
        await fresh.SqlAsync($"insert into subscriber_table (user_subscriber, list_subscriber, robot_subscriber, date_epoch_subscriber, reception_subscriber, visibility_subscriber, subscribed_subscriber) values ('{Old}', '{New.Name}', '{New.Robot}', 1420066800, 'mail', 'noconceal', 1)", Token);
        foreach (var sympa in (SympaServer[])[old, fresh]) await sympa.StartDaemonsAsync("sympa_msg", "bulk");

        foreach (var (author, id) in ((string, string)[])[(Alpha, "member"), (Stranger, "stranger"), (Owner, "owner")])
            await ChildProcess.RunAsync(new ChildProgram("/usr/bin/perl", "-MNet::SMTP", "-e",
                "my ($port, $from, $to, $mail) = @ARGV; my $s = Net::SMTP->new('127.0.0.1', Port => $port) or die; $s->mail($from) or die $s->message; $s->to($to) or die $s->message; $s->data($mail) or die $s->message; $s->quit",
                before.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), author, Old.ToString(),
                $"From: {author}\nTo: {Old}\nSubject: {id}\nMessage-ID: <{id}@probe.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nBonjour\n"), Token);

        string Log() => $"{before.Log}\n{after.Log}\n{old.Log}\n{fresh.Log}\n{string.Join('\n', sink.Messages.Select(static one => $"{one.From} -> {string.Join(' ', one.To)}"))}";
        bool Quiet() => before.IsIdle && after.IsIdle && ((SympaServer[])[old, fresh]).All(static one => ((string[])["msg", "bulk"]).All(spool => !Directory.EnumerateFiles($"{one.Root}/spool/{spool}", "*@*", SearchOption.AllDirectories).Any(static file => !file.Contains("/bad/", StringComparison.Ordinal))));
        try
        {
            await Eventually.TrueAsync("each is answered", () => Of("member").Count >= 2 && Of("owner").Count >= 2 && To(Stranger).Count >= 1 && Notices().Count >= 1 && Quiet(), Limit, Token);
            // what turned in a circle would come again: three more rounds of nothing
            for (var round = 0; round < 3; round++)
            {
                var seen = sink.Messages.Count;
                await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Token);
                await Eventually.TrueAsync("nothing waits", Quiet, Limit, Token);
                Assert.Equal(seen, sink.Messages.Count);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException(e.Message + "\n" + Log(), e);
        }

        foreach (var id in (string[])["member", "owner"]) Assert.Equal([Alpha, Beta], Of(id).Order(StringComparer.Ordinal)); // each subscriber once
        Assert.Empty(Of("stranger").Except([Stranger]));
        var notice = Assert.Single(Notices());
        Assert.Equal([Alpha], notice.To); // no subscriber, no answer: a sender can be forged
        Assert.Contains("auto-replied", notice.Content, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"Désormais, écrivez à {New}", TwoSympas.Readable(notice.Content), StringComparison.Ordinal);
        Assert.All(To(Stranger), static one => Assert.DoesNotContain(Old.ToString(), one.From, StringComparison.Ordinal)); // the new list's own rule speaks to strangers

        // given back, the old list has its posts again and the new one none
        await ListFreeze.UnfreezeAsync(source, Old, Token);
        Assert.Equal(old.AliasLines(Old.Name, old.QueuePrograms), string.Concat((await File.ReadAllLinesAsync($"{old.Root}/mail/aliases", Token)).Where(static line => line.Contains('|', StringComparison.Ordinal)).Select(static line => line + "\n")));

        List<string> Of(string id) => [.. sink.Messages.Where(one => one.Content.Contains($"Message-ID: <{id}@probe.example>", StringComparison.OrdinalIgnoreCase) && one.Content.Contains("List-Id:", StringComparison.OrdinalIgnoreCase)).SelectMany(static one => one.To)];
        List<SunkMail> To(string address) => [.. sink.Messages.Where(one => one.To.Contains(address))];
        List<SunkMail> Notices() => [.. sink.Messages.Where(static one => TwoSympas.Readable(one.Content).Contains("a été transmis", StringComparison.Ordinal))];
    }
}
