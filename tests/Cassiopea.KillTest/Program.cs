using Cassiopea.KillTest;
using Microsoft.Extensions.Hosting;

// one host of the kill test; databases and bus come from the environment
var builder = Host.CreateApplicationBuilder();
if (args is ["journeys"]) builder.AddJourneys();
else if (args is ["carrier"]) builder.AddCarrier();
else throw new InvalidOperationException("Say journeys or carrier.");
await builder.Build().RunAsync();
