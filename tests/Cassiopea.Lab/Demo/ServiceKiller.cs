namespace Cassiopea.Lab.Demo;

/// <summary>
/// Kills every service by SIGKILL, the saga's host and the gateway among them: those that move something while an item of theirs is copied, or where that
/// was over too soon, between its first copy and the end of its last; the others one after the other, each a moment after the last one is back. What is
/// seen is that the story ends the same.
/// </summary>
internal sealed class ServiceKiller(DemoSystem system, IReadOnlyList<Course> courses, bool wanted, Action<string> say)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BackWithin = TimeSpan.FromMinutes(1);

    private static readonly (string Assembly, string Kind)[] Movers =
        [("WebHosting", "Site"), ("Databases", "Database"), ("MailingLists", "MailingList"), ("Domains", "Domain"), ("Mail", "Mailbox")];

    private static readonly string[] Others = ["Billing", "Vault", "Migrations", "Gateway"];

    /// <summary>How often each was killed, by the service's name.</summary>
    public Dictionary<string, int> Kills { get; } = new(StringComparer.Ordinal);

    /// <summary>True when all that was wanted was done.</summary>
    public bool IsDone => !wanted || Movers.Select(mover => mover.Assembly).Concat(Others).All(Kills.ContainsKey);

    public async Task RunAsync(CancellationToken token)
    {
        if (!wanted)
            return;
        try
        {
            var others = new Queue<string>(Others);
            while (!IsDone)
            {
                await Task.Delay(Look, TimeProvider.System, token);
                var moving = KindsIn("Copying");
                var next = Left(moving) ?? (moving.Count > 0 && others.TryDequeue(out var other) ? other : null) ?? Left(KindsIn("InSync", "CutOver"));
                if (next is not null)
                    await KillAsync(next, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the story is over
        }
    }

    private HashSet<string> KindsIn(params IReadOnlyList<string> states) =>
        courses.Where(c => !c.IsOver).SelectMany(c => c.View?.Items ?? []).Where(i => states.Contains(i.State)).Select(i => i.Kind).ToHashSet(StringComparer.Ordinal);

    private string? Left(HashSet<string> kinds) => Movers.Where(m => kinds.Contains(m.Kind) && !Kills.ContainsKey(m.Assembly)).Select(m => m.Assembly).FirstOrDefault();

    private async Task KillAsync(string service, CancellationToken token)
    {
        var assembly = $"Cassiopea.{service}.dll";
        if (system.PidOf(assembly) is not { } pid || !NativeSignal.Send(pid, 9))
            return;
        Kills[service] = Kills.GetValueOrDefault(service) + 1;
        say($"kill -9 of {service}");
        await Eventually.TrueAsync($"another {service} runs", () => system.PidOf(assembly) is { } next && next != pid, BackWithin, token);
        await Task.Delay(Between, TimeProvider.System, token);
    }
}
