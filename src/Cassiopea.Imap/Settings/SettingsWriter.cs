using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Sieve;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Settings;

/// <summary>
/// Carries settings to the target. What people changed there since the last export stays. What cannot be carried over is listed with what to do;
/// where to look for it is the export.
/// </summary>
internal sealed class SettingsWriter(ImapConnection imap, SieveConnection? sieve, MailboxSettings there, MailboxSettings? before, SettingsPlan plan)
{
    private const string BySieveFile = "Enter the .sieve file of the export at the target by hand, adapted where needed.";

    public List<ReportException> Exceptions { get; } = [];

    public int Applied { get; private set; }

    public async Task ApplyAsync(MailboxSettings from, CancellationToken token)
    {
        await ScriptsAsync(from, token);
        await RightsAsync(from, token);
        await AnnotationsAsync(from, token);
    }

    private async Task ScriptsAsync(MailboxSettings from, CancellationToken token)
    {
        if (from.Scripts.Count == 0) return;
        if (sieve is null)
        {
            foreach (var script in from.Scripts) Except($"sieve ; {script.Name}", TransferCode.NotExpressible, "The target offers no ManageSieve.", "Enter the .sieve file of the export in the target's web mail, or ask its administrator to install it.");
            return;
        }

        foreach (var script in from.Scripts) await ScriptAsync(sieve, script, token);
    }

    private async Task ScriptAsync(SieveConnection open, SieveScript script, CancellationToken token)
    {
        var known = there.Scripts.FirstOrDefault(one => one.Name == script.Name);
        if (known is not null && known.Content != script.Content && before?.Scripts.FirstOrDefault(one => one.Name == script.Name)?.Content != known.Content)
        {
            Except($"sieve ; {script.Name}", TransferCode.NotExpressible, "The target has another script of this name; it is not overwritten.", "Compare both scripts and keep the right one.");
            return;
        }

        if (known?.Content != script.Content)
        {
            if ((await open.CheckAsync(script.Content, token) ?? await open.PutAsync(script, token)) is { } refused)
            {
                Except($"sieve ; {script.Name}", refused.Code, $"{refused.Text} (the target knows: {open.Extensions})", BySieveFile);
                return;
            }

            Applied++;
        }

        if (!script.Active || known is { Active: true }) return;
        if (there.Scripts.FirstOrDefault(static one => one.Active) is { } other)
            Except($"sieve ; {script.Name}", TransferCode.NotExpressible, $"The target's active script is {other.Name}; it stays active.", "Decide which of the two filters deliveries.");
        else if (await open.ActivateAsync(script.Name, token) is { } refused)
            Except($"sieve ; {script.Name}", refused.Code, refused.Text, "Make this script the active one by hand.");
    }

    private async Task RightsAsync(MailboxSettings from, CancellationToken token)
    {
        foreach (var right in from.Rights)
        {
            var item = $"{right.Folder} ; acl ; {right.Identifier}";
            if (!imap.Capabilities.Acl)
            {
                Except(item, TransferCode.NotExpressible, $"The target offers no ACL; rights {right.Rights}.", "Share this folder by the target's own means, or tell the people who used it.");
            }
            else if (plan.Identifier(right.Identifier) is not { } identifier)
            {
                Except(item, TransferCode.NotExpressible, $"Who {right.Identifier} is at the target is not known; rights {right.Rights} are not given.", "Name this person's login at the target (--identifier OLD=NEW), or give the rights by hand.");
            }
            else if (plan.Folder(right.Folder) is not { } folder)
            {
                Except(item, TransferCode.NotExpressible, "The folder is not at the target.", "Copy the folder first.");
            }
            else if (!there.Rights.Any(one => one.Folder == folder.Path && one.Identifier == identifier && one.Rights == right.Rights))
            {
                var status = await imap.SetAclAsync(folder.Wire, identifier, imap.Capabilities.NewRights ? right.Rights : Rights.Old(right.Rights), token);
                Judge(status, item, "SETACL", "Give these rights by hand, or leave them away.");
            }
        }
    }

    private async Task AnnotationsAsync(MailboxSettings from, CancellationToken token)
    {
        foreach (var annotation in from.Annotations)
        {
            var item = $"{annotation.Folder} ; metadata ; {annotation.Entry}";
            if (annotation.Folder.Length == 0 && annotation.Entry.StartsWith("/shared/", StringComparison.OrdinalIgnoreCase)) continue; // the server's own (§6.2.1)
            if (!(annotation.Folder.Length == 0 ? imap.Capabilities.MetadataServer : imap.Capabilities.Metadata))
            {
                Except(item, TransferCode.NotExpressible, "The target offers no METADATA.", "Nothing, unless a mail program needs it; the export has it.");
            }
            else if (plan.Folder(annotation.Folder) is not { } folder)
            {
                Except(item, TransferCode.NotExpressible, "The folder is not at the target.", "Copy the folder first.");
            }
            else
            {
                var known = Value(there, folder.Path, annotation.Entry);
                if (known is not null && known.AsSpan().SequenceEqual(annotation.Value)) continue;
                var earlier = before is null ? null : Value(before, annotation.Folder, annotation.Entry);
                if (known is not null && (earlier is null || !known.AsSpan().SequenceEqual(earlier)))
                    Except(item, TransferCode.NotExpressible, "The target has another value; it is not overwritten.", "Nothing, when that was meant.");
                else
                    Judge(await imap.SetMetadataAsync(folder.Wire, annotation.Entry, annotation.Value, token), item, "SETMETADATA", "Nothing, unless a mail program needs it; the export has it.");
            }
        }
    }

    private static byte[]? Value(MailboxSettings settings, string path, string entry) =>
        settings.Annotations.FirstOrDefault(one => one.Folder == path && one.Entry.Equals(entry, StringComparison.OrdinalIgnoreCase))?.Value;

    private void Judge(in ImapStatus status, string item, string command, string action)
    {
        if (status.Kind == StatusKind.Bad) throw imap.Refused(status, command);
        if (status.Ok) Applied++;
        else Except(item, status.ToException(TransferSide.Target, command).Code, status.Text, action);
    }

    private void Except(string item, string code, string text, string action) =>
        Exceptions.Add(new(item.Length > 300 ? item[..300] : item, TransferSide.Target, TransferFailureKind.Refused, code, text, action));
}
