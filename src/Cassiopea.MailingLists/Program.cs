using Cassiopea.MailingLists;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddMailingLists();
var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
