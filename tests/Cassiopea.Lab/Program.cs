using Cassiopea.Lab;

using var stop = new LabStop();
return await LabCommand.RunAsync(args, stop.Token);
