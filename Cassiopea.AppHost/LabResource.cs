namespace Cassiopea.AppHost;

/// <summary>The lab of tests/Cassiopea.Lab beside the system, with <c>--Lab=true</c> only: never published, never in production.</summary>
internal static class LabResource
{
    /// <summary>Starts the old host and the new providers, and lets the services reach them, read their lists and follow the lab's clock.</summary>
    public static void AddLab(this IDistributedApplicationBuilder builder, string state, params IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var folder = Path.Combine(state, "lab");
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.Lab/release/Cassiopea.Lab.dll"));
        var lab = builder.AddExecutable("lab", "dotnet", ".", program, "serve", "--state", state);
        foreach (var service in services)
            service.WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development")
                .WithEnvironment("AllowedTestNetworks", "127.0.0.0/8")
                .WithEnvironment("CASSIOPEA_CLOCK_FILE", Path.Combine(folder, "clock-offset"));

        Service("migrations").WithEnvironment("Migrations__Smtp__Host", "127.0.0.1")
            .WithEnvironment("Migrations__Smtp__Port", Port("smtp"))
            .WithEnvironment("Migrations__Smtp__StartTls", "false");
        Service("mail").WithEnvironment("Mail__InventoryFile", InFolder("mailboxes.csv"));
        Service("databases").WithEnvironment("Databases__InventoryFile", InFolder("databases.csv"));
        Service("web-hosting").WithEnvironment("WebHosting__InventoryFile", InFolder("sites.csv"))
            .WithEnvironment("WebHosting__OldWebHost", "127.0.0.1").WithEnvironment("WebHosting__OldWebPort", Port("old-web"))
            .WithEnvironment("WebHosting__NewWebHost", "127.0.0.1").WithEnvironment("WebHosting__NewWebPort", Port("new-web"));

        var (oldDns, newDns, registry) = (Port("old-dns"), Port("new-dns"), Port("registry"));
        Settings(Service("domains"), "Domains",
            ("InventoryFile", InFolder("domains.csv")), ("Closing", "2027-06-30T00:00:00Z"), ("OldProvider", "old"),
            ("Providers__old__Kind", "rfc2136"), ("Providers__old__Address", At(oldDns)), ("Providers__old__SecretFile", InFolder("dns-tsig")),
            ("Providers__new__Kind", "powerdns"), ("Providers__new__Address", Web(Port("new-dns-api"), "")), ("Providers__new__SecretFile", InFolder("dns-api-key")),
            ("Gandi__Address", Web(Port("gandi"), "v5/")), ("Gandi__TokenFile", InFolder("gandi-token")),
            ("DyingNames__0", "cassiopea.be"), ("DyingNetworks__0", "192.0.2.0/24"),
            ("Successors__0", "192.0.2.10=198.51.100.20"), ("Successors__1", "2001:db8::10=2001:db8:20::10"), ("Successors__2", "mail.cassiopea.be=mail.nouvelhote.be"),
            ("Successors__3", "backup.cassiopea.be=backup.nouvelhote.be"), ("Successors__4", "webmail.cassiopea.be=webmail.nouvelhote.be"),
            ("Successors__5", "sympa.cassiopea.be=sympa.nouvelhote.be"), ("Successors__6", "autoconfig.cassiopea.be=autoconfig.nouvelhote.be"),
            ("EndpointOverrides__0", At(oldDns, "ns1.cassiopea.be=")), ("EndpointOverrides__1", At(oldDns, "ns2.cassiopea.be=")),
            ("EndpointOverrides__2", At(newDns, "ns1.nouvelhote.be=")), ("EndpointOverrides__3", At(newDns, "ns2.nouvelhote.be=")),
            ("EndpointOverrides__4", At(registry, "a.nsset.be=")), ("EndpointOverrides__5", At(registry, "b.nsset.be=")), ("ParentOverrides__0", "be=a.nsset.be,b.nsset.be"),
            ("TtlMargin", "00:00:01"), ("LookEvery", "00:00:01"));

        var lists = Service("mailing-lists").WithEnvironment("MailingLists__InventoryFile", InFolder("lists.csv"));
        foreach (var (number, host, link) in new[] { (0, "lists.cassiopea.be", "sympa-old"), (1, "lists.nouvelhote.be", "sympa-new") })
            Settings(lists, $"MailingLists__Hosts__{number}", ("Host", host), ("Configuration", InFolder(link + "/etc/sympa.conf")), ("Library", InFolder(link + "/lib")));

        IResourceBuilder<ProjectResource> Service(string name) => services.Single(service => service.Resource.Name == name);

        string InFolder(string name) => Path.Combine(folder, name);

        // the lab listens where the AppHost says: the services know it before the lab runs
        ReferenceExpression Port(string name) => ReferenceExpression.Create($"{Endpoint(name).Property(EndpointProperty.Port)}");

        EndpointReference Endpoint(string name)
        {
            var endpoint = lab.GetEndpoint(name);
            if (!endpoint.Exists)
                lab.WithEndpoint(scheme: "tcp", name: name, env: $"LAB_{name.Replace('-', '_').ToUpperInvariant()}_PORT", isProxied: false);
            return endpoint;
        }

        static ReferenceExpression At(ReferenceExpression port, string before = "") => ReferenceExpression.Create($"{before}127.0.0.1:{port}");

        static ReferenceExpression Web(ReferenceExpression port, string path) => ReferenceExpression.Create($"http://127.0.0.1:{port}/{path}");
    }

    private static void Settings(IResourceBuilder<ProjectResource> service, string section, params ReadOnlySpan<(string Name, object Value)> settings)
    {
        foreach (var (name, value) in settings)
        {
            if (value is ReferenceExpression expression)
                service.WithEnvironment($"{section}__{name}", expression);
            else
                service.WithEnvironment($"{section}__{name}", (string)value);
        }
    }
}
