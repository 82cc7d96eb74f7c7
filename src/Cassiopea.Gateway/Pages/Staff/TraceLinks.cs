using System.Globalization;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>From a migration or an item to its traces: the Aspire dashboard's page of traces, filtered as its own filter dialog would.</summary>
internal static class TraceLinks
{
    /// <summary>Null without a dashboard.</summary>
    public static string? Of(GatewayOptions options, string attribute, Guid id) =>
        options.DashboardUrl is { Length: > 0 } dashboard
            ? string.Create(CultureInfo.InvariantCulture, $"{dashboard.TrimEnd('/')}/traces?filters={attribute}:equals:{id}") : null;
}
