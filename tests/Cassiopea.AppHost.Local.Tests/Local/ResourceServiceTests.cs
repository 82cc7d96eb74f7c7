using System.Buffers.Binary;
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.Local;
using Aspire.Hosting.Local.Wire;
using Google.Protobuf;

namespace Cassiopea.AppHost.Local.Tests.Local;

/// <summary>The resource service, asked as the dashboard asks.</summary>
public sealed class ResourceServiceTests : IAsyncLifetime
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false });
    private RunningSystem _system = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(page =>
        {
            var secret = page.AddParameter("key", "hidden", secret: true);
            page.AddExecutable("one", "/bin/sh", "/", "-c", "echo first; echo second; exec sleep 600")
                .WithHttpEndpoint()
                .WithUrlForEndpoint("http", url => (url.Url, url.DisplayText) = ("/page", "Page"))
                .WithEnvironment("KEY", secret);
        });
        await _system.UntilAsync("one", State.Running);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_key_is_unauthenticated()
    {
        using var answer = await AskAsync("GetApplicationInformation", new ApplicationInformationRequest(), key: "wrong");
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("16", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented()
    {
        using var answer = await AskAsync("UploadFile", new ApplicationInformationRequest());
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("12", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Rows_come_first_and_changes_after()
    {
        using var answer = await AskAsync("WatchResources", new WatchResourcesRequest());
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var all = (await ReadAsync(stream, WatchResourcesUpdate.Parser)).InitialData.Resources;
        var row = Assert.Single(all, r => r.DisplayName == "one");
        Assert.Equal("Executable", row.ResourceType);
        Assert.EndsWith("/page", Assert.Single(row.Urls).FullUrl, StringComparison.Ordinal);
        Assert.Equal("Page", row.Urls[0].DisplayProperties.DisplayName);
        Assert.True(Assert.Single(all, r => r.DisplayName == "key").Properties.Single(p => p.Name == "Value").IsSensitive);

        await _system.Orchestrator.ExecuteAsync(_system.One("one"), "stop");
        var states = new List<string>();
        while (!states.Contains(State.Finished))
            states.AddRange((await ReadAsync(stream, WatchResourcesUpdate.Parser)).Changes.Value.Select(change => change.Upsert.State));
        Assert.All(states, state => Assert.Contains(state, new[] { State.Running, State.Stopping, State.Finished }));
    }

    [Fact]
    public async Task Console_lines_are_numbered_and_end_when_nobody_follows()
    {
        await Eventually.TrueAsync("it has spoken", () => _system.One("one").Log.Tail(9).Count == 2);
        var asked = new WatchResourceConsoleLogsRequest { ResourceName = _system.One("one").Name, SuppressFollow = true };
        using var answer = await AskAsync("WatchResourceConsoleLogs", asked);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var lines = (await ReadAsync(stream, WatchResourceConsoleLogsUpdate.Parser)).LogLines;
        Assert.Equal([1, 2], lines.Select(line => line.LineNumber));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z first$", lines[0].Text);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));

        using var unknown = await AskAsync("WatchResourceConsoleLogs", new WatchResourceConsoleLogsRequest { ResourceName = "nobody" });
        await unknown.Content.ReadAsByteArrayAsync();
        Assert.Equal("5", unknown.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_command_is_executed_and_a_wrong_one_says_why_not()
    {
        var name = _system.One("one").Name;
        var pid = _system.One("one").Now.Pid;
        Assert.Equal(ResourceCommandResponseKind.Succeeded, (await ExecuteAsync("restart", name)).Kind);
        await Eventually.TrueAsync("another process", () => _system.One("one").Now is { State: State.Running, Pid: not null } now && now.Pid != pid);

        var refused = await ExecuteAsync("start", name);
        Assert.Equal(ResourceCommandResponseKind.Failed, refused.Kind);
        Assert.Contains("Running", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ResourceCommandResponseKind.Failed, (await ExecuteAsync("explode", name)).Kind);
        Assert.Equal(ResourceCommandResponseKind.Failed, (await ExecuteAsync("stop", "nobody")).Kind);
    }

    private async Task<ResourceCommandResponse> ExecuteAsync(string command, string resource)
    {
        using var answer = await AskAsync("ExecuteResourceCommand", new ResourceCommandRequest { CommandName = command, ResourceName = resource });
        await using var stream = await answer.Content.ReadAsStreamAsync();
        return await ReadAsync(stream, ResourceCommandResponse.Parser);
    }

    private async Task<HttpResponseMessage> AskAsync(string method, IMessage message, string? key = null)
    {
        var body = message.ToByteArray();
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_system.ResourceService.Url}/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Headers.Add("x-resource-service-api-key", key ?? _system.ResourceService.ApiKey);
        return await _client.SendAsync(request, CancellationToken.None);
    }

    private static async Task<T> ReadAsync<T>(Stream stream, MessageParser<T> parser) where T : IMessage<T>
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await stream.ReadExactlyAsync(body);
        return parser.ParseFrom(body);
    }
}
