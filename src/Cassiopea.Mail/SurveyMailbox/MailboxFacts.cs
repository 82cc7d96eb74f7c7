using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Mail;

/// <summary>What a survey measured, as named facts.</summary>
internal static class MailboxFacts
{
    private const int LargestFolders = 5;

    public static IEnumerable<Fact> OfSource(MailboxSurveyResult found)
    {
        yield return Number("folders", found.Folders.Count, "folders");
        yield return Number("messages", found.Messages, "messages");
        if (found.Bytes is { } bytes)
            yield return Number("bytes", bytes, "bytes");
        if (found.NewestReceivedAt is { } newest)
            yield return new Fact("last-used", newest.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        foreach (var folder in found.Folders.Where(f => f.Messages > 0).Take(LargestFolders))
            yield return new Fact("largest-folder", Describe(folder));
        if (found.OtherFolders.Count > 0)
            yield return Number("shared-folders-not-moved", found.OtherFolders.Count, "folders");
        foreach (var fact in OfServer(found, ""))
            yield return fact;
    }

    public static IEnumerable<Fact> OfTarget(MailboxSurveyResult found)
    {
        yield return Number("target-messages", found.Messages, "messages");
        if (found.LargestMessageBytes is { } largest)
            yield return Number("target-largest-message-bytes", largest, "bytes");
        foreach (var fact in OfServer(found, "target-"))
            yield return fact;
    }

    private static IEnumerable<Fact> OfServer(MailboxSurveyResult found, string prefix)
    {
        if (found.QuotaLimitBytes is { } limit)
            yield return Number(prefix + "quota-bytes", limit, "bytes");
        if (found.QuotaUsedBytes is { } used)
            yield return Number(prefix + "quota-used-bytes", used, "bytes");
        if (found.Software.Length > 0)
            yield return new Fact(prefix + "software", found.Software);
    }

    private static string Describe(SurveyedFolder folder) => string.Create(
        CultureInfo.InvariantCulture, $"{folder.Path}: {folder.Messages} messages{(folder.Bytes is { } bytes ? $", {bytes} bytes" : "")}");

    private static Fact Number(string name, long value, string unit) => new(name, value.ToString(CultureInfo.InvariantCulture), unit);
}
