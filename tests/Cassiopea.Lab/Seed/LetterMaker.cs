using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>Makes ordinary letters of a French-speaking association: always the same ones from the same seed.</summary>
public sealed class LetterMaker
{
    private static readonly string[] Words =
        ("bonjour chère cher membres assemblée générale réunion procès-verbal compte rendu été à côté déjà trésorier présidente cotisation facture "
        + "salle répétition théâtre fête œuvre coordonnées bénévoles projet subvention dossier commune échéance samedi dimanche merci d'avance "
        + "cordialement en pièce jointe ci-dessous prochaine semaine nous vous proposons de et la le les des pour avec sans sur une un au aux par").Split(' ');

    private static readonly string[] Names =
        ["Aïcha Benali", "Benoît Lefèvre", "Chloé Dupré", "Émile Vandenbroeck", "Françoise Noël", "Gaëlle Rémy", "Hélène De Smet", "Ícaro Gonçalves", "Jérôme Müller", "Zoë Peeters"];

    private readonly Random _random;
    private readonly byte[] _base64;
    private int _number;

    /// <summary>Makes a maker; the seed decides everything.</summary>
    public LetterMaker(int seed)
    {
        _random = new Random(seed);
        var bytes = new byte[57 * 16_384];
        _random.NextBytes(bytes);
        var text = new StringBuilder(78 * 16_384);
        for (var at = 0; at < bytes.Length; at += 57)
            text.Append(Convert.ToBase64String(bytes, at, 57)).Append('\n');
        _base64 = Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The dice, for whoever chooses flags and dates in the same order.</summary>
    public Random Dice => _random;

    /// <summary>An instant between the beginnings of two years, whole seconds.</summary>
    public DateTimeOffset Date(int from, int to)
    {
        var start = new DateTimeOffset(from, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var seconds = (long)(new DateTimeOffset(to, 1, 1, 0, 0, 0, TimeSpan.Zero) - start).TotalSeconds;
        return start.AddSeconds(_random.NextInt64(seconds));
    }

    /// <summary>A letter of about that many octets, LF line ends.</summary>
    public byte[] Letter(int size, DateTimeOffset date)
    {
        var number = ++_number;
        var from = Names[_random.Next(Names.Length)];
        var to = Names[_random.Next(Names.Length)];
        var attachment = size > 8_000;
        var boundary = $"=_{number:x8}";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Return-Path: <p{number % 10}@asbl.example>\nReceived: from mx.asbl.example by mail.ancien.example; {Rfc(date)}\n");
        text.Append(CultureInfo.InvariantCulture, $"Message-ID: <{number}.{_random.Next():x8}@asbl.example>\nDate: {Rfc(date)}\n");
        text.Append(CultureInfo.InvariantCulture, $"From: {Word(from)} <p{number % 10}@asbl.example>\nTo: {Word(to)} <liste@asbl.example>\nSubject: {Word(Sentence(4))}\nMIME-Version: 1.0\n");
        if (attachment)
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n--{boundary}\n");
        text.Append("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
        var textSize = attachment ? 2_000 : size;
        while (text.Length < textSize - 80)
            text.Append(Sentence(11)).Append(_random.Next(6) == 0 ? ".\n\n" : "\n");
        if (!attachment)
            return Encoding.UTF8.GetBytes(text.ToString());
        text.Append(CultureInfo.InvariantCulture, $"--{boundary}\nContent-Type: application/pdf; name=\"pv-{number}.pdf\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n");
        var letter = new MemoryStream(size + 256);
        letter.Write(Encoding.UTF8.GetBytes(text.ToString()));
        while (letter.Length < size)
        {
            var lines = (int)Math.Min((size - letter.Length + 76) / 77, 16_384);
            var start = _random.Next(16_384 - lines + 1) * 77;
            letter.Write(_base64, start, lines * 77);
        }

        letter.Write(Encoding.ASCII.GetBytes($"--{boundary}--\n"));
        return letter.ToArray();
    }

    private string Sentence(int words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
            text.Append(i == 0 ? "" : " ").Append(Words[_random.Next(Words.Length)]);
        return text.ToString();
    }

    private static string Word(string text) => $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static string Rfc(DateTimeOffset date) => date.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
}
