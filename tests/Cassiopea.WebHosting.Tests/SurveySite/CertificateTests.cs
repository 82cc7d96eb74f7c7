using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.WebHosting.Tests;

/// <summary>The new place's certificate, at a real TLS server, before anything moves and again before DNS changes.</summary>
[Trait("Category", "Servers")]
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly LabCertificates _lab = new();
    private readonly List<TlsWebServer> _servers = [];
    private readonly string _folder = LabRoot.NewFolder("roots");

    public static TheoryData<string, string, string> Bad => new()
    {
        { "expired", FailureCode.CertificateRefused, "expired on " },
        { "wrong", FailureCode.CertificateRefused, "is made out to other.example: the new provider installs one for www.asbl.example" },
        { "untrusted", FailureCode.CertificateRefused, "is signed by nobody" },
        { "missing", FailureCode.TlsNotOffered, "The new web server has no certificate for www.asbl.example, the old one has" },
    };

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(Path.Combine(_folder, "roots.pem"), _lab.AuthorityPem);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _lab.Dispose();
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_certificate_that_visitors_could_not_use_stops_the_pre_flight_for_its_own_reason(string kind, string code, string text)
    {
        await using var site = await MakeAsync(kind);
        var surveyed = await site.SurveyAsync();
        Assert.Null(surveyed.SourceFailure);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, code), (surveyed.TargetFailure!.Side, surveyed.TargetFailure.Kind, surveyed.TargetFailure.Code));
        Assert.Contains(text, surveyed.TargetFailure.Text, StringComparison.Ordinal);
        Assert.EndsWith("then staff try again.", surveyed.TargetFailure.Text, StringComparison.Ordinal);
        await site.TransferAsync(1);
        Assert.Equal(surveyed.TargetFailure, (await site.ConfigureAsync(1)).Failure);
    }

    [Theory]
    [InlineData("good", "None, until ")]
    [InlineData("neither", "none at either place")]
    public async Task A_good_certificate_or_none_at_either_place_stops_nothing(string kind, string fact)
    {
        await using var site = await MakeAsync(kind);
        var surveyed = await site.SurveyAsync();
        Assert.Null(surveyed.TargetFailure);
        Assert.StartsWith(fact, Assert.Single(surveyed.Facts, f => f.Name == "certificate").Value, StringComparison.Ordinal);
        await site.TransferAsync(1);
        Assert.Null((await site.ConfigureAsync(1)).Failure);
    }

    private Task<SiteCase> MakeAsync(string kind) => SiteCase.MakeAsync(SiteSeed.WordPress, more: async (oldWeb, newWeb) =>
    {
        using var others = new LabCertificates();
        var shown = kind switch
        {
            "good" => _lab.Issue("www.asbl.example"),
            "expired" => _lab.Issue("www.asbl.example", expired: true),
            "wrong" => _lab.Issue("other.example"),
            "untrusted" => others.Issue("www.asbl.example"),
            _ => null,
        };
        return
        [
            ("WebHosting:TrustedRootsFile", Path.Combine(_folder, "roots.pem")),
            ("WebHosting:OldTlsPort", $"{(kind == "neither" ? FreePort.Next() : await StartAsync(_lab.Issue("www.asbl.example"), oldWeb))}"),
            ("WebHosting:NewTlsPort", $"{(shown is null ? FreePort.Next() : await StartAsync(shown, newWeb))}"),
        ];
    });

    private async Task<int> StartAsync(LabCertificate certificate, PhpWebServer behind)
    {
        var server = await TlsWebServer.StartAsync(certificate, behind.Port, TestContext.Current.CancellationToken);
        _servers.Add(server);
        return server.Port;
    }
}
