namespace Cassiopea.AppHost;

/// <summary>The lab of tests/Cassiopea.Lab beside the system, with <c>--Lab=true</c> only: never published, never in production.</summary>
internal static class LabResource
{
    /// <summary>Starts the old host and the new provider, and lets the services reach them, read their lists and follow the lab's clock.</summary>
    public static void AddLab(
        this IDistributedApplicationBuilder builder, string state, IResourceBuilder<ProjectResource> migrations, IResourceBuilder<ProjectResource> mail,
        params IEnumerable<IResourceBuilder<ProjectResource>> services)
    {
        var folder = Path.Combine(state, "lab");
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.Lab/release/Cassiopea.Lab.dll"));
        var lab = builder.AddExecutable("lab", "dotnet", ".", program, "serve", "--state", state)
            .WithEndpoint(scheme: "tcp", name: "smtp", env: "LAB_SMTP_PORT");
        foreach (var service in services)
            service.WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development")
                .WithEnvironment("AllowedTestNetworks", "127.0.0.0/8")
                .WithEnvironment("CASSIOPEA_CLOCK_FILE", Path.Combine(folder, "clock-offset"));
        mail.WithEnvironment("Mail__InventoryFile", Path.Combine(folder, "mailboxes.csv"));
        migrations.WithEnvironment("Migrations__Smtp__Host", "127.0.0.1")
            .WithEnvironment("Migrations__Smtp__Port", ReferenceExpression.Create($"{lab.GetEndpoint("smtp").Property(EndpointProperty.Port)}"))
            .WithEnvironment("Migrations__Smtp__StartTls", "false");
    }
}
