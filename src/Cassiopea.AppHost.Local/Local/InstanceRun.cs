using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>The life of one copy from waiting to its end, with new starts after a crash.</summary>
internal sealed partial class InstanceRun(
    Supervisor supervisor, Launch launch, Dependencies dependencies, HealthLoop health, TimeProvider time, ILogger<InstanceRun> log)
{
    private const int ShownLines = 12;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>After this long a crash is a new one and the pause is short again.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    /// <summary>Runs until the resource ends or <paramref name="token"/> asks it to stop; never throws.</summary>
    public async Task RunAsync(Instance instance, CancellationToken token)
    {
        instance.Change(now => now with
        {
            ExitCode = null,
            Started = null,
            Stopped = null,
            Pid = null,
            Restarts = 0,
            Pausing = false,
            WaitingFor = null,
            Health = HealthLoop.Unknown(instance),
        });
        try
        {
            await dependencies.WaitAsync(instance, token);
            if (instance.Resource is ParameterResource parameter)
                Look(instance, parameter);
            else if (instance.HasProcess)
                await KeepRunningAsync(instance, token);
            else
                await WatchAsync(instance, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            instance.Change(now => now with { State = State.Finished, Style = null, WaitingFor = null, Pausing = false, Stopped = time.GetUtcNow() });
        }
        catch (Exception e)
        {
            instance.Log.Add(e is DistributedApplicationException ? e.Message : e.ToString(), isError: true);
            LogNotStarted(instance.Resource.Name, e.Message);
            instance.Change(now => now with
            {
                State = State.FailedToStart,
                Style = "error",
                WaitingFor = null,
                Stopped = time.GetUtcNow(),
            });
        }
    }

    private static void Look(Instance instance, ParameterResource parameter)
    {
        try
        {
            parameter.Read();
            instance.Change(now => now with { State = State.Running });
        }
        catch (DistributedApplicationException e)
        {
            instance.Log.Add(e.Message, isError: true);
            instance.Change(now => now with { State = State.ValueMissing, Style = "warning" });
        }
    }

    /// <summary>A database, a connection string, somebody else's server: nothing to start, but perhaps to create, and to watch.</summary>
    private async Task WatchAsync(Instance instance, CancellationToken token)
    {
        await RunHooksAsync(instance, token);
        instance.Change(now => now with { State = State.Running, Started = time.GetUtcNow() });
        await health.RunAsync(instance, token);
        token.ThrowIfCancellationRequested();
    }

    private async Task KeepRunningAsync(Instance instance, CancellationToken token)
    {
        var restarts = instance.Resource.Annotations.OfType<RestartedAfterCrashAnnotation>().LastOrDefault();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var began = time.GetTimestamp();
            if (!await RunProcessAsync(instance, restarts?.WhateverTheCode ?? false, token) || restarts is null)
                return;
            if (time.GetElapsedTime(began) > Stable)
                pause = FirstPause;
            instance.Log.Add($"It ended by itself; started again in {pause.TotalSeconds} s.", isError: true);
            LogRestart(instance.Resource.Name, pause.TotalSeconds);
            instance.Change(now => now with { Pausing = true });
            await Task.Delay(pause, time, token);
            instance.Change(now => now with { Pausing = false, Restarts = now.Restarts + 1 });
        }
    }

    /// <summary>One process, from its start to its end. True = it crashed.</summary>
    private async Task<bool> RunProcessAsync(Instance instance, bool whateverTheCode, CancellationToken token)
    {
        instance.Change(now => now with { State = State.Starting, Style = null, ExitCode = null, Stopped = null });
        await RunHooksAsync(instance, token);
        var plan = await launch.PlanAsync(instance, token);
        using var child = await supervisor.StartAsync(plan, (text, isError) => instance.Log.Add(text, isError));
        instance.Change(now => now with
        {
            State = State.Running,
            Pid = child.Pid,
            Started = time.GetUtcNow(),
            Program = plan.Program,
            Arguments = [.. plan.Arguments],
            Environment = plan.Environment.Where(variable => variable.Value is not null).ToImmutableDictionary(),
        });

        var asked = await UntilEndAsync(instance, child, token);
        await child.CleanUpAsync();
        var code = child.ExitCode;
        var failed = !asked && (code != 0 || whateverTheCode);
        if (failed)
            LogLastLines(instance.Resource.Name, string.Join('\n', instance.Log.Tail(ShownLines).Select(line => $"    {line.Text}")));
        instance.Change(now => now with
        {
            State = failed ? State.Exited : State.Finished,
            Style = failed ? "error" : null,
            ExitCode = code,
            Pid = null,
            Stopped = time.GetUtcNow(),
            Health = HealthLoop.Unknown(instance),
        });
        return failed;
    }

    /// <summary>True when the process ended because it was asked to.</summary>
    private async Task<bool> UntilEndAsync(Instance instance, Child child, CancellationToken token)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token);
        var watching = health.RunAsync(instance, ended.Token);
        try
        {
            await child.Exited.WaitAsync(token);
            return false;
        }
        catch (OperationCanceledException)
        {
            instance.Change(now => now with { State = State.Stopping, Style = null });
            var signal = instance.Resource.Annotations.OfType<SignalAnnotation>().LastOrDefault()?.Stop ?? Signal.Terminate;
            if (!await child.StopAsync(signal, instance.Grace))
                instance.Log.Add($"It did not end within {instance.Grace.TotalSeconds:0.#} s and was killed.", isError: true);
            return true;
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    private static async Task RunHooksAsync(Instance instance, CancellationToken token)
    {
        foreach (var annotation in instance.Resource.Annotations.OfType<StartHookAnnotation>())
            await annotation.Hook(token);
    }

    [LoggerMessage(1, LogLevel.Error, "{Name}: did not start: {Why}")]
    private partial void LogNotStarted(string name, string why);

    [LoggerMessage(2, LogLevel.Warning, "{Name}: started again in {Seconds} s")]
    private partial void LogRestart(string name, double seconds);

    [LoggerMessage(3, LogLevel.Warning, "{Name}: its last lines\n{Lines}")]
    private partial void LogLastLines(string name, string lines);
}
