using Cassiopea.Lab.Seed;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>One situation to measure.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Title">For people.</param>
/// <param name="Mailbox">Makes the source.</param>
/// <param name="RoundTrip">Round trip added in front of each server.</param>
/// <param name="SecondPass">Measures a second pass, with nothing changed, instead of the first.</param>
/// <param name="Poorer">Capabilities that the target does not announce.</param>
/// <param name="Connections">Passed to ours when the command line says nothing else.</param>
internal sealed record MailScenario(
    string Name, string Title, Func<SeedMailbox> Mailbox, TimeSpan RoundTrip = default, bool SecondPass = false, string Poorer = "", int? Connections = null)
{
    private const string Capabilities = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE NAMESPACE UIDPLUS LIST-EXTENDED CONDSTORE ESEARCH SPECIAL-USE BINARY MOVE UNSELECT LIST-STATUS LITERAL+ MULTIAPPEND";

    private static readonly TimeSpan Distant = TimeSpan.FromMilliseconds(20);

    private static readonly MailScenario[] All =
    [
        new("lan", "5,000 messages", MailSets.Bench),
        new("nochange", "5,000 messages, second pass without a change", MailSets.Bench, SecondPass: true),
        new("wan20", "1,000 messages, 20 ms of round trip to each server", MailSets.Wan, Distant),
        new("wan20-5000", "5,000 messages, 20 ms of round trip to each server", MailSets.Bench, Distant),
        new("nochange-wan20", "5,000 messages, second pass without a change, 20 ms of round trip to each server", MailSets.Bench, Distant, SecondPass: true),
        new("big", "20 messages of 5 to 20 MB", MailSets.Big),
    ];

    private static readonly MailScenario[] Apart =
    [
        new("single-append", "5,000 messages, target without MULTIAPPEND", MailSets.Bench, Poorer: "MULTIAPPEND"),
        new("waiting-literal", "400 messages, 20 ms of round trip to each server, target without LITERAL+ and MULTIAPPEND", () => MailSets.Ordinary("wan", 400, 3), Distant, Poorer: "MULTIAPPEND LITERAL+", Connections: 4),
        new("memory", "one message of 200 MB among 100", OneHuge),
        new("odd", "every unusual thing", OddMail.All),
    ];

    public static IReadOnlyList<MailScenario> Named(string name) => name switch
    {
        "all" => All,
        "cpu" => [All[0]],
        "wan" => [.. All.Where(s => s.RoundTrip > TimeSpan.Zero)],
        _ => [.. All.Concat(Apart).Where(s => s.Name == name)],
    };

    /// <summary>What the target announces instead of its own; null = its own.</summary>
    public string? Announced => Poorer.Length == 0 ? null : string.Join(' ', Capabilities.Split(' ').Except(Poorer.Split(' ')));

    private static SeedMailbox OneHuge()
    {
        var some = MailSets.Ordinary("huge", 100, 9);
        var maker = new LetterMaker(10);
        var date = maker.Date(2020, 2021);
        return some with { Messages = [.. some.Messages, new SeedMessage(["INBOX"], maker.Letter(200_000_000, date), date, "S")] };
    }
}
