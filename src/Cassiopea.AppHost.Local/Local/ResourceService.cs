using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Local.Wire;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>What the dashboard asks of an AppHost: <c>aspire.v1.DashboardService</c>, on loopback, with a key.</summary>
internal sealed class ResourceService(InstanceTable table, Orchestrator orchestrator, IConfiguration configuration, IHostEnvironment environment)
{
    private const int LinesPerMessage = 500;

    /// <summary>The dashboard's streams never end by themselves.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(0.5);

    private WebApplication? _server;

    public string Url { get; private set; } = "";

    public string ApiKey { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public async Task StartAsync(CancellationToken token)
    {
        var port = configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] is { } asked ? new Uri(asked).Port : Ports.Free();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(token);
        Url = $"http://localhost:{port}";
    }

    public async Task StopAsync()
    {
        if (_server is null)
            return;
        using var limit = new CancellationTokenSource(StopLimit);
        await _server.StopAsync(limit.Token);
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        context.Response.ContentType = "application/grpc";
        var status = GrpcFrames.Cancelled;
        try
        {
            status = IsKnown(context.Request) ? await AnswerMethodAsync(context, token) : GrpcFrames.Unauthenticated;
        }
        catch (OperationCanceledException)
        {
            // the dashboard left, or we stop
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException or EndOfStreamException)
        {
            status = GrpcFrames.InvalidArgument;
        }
        finally
        {
            if (context.Response.SupportsTrailers())
                context.Response.AppendTrailer("grpc-status", $"{status}");
        }
    }

    private bool IsKnown(HttpRequest request) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(request.Headers["x-resource-service-api-key"].ToString()), Encoding.UTF8.GetBytes(ApiKey));

    private async Task<int> AnswerMethodAsync(HttpContext context, CancellationToken token)
    {
        switch (context.Request.Path.Value)
        {
            case "/aspire.v1.DashboardService/GetApplicationInformation":
                var information = new ApplicationInformationResponse { ApplicationName = environment.ApplicationName.Split('.')[0] };
                await GrpcFrames.SendAsync(context.Response, information, token);
                return GrpcFrames.Ok;
            case "/aspire.v1.DashboardService/WatchResources":
                await SendRowsAsync(context.Response, token);
                return GrpcFrames.Ok;
            case "/aspire.v1.DashboardService/WatchResourceConsoleLogs":
                var asked = await GrpcFrames.ReadAsync(context.Request, WatchResourceConsoleLogsRequest.Parser, token);
                return await SendLinesAsync(context.Response, asked, token);
            case "/aspire.v1.DashboardService/ExecuteResourceCommand":
                var command = await GrpcFrames.ReadAsync(context.Request, ResourceCommandRequest.Parser, token);
                await GrpcFrames.SendAsync(context.Response, await ExecuteAsync(command), token);
                return GrpcFrames.Ok;
            case "/aspire.v1.DashboardService/WatchInteractions":
                await context.Response.StartAsync(token);
                await context.Response.Body.FlushAsync(token);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token); // we have no questions to ask
                return GrpcFrames.Ok;
            default:
                return GrpcFrames.Unimplemented;
        }
    }

    /// <summary>All rows, then those that changed since, as fast as the reader takes them.</summary>
    private async Task SendRowsAsync(HttpResponse response, CancellationToken token)
    {
        var sent = table.All.ToDictionary(instance => instance, instance => instance.Now);
        var all = new InitialResourceData();
        all.Resources.AddRange(sent.Select(row => Rows.Describe(row.Key, row.Value)));
        await GrpcFrames.SendAsync(response, new WatchResourcesUpdate { InitialData = all }, token);
        while (true)
        {
            var changed = table.Changed.Next;
            var changes = new WatchResourcesChanges();
            foreach (var instance in table.All)
            {
                var now = instance.Now;
                if (ReferenceEquals(now, sent[instance]))
                    continue;
                sent[instance] = now;
                changes.Value.Add(new WatchResourcesChange { Upsert = Rows.Describe(instance, now) });
            }

            if (changes.Value.Count > 0)
                await GrpcFrames.SendAsync(response, new WatchResourcesUpdate { Changes = changes }, token);
            else
                await changed.WaitAsync(token);
        }
    }

    private async Task<int> SendLinesAsync(HttpResponse response, WatchResourceConsoleLogsRequest asked, CancellationToken token)
    {
        if (table.Find(asked.ResourceName) is not { } instance)
            return GrpcFrames.NotFound;
        for (var last = 0; ;)
        {
            var changed = instance.Log.Changed.Next;
            var lines = instance.Log.ReadAfter(last, LinesPerMessage);
            if (lines.Count > 0)
            {
                last = lines[^1].Number;
                var update = new WatchResourceConsoleLogsUpdate();
                update.LogLines.AddRange(lines.Select(line => new ConsoleLogLine
                {
                    Text = line.Stamped,
                    IsStdErr = line.IsError,
                    LineNumber = line.Number,
                }));
                await GrpcFrames.SendAsync(response, update, token);
            }
            else if (asked.SuppressFollow)
            {
                return GrpcFrames.Ok;
            }
            else
            {
                await changed.WaitAsync(token);
            }
        }
    }

    private async Task<ResourceCommandResponse> ExecuteAsync(ResourceCommandRequest command)
    {
        try
        {
            var instance = table.Find(command.ResourceName)
                ?? throw new DistributedApplicationException($"There is no resource '{command.ResourceName}'.");
            await orchestrator.ExecuteAsync(instance, command.CommandName);
            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Succeeded };
        }
        catch (DistributedApplicationException e)
        {
            return new ResourceCommandResponse { Kind = ResourceCommandResponseKind.Failed, Message = e.Message };
        }
    }
}
