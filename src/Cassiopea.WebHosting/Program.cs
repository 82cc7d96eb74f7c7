using Cassiopea.ServiceDefaults;
using Cassiopea.WebHosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddWebHosting();
var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
