using System.Net;
using System.Text;
using Cassiopea.Gateway.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Gateway.Tests.Access;

[Trait("Category", "Servers")]
[Trait("Requirement", "sec-S17")]
public sealed class AccessTests
{
    static readonly Role[] Roles = [Role.Operator, Role.Staff, Role.Approver, Role.Auditor, Role.Member, Role.Provider, Role.Service];

    [Fact]
    public async Task Every_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        await using var gateway = await TestGateway.StartAsync();
        var endpoints = Endpoints(gateway);
        var rows = AccessTable.Rows.Select(row => (row.Method, row.Pattern)).ToHashSet();
        Assert.Empty(endpoints.Except(rows));
        Assert.Empty(rows.Except(endpoints));
    }

    [Fact]
    public async Task Every_role_may_do_what_the_table_says_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, _) = await gateway.SeedAsync();
        var failures = new List<string>();
        foreach (var role in Roles)
        {
            using var client = gateway.Client(await gateway.KeyAsync("walker", role, role is Role.Member or Role.Provider ? member : null));
            foreach (var row in AccessTable.Rows.Where(row => row.Door == Door.Api))
            {
                var allowed = row.Roles == Role.Anonymous || row.Roles.HasFlag(role);
                using var answer = await CallAsync(client, row);
                if (allowed == (answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized))
                    failures.Add($"{role} {row.Method} {row.Pattern}: {(int)answer.StatusCode}, the table says {(allowed ? "allowed" : "refused")}");
            }
        }
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Without_a_key_only_anonymous_endpoints_answer()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = gateway.Anonymous();
        foreach (var row in AccessTable.Rows.Where(row => row.Door == Door.Api))
        {
            using var answer = await CallAsync(client, row);
            Assert.True(
                row.Roles == Role.Anonymous == (answer.StatusCode != HttpStatusCode.Unauthorized), $"{row.Method} {row.Pattern}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_key_without_the_scope_is_refused_whatever_its_role()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var scope in Scope.All)
        {
            using var client = gateway.Client(await gateway.KeyAsync("narrow", Role.Operator, scopes: [scope]));
            foreach (var row in AccessTable.Rows.Where(row => row.Door == Door.Api && row.Roles.HasFlag(Role.Operator)))
            {
                using var answer = await CallAsync(client, row);
                if (row.Scope == scope)
                    Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
                else
                    Assert.Equal("scope-missing", await answer.ProblemAsync(403));
            }
        }
    }

    [Fact]
    public async Task Every_page_opens_for_the_roles_of_the_table_and_sends_everybody_else_away()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, _) = await gateway.SeedAsync();
        var failures = new List<string>();
        foreach (var role in Roles.Append(Role.Anonymous))
        {
            var browser = new Browser(gateway);
            if (role != Role.Anonymous)
                browser.Cookies["__Host-session"] = await gateway.SessionAsync("walker", role, role is Role.Member or Role.Provider ? member : null);
            foreach (var row in AccessTable.Rows.Where(row => row.Door == Door.Page && row.Pattern is not ("/direct" or "/sortir")))
            {
                var allowed = row.Roles == Role.Anonymous || row.Roles.HasFlag(role) && role != Role.Anonymous;
                var path = row.Pattern.Replace("{id:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{verb}", "retry", StringComparison.Ordinal).Replace("{language}", "nl", StringComparison.Ordinal)
                    .Replace("{secret}", "nothing", StringComparison.Ordinal).Replace("{tag}", "x", StringComparison.Ordinal).Replace("{rule:int}", "12", StringComparison.Ordinal);
                var answer = row.Method == "GET" ? await browser.GetAsync(path) : await browser.SendAsync(path, []);
                var refused = answer.Status == 403 || answer.Status == 303 && answer.Location!.Contains("/entrer", StringComparison.Ordinal);
                if (allowed == refused)
                    failures.Add($"{role} {row.Method} {row.Pattern}: {answer.Status} {answer.Location}, the table says {(allowed ? "allowed" : "refused")}");
                if (allowed && row.Method == "POST" && answer.Status != 400)
                    failures.Add($"{role} {row.Method} {row.Pattern}: {answer.Status} without the form's token");
            }
        }
        Assert.Empty(failures);
    }

    [Fact]
    public void A_form_of_a_page_does_nothing_that_the_API_does_not_let_its_role_do()
    {
        foreach (var row in AccessTable.Rows.Where(row => row.Door == Door.Page && row.Method == "POST" && row.Roles != Role.Anonymous && row.Pattern != "/sortir"))
        {
            Assert.NotEmpty(row.Does);
            foreach (var call in row.Does)
            {
                var (method, path) = (call.Split(' ')[0], "/api/v1" + call.Split(' ')[1]);
                var does = AccessTable.For(method, path);
                Assert.True((row.Roles & does.Roles) == row.Roles, $"{row.Pattern} lets {row.Roles} do {call}, which {does.Roles} may do");
            }
        }
    }

    static HashSet<(string, string)> Endpoints(TestGateway gateway) =>
        [.. gateway.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => (method, endpoint.RoutePattern.RawText!)))];

    static Task<HttpResponseMessage> CallAsync(HttpClient client, AccessRow row)
    {
        var path = row.Pattern.Replace("{id:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{code}", "invalid", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(row.Method), path);
        if (row.Method is "POST" or "PUT" or "PATCH")
            request.Content = new StringContent("{}", Encoding.UTF8, row.Pattern.EndsWith(":import", StringComparison.Ordinal) ? "text/csv" : "application/json");
        if (row.Method == "POST")
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
