using Cassiopea.Billing;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("billing");
builder.AddBilling();
var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunAsync();
