using Aspire.Hosting;

namespace Cassiopea.AppHost.Local.Tests.ApplicationModel;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("1a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmn")]
    public void A_name_that_Aspire_refuses_is_refused_here(string name) =>
        Assert.Throws<DistributedApplicationException>(() => DistributedApplication.CreateBuilder().AddParameter(name, "x"));

    [Fact]
    public void Two_resources_of_one_name_are_refused_whatever_the_case()
    {
        var builder = DistributedApplication.CreateBuilder();
        builder.AddExecutable("mail", "true", ".");
        var e = Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("Mail", "x"));
        Assert.Contains("a resource with that name already exists", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_of_a_name_exists_once()
    {
        var executable = DistributedApplication.CreateBuilder().AddExecutable("mail", "true", ".").WithHttpEndpoint();
        Assert.Throws<DistributedApplicationException>(() => executable.WithHttpEndpoint());
    }
}
