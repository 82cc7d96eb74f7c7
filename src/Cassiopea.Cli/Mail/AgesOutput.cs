using System.Text.Json;
using Cassiopea.Imap.Preflight;

namespace Cassiopea.Cli.Mail;

/// <summary>Shows how old a mailbox is and what keeping fewer years online frees.</summary>
internal static class AgesOutput
{
    public static int Write(CommandLine line, MailboxAgesResult ages)
    {
        if (line.Has("--json"))
        {
            Console.WriteLine(JsonSerializer.Serialize(ages, SurveyJson.Default.MailboxAgesResult));
        }
        else if (!line.Has("--quiet"))
        {
            foreach (var folder in ages.Folders.Where(static folder => folder.Years.Count > 0))
            {
                Console.WriteLine(folder.Path);
                Years(folder.Years);
            }

            Console.WriteLine("all folders");
            Years(ages.Years);
            foreach (var kept in ages.Keeping)
                Console.WriteLine(FormattableString.Invariant($"keep {kept.Years,2} years online (--online-since {kept.Since:yyyy-MM-dd}): {kept.OnlineMessages} messages, {ReportOutput.Size(kept.OnlineBytes)} online; {kept.ArchivedMessages} messages, {ReportOutput.Size(kept.ArchivedBytes)} to the archive"));
            foreach (var path in ages.Unreadable) Console.WriteLine($"  ! {path}: the server does not let this folder be opened");
        }

        return ages.Unreadable.Count == 0 ? ExitCode.Complete : ExitCode.Exceptions;
    }

    private static void Years(IReadOnlyList<YearFigures> years)
    {
        foreach (var year in years) Console.WriteLine(FormattableString.Invariant($"  {(year.Year == 0 ? "no date" : year.Year),8}  {year.Messages,8}  {ReportOutput.Size(year.Bytes),10}"));
    }
}
