using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class MailSchemaTests
{
    [Fact]
    public async Task The_scripts_make_what_the_model_expects()
    {
        await using var host = await MailHost.StartAsync();
        Assert.Empty(await host.QueryAsync(db => SchemaComparison.DifferencesAsync(db, default)));
    }
}
