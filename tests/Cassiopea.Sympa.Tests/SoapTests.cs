using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Sympa.Soap;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>The real <c>sympa_soap_server.fcgi</c>: what a host without a shell for us tells of its new list.</summary>
[Trait("Category", "Servers")]
public sealed class SoapTests
{
    private static readonly ListAddress Old = new("asso-infos", "lists.oldhost.test"), New = new("asso-infos", "lists.newhost.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "lists-28")]
    [Trait("Requirement", "lists-30")]
    [Trait("Requirement", "lists-31")]
    public async Task A_new_list_is_compared_by_SOAP_alone_names_encoded_twice_included_and_what_differs_is_found()
    {
        await using var old = await SympaServer.StartAsync(Old.Robot, Token);
        await using var fresh = await SympaServer.StartAsync(New.Robot, Token);
        await old.AddListAsync(Old.Name, ListSeed.Config(old.Robot), ListSeed.Members(60), ListSeed.Owners, ListSeed.Editors, Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), old.Configuration, old.Library, Token);
        var target = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Target, SympaServer.Account), fresh.Configuration, fresh.Library, Token);
        var bundle = new ListBundle(Path.Combine(LabRoot.NewFolder("bundle"), "1"));
        await new ListExport(TimeProvider.System).RunAsync(source, Old, bundle.Folder, Token);
        await new ListImport(TimeProvider.System).RunAsync(bundle, target, New, LabRoot.NewFolder("journal"), new(), Token);
        await using var front = await SympaSoapFront.StartAsync(fresh, Token);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var soap = new SympaSoap(http, front.Url, SympaSoapFront.Application, front.Secret, New.Robot);
        Task<TransferReport> CompareAsync() => new ListSoapVerification(TimeProvider.System).RunAsync(bundle, soap, New, $"listmaster@{New.Robot}", 20, Token);

        var equal = await CompareAsync();
        Assert.True(equal.Outcome == TransferOutcome.Complete, equal.ToJson());
        Assert.Equal(60 + 2 + 1, equal.Counts.Source);
        Assert.Contains(await soap.PeopleAsync(New, $"listmaster@{New.Robot}", Token), static one => one.Name.StartsWith("Zoé", StringComparison.Ordinal));

        await fresh.SqlAsync($"update subscriber_table set reception_subscriber='nomail' where user_subscriber='membre00000@skynet.example'", Token);
        await fresh.SqlAsync($"update subscriber_table set comment_subscriber='Une autre' where user_subscriber='membre00001@skynet.example'", Token);
        await fresh.SqlAsync($"delete from subscriber_table where user_subscriber='membre00002@skynet.example'", Token);
        var different = await CompareAsync();
        Assert.Equal(TransferOutcome.Different, different.Outcome);
        Assert.Equal(
            ["member membre00000@skynet.example", "member membre00001@skynet.example", "member membre00002@skynet.example"],
            different.Exceptions.Select(static one => one.Item).Order(StringComparer.Ordinal));
        Assert.Contains("reception", different.Exceptions.Single(static one => one.Item.Contains("00000", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Null(await soap.DetailsAsync(New, "membre00002@skynet.example", Token));

        var wrong = new SympaSoap(http, front.Url, SympaSoapFront.Application, "wrong", New.Robot);
        var refused = await Assert.ThrowsAsync<TransferException>(() => wrong.PeopleAsync(New, $"listmaster@{New.Robot}", Token));
        Assert.Equal(TransferFailureKind.Refused, refused.Kind);
        Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
        Assert.Empty(fresh.Sent);
    }

    [Fact]
    [Trait("Requirement", "lists-34")]
    public void The_secret_of_a_trusted_application_goes_over_TLS_only()
    {
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        var refused = Assert.Throws<TransferException>(() => new SympaSoap(http, new Uri("http://lists.example.org/sympasoap"), "cassiopea", "s3cret"));
        Assert.Equal(TransferCode.TlsNotOffered, refused.Code);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "lists-30")]
    [InlineData("ZoÃ© Peeters", "Zoé Peeters")]
    [InlineData("Zoé Peeters", "Zoé Peeters")]
    [InlineData("Jan Peeters", "Jan Peeters")]
    [InlineData("Łukasz", "Łukasz")]
    public void Only_a_text_that_is_twice_encoded_as_a_whole_is_made_right(string told, string meant) => Assert.Equal(meant, SympaSoap.Once(told));
}
