using Cassiopea.KillTest;
using Cassiopea.ServiceDefaults;

// one host of the kill test; databases, bus and address come from the environment
var builder = WebApplication.CreateBuilder();
if (args is ["journeys"]) builder.AddJourneys();
else if (args is ["carrier"]) builder.AddCarrier();
else throw new InvalidOperationException("Say journeys or carrier.");
var app = builder.Build();
app.MapDefaultEndpoints();
if (args is ["journeys"]) app.MapJourneys();
app.Run();
