using Cassiopea.Cli;

return await CommandTable.RunAsync(args);
