using Cassiopea.Databases;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddDatabases();
var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
