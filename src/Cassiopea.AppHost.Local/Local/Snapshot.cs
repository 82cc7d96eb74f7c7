using System.Collections.Immutable;

namespace Aspire.Hosting.Local;

/// <summary>The words that the dashboard knows.</summary>
internal static class State
{
    public const string NotStarted = nameof(NotStarted);
    public const string Waiting = nameof(Waiting);
    public const string Starting = nameof(Starting);
    public const string Running = nameof(Running);
    public const string Stopping = nameof(Stopping);
    public const string Finished = nameof(Finished);
    public const string Exited = nameof(Exited);
    public const string FailedToStart = nameof(FailedToStart);
    public const string ValueMissing = nameof(ValueMissing);

    public static bool IsStopped(string state) => state is NotStarted or Finished or Exited or FailedToStart;

    public static bool IsBusy(string state) => state is Waiting or Starting or Stopping;
}

/// <summary>The result of a check; <paramref name="Healthy"/> is null while it has not been made.</summary>
internal sealed record HealthResult(string Key, bool? Healthy, string Why, DateTimeOffset? At);

/// <summary>All that is known about one running copy of a resource: immutable, replaced as a whole.</summary>
internal sealed record Snapshot(DateTimeOffset Created)
{
    public string State { get; init; } = Local.State.NotStarted;

    /// <summary><c>success</c>, <c>info</c>, <c>warning</c>, <c>error</c>; null = the dashboard's own choice.</summary>
    public string? Style { get; init; }

    public int? Pid { get; init; }

    public int? ExitCode { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Stopped { get; init; }

    /// <summary>How often it was started again after a crash.</summary>
    public int Restarts { get; init; }

    /// <summary>It crashed and will be started again after a pause.</summary>
    public bool Pausing { get; init; }

    /// <summary>What a waiting copy waits for, in words.</summary>
    public string? WaitingFor { get; init; }

    public string? Program { get; init; }

    public ImmutableArray<string> Arguments { get; init; } = [];

    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public ImmutableArray<HealthResult> Health { get; init; } = [];

    public bool Ready => State == Local.State.Running && Health.All(result => result.Healthy == true);
}
