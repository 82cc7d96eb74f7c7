using Cassiopea.Transfer;

namespace Cassiopea.Imap.Settings;

/// <summary>What of the source's settings the target lacks or has otherwise. What only the target has is its own.</summary>
internal static class SettingsComparison
{
    public static List<ReportException> Compare(MailboxSettings source, MailboxSettings target, SettingsPlan plan)
    {
        var found = new List<ReportException>();
        foreach (var script in source.Scripts)
        {
            var there = target.Scripts.FirstOrDefault(one => one.Name == script.Name);
            if (there is null) found.Add(Missing($"sieve ; {script.Name}", "The script is not at the target."));
            else if (there.Content != script.Content) found.Add(Differs($"sieve ; {script.Name}", "The script differs."));
            else if (script.Active && !there.Active) found.Add(Differs($"sieve ; {script.Name}", "The script is not the active one."));
        }

        foreach (var right in source.Rights)
        {
            var item = $"{right.Folder} ; acl ; {right.Identifier}";
            var there = plan.Identifier(right.Identifier) is { } identifier && plan.Folder(right.Folder) is { } folder
                ? target.Rights.FirstOrDefault(one => one.Folder == folder.Path && one.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase))
                : null;
            if (there is null) found.Add(Missing(item, $"The rights {right.Rights} are not given at the target."));
            else if (there.Rights != right.Rights) found.Add(Differs(item, $"Rights {right.Rights} at the source, {there.Rights} at the target."));
        }

        foreach (var annotation in source.Annotations)
        {
            if (annotation.Folder.Length == 0 && annotation.Entry.StartsWith("/shared/", StringComparison.OrdinalIgnoreCase)) continue;
            var item = $"{annotation.Folder} ; metadata ; {annotation.Entry}";
            var there = plan.Folder(annotation.Folder) is { } folder
                ? target.Annotations.FirstOrDefault(one => one.Folder == folder.Path && one.Entry.Equals(annotation.Entry, StringComparison.OrdinalIgnoreCase))
                : null;
            if (there is null) found.Add(Missing(item, "The annotation is not at the target."));
            else if (!there.Value.AsSpan().SequenceEqual(annotation.Value)) found.Add(Differs(item, "The annotation has another value."));
        }

        return found;
    }

    private static ReportException Missing(string item, string text) =>
        new(item, TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text, "Run the copy of settings again; when it stays so, do it by hand from the export.");

    private static ReportException Differs(string item, string text) =>
        new(item, TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text, "Nothing, if somebody changed it at the target; else by hand from the export.");
}
