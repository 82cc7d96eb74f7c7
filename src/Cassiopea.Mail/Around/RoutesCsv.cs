namespace Cassiopea.Mail;

/// <summary>Reads and writes routes as <c>kind;address;targets</c>, targets separated by spaces: what staff import, and what a new provider is to create.</summary>
internal static class RoutesCsv
{
    public const string Header = "kind;address;targets";

    /// <exception cref="InventoryException">The header or a line is not as it should be.</exception>
    public static async Task<List<MailRoute>> ReadAsync(TextReader csv, CancellationToken token)
    {
        List<MailRoute> routes = [];
        for (var number = 1; await csv.ReadLineAsync(token) is { } line; number++)
        {
            if (number == 1)
            {
                if (!line.TrimStart('\uFEFF').Trim().Equals(Header, StringComparison.OrdinalIgnoreCase))
                    throw new InventoryException(1, $"the header is not {Header}.");
                continue;
            }

            if (string.IsNullOrWhiteSpace(line))
                continue;
            var fields = line.Split(';', StringSplitOptions.TrimEntries);
            if (fields is not [var kind, { Length: > 0 } address, var targets] || targets.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: > 0 } to)
                throw new InventoryException(number, $"it is not {Header}.");
            if (!Enum.TryParse<RouteKind>(kind.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known) || !Enum.IsDefined(known))
                throw new InventoryException(number, "kind is not alias, forward or catch-all.");
            routes.Add(MailRoute.Of(address, to) with { Kind = known });
        }

        return routes;
    }

    public static string Write(IEnumerable<MailRoute> routes) =>
        Header + "\n" + string.Concat(routes.Select(r => $"{(r.Kind == RouteKind.CatchAll ? "catch-all" : r.Kind.ToString().ToLowerInvariant())};{r.Address};{string.Join(' ', r.Targets)}\n"));
}
