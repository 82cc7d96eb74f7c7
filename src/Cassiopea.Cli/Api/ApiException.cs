using System.Net;

namespace Cassiopea.Cli.Api;

/// <summary>The gateway said no, or did not answer: what to tell, and the exit code.</summary>
internal sealed class ApiException(int exitCode, string text, string code = "", HttpStatusCode? status = null) : Exception(text)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The problem's stable code; empty when there was no answer.</summary>
    public string Code { get; } = code;

    public HttpStatusCode? Status { get; } = status;

    public static int ExitCodeOf(HttpStatusCode status) => (int)status switch
    {
        401 => Cli.ExitCode.Authentication,
        429 or 502 or 503 or 504 => Cli.ExitCode.Interrupted,
        >= 500 => Cli.ExitCode.Failed,
        _ => Cli.ExitCode.Refused,
    };
}
