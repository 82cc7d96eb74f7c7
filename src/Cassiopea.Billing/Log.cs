namespace Cassiopea.Billing;

/// <summary>Counts and references; never names, amounts of one member or texts of a file.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Invoices imported: {Created} new, {Updated} changed, {Unchanged} as they were")]
    public static partial void Imported(this ILogger log, int created, int updated, int unchanged);

    [LoggerMessage(4002, LogLevel.Information, "An import was refused: {Errors} errors")]
    public static partial void ImportRefused(this ILogger log, int errors);

    [LoggerMessage(4003, LogLevel.Error, "The clock of invoice standings failed; it is tried again in {Pause}")]
    public static partial void ClockFailed(this ILogger log, Exception exception, TimeSpan pause);
}
