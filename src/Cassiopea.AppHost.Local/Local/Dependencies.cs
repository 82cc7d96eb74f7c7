using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Waiting for others, as Aspire does in run mode with a dashboard: for one that exited the wait goes on, and is shown.</summary>
internal sealed class Dependencies(InstanceTable table)
{
    /// <exception cref="DistributedApplicationException">A dependency failed to start, or ended with another code than the wanted one.</exception>
    public async Task WaitAsync(Instance instance, CancellationToken token)
    {
        var waits = instance.Resource.Annotations.OfType<WaitAnnotation>().ToList();
        if (waits.Count == 0)
            return;

        instance.Change(now => now with { State = State.Waiting, Style = null });
        for (var said = ""; ;)
        {
            var changed = table.Changed.Next;
            var open = waits.Select(Describe).OfType<string>().ToList();
            if (open.Count == 0)
                break;
            var text = string.Join(", ", open);
            if (text != said)
            {
                said = text;
                instance.Log.Add($"Waiting for {text}");
                instance.Change(now => now with { WaitingFor = text });
            }

            await changed.WaitAsync(token);
        }

        instance.Change(now => now with { WaitingFor = null });
    }

    /// <summary>Null when the wait is over, else what is waited for and its state.</summary>
    private string? Describe(WaitAnnotation wait)
    {
        var name = wait.Resource.Name;
        var copies = table.Of(wait.Resource).Select(copy => copy.Now).ToList();
        if (copies.Any(copy => copy.State == State.FailedToStart))
            throw new DistributedApplicationException($"Dependency resource '{name}' failed to start.");

        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            if (copies.FirstOrDefault(copy => copy.ExitCode is { } code && code != wait.ExitCode) is { } wrong)
            {
                throw new DistributedApplicationException(
                    $"Resource '{name}' has entered the '{wrong.State}' state with exit code '{wrong.ExitCode}', expected '{wait.ExitCode}'.");
            }

            return copies.TrueForAll(copy => copy.ExitCode == wait.ExitCode) ? null : $"the end of {name}";
        }

        if (copies.TrueForAll(copy => copy.Ready))
            return null;
        var state = copies.First(copy => !copy.Ready).State;
        return State.IsStopped(state) && state != State.NotStarted ? $"{name} ({state}, start it again)" : $"{name} ({state})";
    }
}
