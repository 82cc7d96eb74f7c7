using System.Data.Common;
using Cassiopea.Gateway.Pages;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.Gateway.Problems;

/// <summary>The one place where an exception becomes an answer: never its text, never its stack (S28).</summary>
internal sealed class ExceptionProblems(IProblemDetailsService problems, ILogger<ExceptionProblems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return true;
        var code = CodeOf(exception);
        if (code == ProblemCode.InternalError || code == ProblemCode.Unavailable)
            log.RequestFailed(httpContext.Request.Method, RouteOf(httpContext), exception);
        httpContext.Response.StatusCode = code.Status;
        httpContext.Items[typeof(ProblemCode)] = code;
        if (PagePipeline.IsPage(httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint))
        {
            PageHeaders.Apply(httpContext.Response);
            await PageAnswer.Error(httpContext, code.Status).ExecuteAsync(httpContext);
            return true;
        }
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = code.Status } });
    }

    static ProblemCode CodeOf(Exception exception) => exception switch
    {
        VaultUnavailableException => ProblemCode.VaultUnavailable,
        BadHttpRequestException bad => ProblemCode.ForStatus(bad.StatusCode),
        DbUpdateConcurrencyException => ProblemCode.VersionChanged,
        DbUpdateException { InnerException: { } inner } => CodeOf(inner),
        PostgresException { IsTransient: false, SqlState: not ("57P01" or "57P02" or "57P03") } => ProblemCode.InternalError,
        DbException or TimeoutException => ProblemCode.Unavailable,
        InvalidOperationException { InnerException: DbException or TimeoutException or DbUpdateException } wrapped => CodeOf(wrapped.InnerException!),
        _ => ProblemCode.InternalError,
    };

    static string RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
