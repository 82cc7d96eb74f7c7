using Cassiopea.Contracts;

namespace Cassiopea.WebHosting.Tests;

public sealed class FindSitesTests : IDisposable
{
    private const string Header = "member;site;host;port;tls;login;bytes;last_used;path\n";
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"sites-{Guid.NewGuid():N}.csv");

    [Fact]
    public async Task Sites_of_the_member_are_found_with_their_place_and_folder()
    {
        var answer = await FindAsync(Header + "M0042;www.asbl.example;ftp.old.example;21;explicit;asbl;1000;;/www\nm0042;blog.asbl.example;ftp.old.example;22;implicit;asbl;;;\nM0043;other.example;h;21;none;o;;;\n");
        Assert.Equal(["blog.asbl.example", "www.asbl.example"], answer.Items.Select(i => i.Name));
        Assert.Equal(("sftp", null), (answer.Items[0].Source!.Protocol, answer.Items[0].Source!.Path));
        Assert.Equal(("ftp", 21, TlsPolicy.StartTls, "asbl", "/www"), (answer.Items[1].Source!.Protocol, answer.Items[1].Source!.Port, answer.Items[1].Source!.Tls, answer.Items[1].Source!.Login, answer.Items[1].Source!.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("member;site\n")]
    [InlineData(Header + "M0042;not a host;h;21;none;o;;;\n")]
    public async Task An_inventory_that_cannot_be_read_is_not_surveyed(string text) => Assert.Equal(SurveyOutcome.NotSurveyed, (await FindAsync(text)).Outcome);

    [Fact]
    public async Task Without_an_inventory_nobody_has_looked_and_the_answer_says_what_to_do()
    {
        var answer = await new MemberInventory(FindSitesConsumer.Form, "", TimeProvider.System).FindAsync(Guid.CreateVersion7(), "M0042", [], TestContext.Current.CancellationToken);
        Assert.Equal((ItemKind.Site, SurveyOutcome.NotSurveyed, FailureCode.NotSurveyed), (answer.Kind, answer.Outcome, answer.Failure!.Code));
        Assert.Contains("WebHosting:InventoryFile", answer.Failure.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Items);
    }

    public void Dispose() => File.Delete(_file);

    private async Task<ServiceSurveyed> FindAsync(string text)
    {
        await File.WriteAllTextAsync(_file, text);
        return await new MemberInventory(FindSitesConsumer.Form, _file, TimeProvider.System).FindAsync(Guid.CreateVersion7(), "M0042", [], TestContext.Current.CancellationToken);
    }
}
