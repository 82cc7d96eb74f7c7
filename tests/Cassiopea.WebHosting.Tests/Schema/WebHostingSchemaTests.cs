using Cassiopea.ServiceDefaults;

namespace Cassiopea.WebHosting.Tests;

[Trait("Category", "Servers")]
public sealed class WebHostingSchemaTests
{
    [Fact]
    public async Task The_scripts_make_what_the_model_expects()
    {
        await using var host = await SiteHost.StartAsync();
        Assert.Empty(await host.QueryAsync(db => SchemaComparison.DifferencesAsync(db, default)));
    }
}
