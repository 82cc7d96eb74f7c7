using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplicationException(string message) : Exception(message);

/// <summary>The whole system, built and ready to run.</summary>
public class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    /// <summary>Exit code for a start that was refused: state folder in use, wrong owner, missing program (design §5).</summary>
    private const int Refused = 3;

    public IServiceProvider Services => host.Services;

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>Runs until Ctrl+C or SIGTERM. A refusal to start is one line on standard error and exit code 3.</summary>
    public void Run()
    {
        try
        {
            RunAsync().GetAwaiter().GetResult();
        }
        catch (DistributedApplicationException e)
        {
            Console.Error.WriteLine(e.Message);
            Environment.ExitCode = Refused;
        }
    }

    public virtual Task RunAsync(CancellationToken cancellationToken = default) =>
        HostingAbstractionsHostExtensions.RunAsync(host, cancellationToken);

    public virtual Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

    public virtual Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    public void Dispose()
    {
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else
            host.Dispose();
        GC.SuppressFinalize(this);
    }
}
