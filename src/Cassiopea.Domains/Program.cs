using Cassiopea.Domains;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddDomains();
var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
