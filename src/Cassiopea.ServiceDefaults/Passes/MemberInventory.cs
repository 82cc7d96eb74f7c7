using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>What the old host's list of one kind looks like: <c>member;NAME;host;port;tls;login;bytes;last_used</c>, and <c>path</c> after it where it helps.</summary>
/// <param name="Kind">What it lists.</param>
/// <param name="Name">Name of the second column: <c>mailbox</c>, <c>site</c>, <c>database</c>, <c>list</c>.</param>
/// <param name="Setting">The setting that names the file, for people: <c>Databases:InventoryFile</c>.</param>
/// <param name="ProtocolOf">Protocol of a port.</param>
/// <param name="IsName">True for what can be such a name.</param>
/// <param name="NameIsPath">The name says where the item is at its server, as a database's does, when no path is given.</param>
public sealed record InventoryForm(ItemKind Kind, string Name, string Setting, Func<int, string> ProtocolOf, Func<string, bool> IsName, bool NameIsPath = false)
{
    /// <summary>The first line of such a file.</summary>
    public string Header => $"member;{Name};host;port;tls;login;bytes;last_used";
}

/// <summary>A line of a file of the old host that cannot be read.</summary>
/// <param name="line">From 1.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class InventoryException(int line, string problem) : Exception($"Line {line}: {problem}");

/// <summary>The old host's list of one kind: a file that its administrators made, read again at each question. Fields may stand in quotes (RFC 4180 §2).</summary>
/// <param name="form">What it looks like.</param>
/// <param name="file">Its path; empty = there is none.</param>
/// <param name="time">The clock.</param>
public sealed class MemberInventory(InventoryForm form, string file, TimeProvider time)
{
    private const int Columns = 8;

    /// <summary>What is known of a member's items: those of the inventory and those that staff declared.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="member">The member's reference.</param>
    /// <param name="declared">Those that staff declared.</param>
    /// <param name="token">Ends it.</param>
    public async Task<ServiceSurveyed> FindAsync(Guid migration, string member, IReadOnlyList<FoundItem> declared, CancellationToken token)
    {
        if (file.Length == 0)
        {
            return declared.Count > 0
                ? Answer(migration, SurveyOutcome.Found, declared)
                : NotSurveyed(migration, $"No inventory of the old host is configured and no {form.Name} was declared: set {form.Setting}, or declare them.");
        }

        try
        {
            var found = Merge(await ReadAsync(member, token), declared);
            return Answer(migration, found.Count > 0 ? SurveyOutcome.Found : SurveyOutcome.Nothing, found);
        }
        catch (InventoryException e)
        {
            return NotSurveyed(migration, $"The inventory ({form.Setting}) cannot be read. {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotSurveyed(migration, $"The inventory ({form.Setting}) cannot be opened: {e.GetType().Name}.");
        }
    }

    private async Task<List<FoundItem>> ReadAsync(string member, CancellationToken token)
    {
        List<FoundItem> found = [];
        var number = 0;
        var withPath = false;
        await foreach (var line in File.ReadLinesAsync(file, token))
        {
            if (++number == 1)
            {
                var header = line.TrimStart('\uFEFF').Trim();
                withPath = header.Equals(form.Header + ";path", StringComparison.OrdinalIgnoreCase);
                if (!withPath && !header.Equals(form.Header, StringComparison.OrdinalIgnoreCase)) throw Wrong(1, $"the header is not {form.Header}, with or without ;path.");
            }
            else if (!string.IsNullOrWhiteSpace(line) && Row(line, number, withPath) is var (owner, item) && owner.Equals(member, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(item);
            }
        }

        return number > 0 ? found : throw Wrong(1, "the file is empty.");
    }

    private (string Member, FoundItem Item) Row(string text, int line, bool withPath)
    {
        var fields = Split(text);
        var columns = withPath ? Columns + 1 : Columns;
        if (fields.Count != columns) throw Wrong(line, $"{fields.Count} fields instead of {columns}.");
        var (member, name) = (fields[0], fields[1]);
        if (member.Length == 0 || !form.IsName(name)) throw Wrong(line, $"member is empty, or {form.Name} is none.");
        return (member, new FoundItem(form.Kind, name, Source(member, name, fields, withPath && fields[8].Length > 0 ? fields[8] : null, line), Bytes(fields[6], line), LastUsed(fields[7], line)));
    }

    private Endpoint? Source(string member, string name, List<string> fields, string? path, int line)
    {
        if (fields[2].Length == 0) return null;
        if (!int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535) throw Wrong(line, "port is not a number from 1 to 65535.");
        var tls = fields[4].ToLowerInvariant() switch
        {
            "implicit" => TlsPolicy.Implicit,
            "starttls" or "explicit" => TlsPolicy.StartTls,
            "none" => TlsPolicy.None,
            _ => throw Wrong(line, "tls is not implicit, starttls, explicit or none."),
        };
        return new Endpoint(StableId("endpoint", member, name), form.ProtocolOf(port), fields[2], port, tls, fields[5].Length == 0 ? name : fields[5], StableId("credential", member, name), Path: path ?? (form.NameIsPath ? name : null));
    }

    private static long? Bytes(string field, int line) =>
        field.Length == 0 ? null
        : long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
        : throw Wrong(line, "bytes is not a whole number.");

    private static DateTimeOffset? LastUsed(string field, int line) =>
        field.Length == 0 ? null
        : DateTimeOffset.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw Wrong(line, "last_used is not a date such as 2026-03-31 or 2026-03-31T08:00:00Z.");

    /// <summary>The same item gets the same id each time that it is found; a mailbox keeps the ids that it always had.</summary>
    private Guid StableId(string what, string member, string name)
    {
        var of = form.Kind == ItemKind.Mailbox ? $"{what}\n{member}\n{name}" : $"{what}\n{form.Kind}\n{member}\n{name}";
        return new(SHA256.HashData(Encoding.UTF8.GetBytes(of.ToLowerInvariant())).AsSpan(0, 16));
    }

    /// <summary>What people declared goes before what the inventory says; an item is listed once.</summary>
    private static List<FoundItem> Merge(IEnumerable<FoundItem> inventory, IEnumerable<FoundItem> declared)
    {
        Dictionary<string, FoundItem> byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (var item in inventory)
            byName[item.Name] = item;
        foreach (var item in declared)
        {
            byName[item.Name] = byName.TryGetValue(item.Name, out var known)
                ? known with { Source = item.Source ?? known.Source, Bytes = item.Bytes ?? known.Bytes, LastUsedAt = item.LastUsedAt ?? known.LastUsedAt }
                : item;
        }

        return [.. byName.Values.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static List<string> Split(string text)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ';' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }

    private static InventoryException Wrong(int line, string problem) => new(line, problem);

    private ServiceSurveyed Answer(Guid migration, SurveyOutcome outcome, IReadOnlyList<FoundItem> items) => new(migration, form.Kind, outcome, items, null, time.GetUtcNow());

    private ServiceSurveyed NotSurveyed(Guid migration, string why) =>
        new(migration, form.Kind, SurveyOutcome.NotSurveyed, [], new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, why), time.GetUtcNow());
}
