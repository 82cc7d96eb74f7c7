using System.Globalization;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Sympa.Soap;

namespace Cassiopea.Cli.List;

/// <summary>New hosts of lists that give no shell: <c>mailman://user@host/rest/3.1/</c> and <c>soap://application@host/sympasoap</c>, over https; with tls=none on this machine only.</summary>
internal static class ListEnds
{
    private const int DetailsByDefault = 200;

    public static bool IsMailman(CommandLine line) => line.Required("--to").StartsWith("mailman:", StringComparison.Ordinal);

    public static bool IsSoap(CommandLine line) => line.Required("--to").StartsWith("soap:", StringComparison.Ordinal);

    public static HttpClient Http() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(5) };

    public static MailmanRest Mailman(CommandLine line, HttpClient http)
    {
        var url = EndUrl.Parse("--to", line.Required("--to"), "mailman");
        return new(http, Web(url, "3.1/"), url.User.Length == 0 ? "restadmin" : url.User, EndUrl.Password(line, "to"));
    }

    public static SympaSoap Soap(CommandLine line, HttpClient http)
    {
        var url = EndUrl.Parse("--to", line.Required("--to"), "soap");
        if (url.User.Length == 0) throw new UsageException("--to must name the trusted application: soap://application@host/sympasoap.");
        return new(http, Web(url, "sympasoap"), url.User, EndUrl.Password(line, "to"));
    }

    public static int Details(CommandLine line) => line.Value("--details") is not { } text ? DetailsByDefault
        : int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count >= 0 ? count : throw new UsageException("--details must be a number of members.");

    private static Uri Web(EndUrl url, string otherwise) => new UriBuilder(url.Tls == "none" ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, url.Host, url.Port, url.Path.Length == 0 ? otherwise : url.Path).Uri;
}
