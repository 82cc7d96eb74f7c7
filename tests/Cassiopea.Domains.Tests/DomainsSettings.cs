using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests;

/// <summary>The service's settings for a toy internet, whether it runs in this process or in one of its own.</summary>
internal static class DomainsSettings
{
    public static string Inventory(string folder) => Path.Combine(folder, "inventory.csv");

    /// <summary>Writes inventory and secrets into the folder.</summary>
    public static IReadOnlyDictionary<string, string> Of(ToyInternet toy, string folder)
    {
        File.WriteAllText(Inventory(folder), $"member;domain;source;provider;name_servers\nM0042;{ToyInternet.Name};;new;ns1.nouvelhote.be, ns2.nouvelhote.be\nM0007;maison-médicale.be;;;\n");
        File.WriteAllText(Path.Combine(folder, "token"), toy.Gandi.Token + "\n");
        File.WriteAllText(Path.Combine(folder, "key"), toy.New.ApiKey + "\n");
        return new Dictionary<string, string>
        {
            ["AllowedTestNetworks"] = "127.0.0.0/8",
            ["Domains:TaskFolder"] = Path.Combine(folder, "tasks"),
            ["Domains:Closing"] = "2027-06-30T00:00:00Z",
            ["Domains:InventoryFile"] = Inventory(folder),
            ["Domains:OldProvider"] = "old",
            ["Domains:Providers:old:Kind"] = "rfc2136",
            ["Domains:Providers:old:Address"] = toy.Old.Endpoint.ToString(),
            ["Domains:Providers:new:Kind"] = "powerdns",
            ["Domains:Providers:new:Address"] = toy.New.Api.ToString(),
            ["Domains:Providers:new:SecretFile"] = Path.Combine(folder, "key"),
            ["Domains:Gandi:Address"] = toy.Gandi.Root.ToString(),
            ["Domains:Gandi:TokenFile"] = Path.Combine(folder, "token"),
            ["Domains:DyingNames:0"] = "cassiopea.be",
            ["Domains:DyingNetworks:0"] = "192.0.2.0/24",
            ["Domains:Successors:0"] = "192.0.2.10=198.51.100.20",
            ["Domains:Successors:1"] = "2001:db8::10=2001:db8:20::10",
            ["Domains:Successors:2"] = "mail.cassiopea.be=mail.nouvelhote.be",
            ["Domains:Successors:3"] = "backup.cassiopea.be=backup.nouvelhote.be",
            ["Domains:Successors:4"] = "webmail.cassiopea.be=webmail.nouvelhote.be",
            ["Domains:Successors:5"] = "sympa.cassiopea.be=sympa.nouvelhote.be",
            ["Domains:Successors:6"] = "autoconfig.cassiopea.be=autoconfig.nouvelhote.be",
            ["Domains:EndpointOverrides:0"] = $"ns1.cassiopea.be={toy.Old.Endpoint}",
            ["Domains:EndpointOverrides:1"] = $"ns2.cassiopea.be={toy.Old.Endpoint}",
            ["Domains:EndpointOverrides:2"] = $"ns1.nouvelhote.be={toy.New.Endpoint}",
            ["Domains:EndpointOverrides:3"] = $"ns2.nouvelhote.be={toy.New.Endpoint}",
            ["Domains:EndpointOverrides:4"] = $"a.nsset.be={toy.Registry.Endpoint}",
            ["Domains:EndpointOverrides:5"] = $"b.nsset.be={toy.Lagging.Endpoint}",
            ["Domains:ParentOverrides:0"] = "be=a.nsset.be,b.nsset.be",
            ["Domains:TtlMargin"] = "00:00:00",
            ["Domains:LookEvery"] = "00:00:00.1",
            ["Domains:ProviderPatience"] = "00:00:05",
            ["Domains:UnsurePatience"] = "00:00:01",
        };
    }
}
