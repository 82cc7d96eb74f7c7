using Cassiopea.ServiceDefaults;
using Cassiopea.Vault;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("vault");
builder.AddVault();
var app = builder.Build();
app.MapDefaultEndpoints();
app.MapVault();
await app.RunAsync();
