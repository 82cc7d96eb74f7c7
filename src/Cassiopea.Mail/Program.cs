using Cassiopea.Mail;
using Cassiopea.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddMail();
var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
