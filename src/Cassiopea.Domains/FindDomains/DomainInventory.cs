using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Zones;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>One domain of the inventory.</summary>
/// <param name="Member">The member's reference.</param>
/// <param name="Domain">The name.</param>
/// <param name="Source">Name of the provider that has the zone now; empty = the usual one.</param>
/// <param name="Provider">Name of the new provider; empty while unknown, or when people do it by hand.</param>
/// <param name="NameServers">The new ones; empty where only records change.</param>
/// <param name="Holder">Who must hold it at the registry; empty while nobody said so.</param>
/// <param name="Handle">The registrar's old identifier of its holder, upper case; empty where there is none.</param>
internal sealed record InventoryRow(string Member, DnsName Domain, string Source, string Provider, IReadOnlyList<DnsName> NameServers, string Holder, string Handle);

/// <summary>The members' domains: a file that staff keep, read again at each question.</summary>
internal sealed class DomainInventory(IOptions<DomainsOptions> options, TimeProvider time)
{
    private const string ShortHeader = "member;domain;source;provider;name_servers";
    private const string Header = ShortHeader + ";holder;handle";

    /// <summary>What is known of a member's domains: those of the inventory and those that staff declared.</summary>
    public async Task<ServiceSurveyed> FindAsync(FindDomains question, CancellationToken token)
    {
        if (options.Value.InventoryFile.Length == 0 && question.Declared.Count == 0)
            return NotSurveyed(question, "No inventory of domains is configured and none was declared: set Domains:InventoryFile, or declare the member's domains.");
        try
        {
            var known = (await ReadAsync(token)).Where(row => row.Member.Equals(question.MemberReference, StringComparison.OrdinalIgnoreCase)).Select(static row => row.Domain);
            List<FoundItem> found = [.. known.Concat(question.Declared.Select(static item => DnsName.FromUnicode(item.Name))).Distinct().Order(DnsName.Order)
                .Select(static name => new FoundItem(ItemKind.Domain, name.Host, null, null, null))];
            return new(question.MigrationId, ItemKind.Domain, found.Count > 0 ? SurveyOutcome.Found : SurveyOutcome.Nothing, found, null, time.GetUtcNow());
        }
        catch (Exception unreadable) when (unreadable is InventoryException or FormatException)
        {
            return NotSurveyed(question, "The inventory of domains cannot be read. " + unreadable.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return NotSurveyed(question, "The inventory of domains cannot be opened: " + unreadable.GetType().Name + ".");
        }
    }

    /// <summary>The row of a domain; null when the inventory does not know it.</summary>
    public async Task<InventoryRow?> RowOfAsync(DnsName domain, CancellationToken token) => (await ReadAsync(token)).FirstOrDefault(row => row.Domain.Equals(domain));

    /// <summary>How many domains of other members hang on the handle of this one: it cannot be released while there is one.</summary>
    public async Task<int> OthersOnHandleAsync(DnsName domain, CancellationToken token)
    {
        var rows = await ReadAsync(token);
        return rows.FirstOrDefault(row => row.Domain.Equals(domain)) is { Handle.Length: > 0 } own
            ? rows.Count(row => row.Handle == own.Handle && !row.Member.Equals(own.Member, StringComparison.OrdinalIgnoreCase))
            : 0;
    }

    /// <summary>All rows; none when no file is configured.</summary>
    /// <exception cref="InventoryException">A line cannot be read.</exception>
    public async Task<List<InventoryRow>> ReadAsync(CancellationToken token)
    {
        if (options.Value.InventoryFile.Length == 0) return [];
        List<InventoryRow> rows = [];
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(options.Value.InventoryFile, token))
        {
            if (++number == 1)
            {
                var header = line.TrimStart('\uFEFF').Trim();
                if (!header.Equals(Header, StringComparison.OrdinalIgnoreCase) && !header.Equals(ShortHeader, StringComparison.OrdinalIgnoreCase)) throw new InventoryException(1, $"the header is not {Header}, nor its first five fields.");
            }
            else if (number > 1 && !string.IsNullOrWhiteSpace(line)) rows.Add(Parse(line, number));
        }

        return number > 0 ? rows : throw new InventoryException(1, "the file is empty.");
    }

    private static InventoryRow Parse(string line, int number)
    {
        var fields = line.Split(';', StringSplitOptions.TrimEntries);
        if (fields.Length is not (5 or 7) || fields[0].Length == 0) throw new InventoryException(number, $"there must be 5 or 7 fields, the first not empty: {Header}.");
        try
        {
            return new(fields[0], DnsName.FromUnicode(fields[1]), fields[2], fields[3], [.. fields[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(DnsName.FromUnicode)], fields.ElementAtOrDefault(5) ?? "", HandleOf(fields.ElementAtOrDefault(6) ?? ""));
        }
        catch (FormatException wrong)
        {
            throw new InventoryException(number, wrong.Message);
        }
    }

    /// <summary>As it is compared: <c>pxp561-gandi</c> and <c>PXP561</c> are the same.</summary>
    private static string HandleOf(string text)
    {
        var handle = text.Trim().ToUpperInvariant();
        return handle.EndsWith("-GANDI", StringComparison.Ordinal) ? handle[..^"-GANDI".Length] : handle;
    }

    private ServiceSurveyed NotSurveyed(FindDomains question, string why) =>
        new(question.MigrationId, ItemKind.Domain, SurveyOutcome.NotSurveyed, [], new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, why), time.GetUtcNow());
}
