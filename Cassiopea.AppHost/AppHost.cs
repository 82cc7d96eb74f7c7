using Cassiopea.AppHost;
using Microsoft.Extensions.Configuration;

// The whole system on one page. Runs on genuine Aspire (AspireHosting=true: containers) and on the stand-in in
// src/Cassiopea.AppHost.Local (private PostgreSQL and RabbitMQ, no container engine). Nothing here knows which.
var builder = DistributedApplication.CreateBuilder(args);
var state = builder.Configuration["State"] ?? Path.Combine(builder.AppHostDirectory, "state");
var lab = builder.ExecutionContext.IsRunMode && builder.Configuration["Lab"] == "true";

builder.AddDockerComposeEnvironment("compose"); // `aspire publish` only

// Back ends; ConnectionStrings:postgres, ConnectionStrings:bus or ConnectionStrings:mail-db name others instead
var postgres = builder.AddPostgres("postgres").WithDataVolume();
var bus = builder.AddRabbitMQ("bus").WithDataVolume();

// Secrets: the vault's own file, and a token for each service that calls it and for the operator
var vault = AddService<Projects.Cassiopea_Vault>("vault")
    .WithEnvironment("Vault__MasterKeyFile", Path.Combine(state, "vault-master.key"));
vault.WithEnvironment("Vault__Tokens__operator", AddToken("operator"));

// The story, and the money
var migrations = Trusted(AddService<Projects.Cassiopea_Migrations>("migrations"))
    .WithEnvironment("Migrations__ReceiptKeyFile", Path.Combine(state, "receipt-signing-key.pem"));
var billing = Trusted(AddService<Projects.Cassiopea_Billing>("billing"));

// What is moved
var mail = Trusted(AddService<Projects.Cassiopea_Mail>("mail"))
    .WithEnvironment("Mail__JournalDirectory", Path.Combine(state, "journals"))
    .WithEnvironment("Mail__ArchiveDirectory", Path.Combine(state, "archives"));
var webHosting = Trusted(AddService<Projects.Cassiopea_WebHosting>("web-hosting"))
    .WithEnvironment("WebHosting__JournalDirectory", Path.Combine(state, "journals-sites"))
    .WithEnvironment("WebHosting__ArchiveDirectory", Path.Combine(state, "archives"));
var databases = Trusted(AddService<Projects.Cassiopea_Databases>("databases"))
    .WithEnvironment("Databases__JournalDirectory", Path.Combine(state, "journals-databases"))
    .WithEnvironment("Databases__ArchiveDirectory", Path.Combine(state, "archives"));
var domains = Trusted(AddService<Projects.Cassiopea_Domains>("domains"))
    .WithEnvironment("Domains__TaskFolder", Path.Combine(state, "domain-tasks"));
var mailingLists = Trusted(AddService<Projects.Cassiopea_MailingLists>("mailing-lists"))
    .WithEnvironment("MailingLists__Directory", Path.Combine(state, "lists"));

// The edge: API, staff console, member pages. Last up, first down
var adminKey = Path.Combine(state, "admin-key");
var gateway = Trusted(AddService<Projects.Cassiopea_Gateway>("gateway", builder.Configuration.GetValue("GatewayPort", 8480)))
    .WithExternalHttpEndpoints()
    .WithEnvironment("Gateway__AdminKeyFile", adminKey)
    .WithEnvironment("Gateway__ArchiveDirectory", Path.Combine(state, "archives"))
    .WithUrlForEndpoint("http", url => url.DisplayText = "Console");
IResourceBuilder<ProjectResource>[] behind = [vault, migrations, billing, mail, webHosting, databases, domains, mailingLists];
foreach (var service in behind)
    gateway.WaitFor(service);

// Only with --Lab=true: servers to move from and to, with invented members
if (lab)
    builder.AddLab(state, [.. behind, gateway]);

builder.AddAdminKeyNotice(adminKey);
builder.Build().Run();

// A service: one process, one database, the bus, a health page
IResourceBuilder<ProjectResource> AddService<TProject>(string name, int? port = null) where TProject : IProjectMetadata, new()
{
    var database = postgres.AddDatabase($"{name}-db");
    return builder.AddProject<TProject>(name, launchProfileName: null)
        .WithHttpEndpoint(port: port)
        .WithHttpHealthCheck("/health")
        .WithReference(database).WaitFor(database)
        .WithReference(bus).WaitFor(bus);
}

// A service that may ask the vault, by a token of its own
IResourceBuilder<ProjectResource> Trusted(IResourceBuilder<ProjectResource> service)
{
    var token = AddToken(service.Resource.Name);
    vault.WithEnvironment($"Vault__Tokens__{service.Resource.Name}", token);
    return service.WithReference(vault).WithEnvironment("Vault__ServiceToken", token);
}

// Made once and kept: in the state folder, or in the user secrets of genuine Aspire
IResourceBuilder<ParameterResource> AddToken(string holder) => builder.AddParameter(
    $"vault-token-{holder}", new GenerateParameterDefault { MinLength = 43, Special = false }, secret: true, persist: true);
