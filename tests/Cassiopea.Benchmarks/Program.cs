using Cassiopea.Benchmarks;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
return await BenchmarkCommand.RunAsync(args, stop.Token);
