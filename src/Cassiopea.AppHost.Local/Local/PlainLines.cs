using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting.Local;

/// <summary>The host's console: the time and the text, and a word when something is wrong.</summary>
internal sealed class PlainLines(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plain-lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Exception is DistributedApplicationException)
            return; // a refusal to start: Run says it in one line
        var level = logEntry.LogLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error or LogLevel.Critical => "error: ",
            _ => "",
        };
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine($"{time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {level}{text}");
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(exception);
    }
}
