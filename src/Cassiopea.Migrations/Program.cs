using Cassiopea.Migrations;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("migrations");
builder.AddMigrations();

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
