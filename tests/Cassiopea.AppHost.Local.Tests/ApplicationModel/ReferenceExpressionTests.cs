using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Cassiopea.AppHost.Local.Tests.ApplicationModel;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Values_are_read_late_and_named_by_their_expression()
    {
        var builder = DistributedApplication.CreateBuilder();
        var password = builder.AddParameter("password", "p:w", secret: true);
        var server = builder.AddExecutable("server", "true", ".").WithEndpoint(targetPort: 4321, name: "tcp");
        var expression = ReferenceExpression.Create($"amqp://u:{password}@{server.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)}");

        Assert.Equal("amqp://u:{password.value}@{server.bindings.tcp.hostandport}", expression.ValueExpression);
        await Assert.ThrowsAsync<InvalidOperationException>(() => expression.GetValueAsync().AsTask());

        server.GetEndpoint("tcp").EndpointAnnotation.Allocate([4321]);
        Assert.Equal("amqp://u:p:w@localhost:4321", await expression.GetValueAsync());
    }

    [Fact]
    public async Task A_missing_parameter_says_which_key_is_missing()
    {
        var builder = DistributedApplication.CreateBuilder();
        var expression = ReferenceExpression.Create($"{builder.AddParameter("api-key", secret: true)}");

        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => expression.GetValueAsync().AsTask());
        Assert.Equal("Parameter resource could not be used because configuration key 'Parameters:api-key' is missing.", e.Message);
    }

    [Fact]
    public async Task Configuration_wins_over_a_default()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:days=7"]);
        Assert.Equal("7", await builder.AddParameter("days", "30").Resource.GetValueAsync());
    }

    [Fact]
    public async Task A_generated_value_is_long_and_made_once()
    {
        using var folder = new TemporaryFolder();
        async Task<string?> ReadAsync()
        {
            var builder = DistributedApplication.CreateBuilder([$"--State={folder.Path}"]);
            return await builder.AddParameter("token", new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true)
                .Resource.GetValueAsync();
        }

        var first = await ReadAsync();
        Assert.Matches("^[A-Za-z0-9]{43}$", first);
        Assert.Equal(first, await ReadAsync());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["token.secret"]));
    }
}
