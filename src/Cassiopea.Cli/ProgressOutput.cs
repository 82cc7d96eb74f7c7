using System.Globalization;
using Cassiopea.Transfer;
using Spectre.Console;

namespace Cassiopea.Cli;

/// <summary>Shows how far a transfer is: a bar on a terminal, a line now and then elsewhere, nothing with --quiet or --json.</summary>
internal abstract class ProgressOutput : IAsyncDisposable
{
    /// <summary>To be called with news; null when nobody wants it.</summary>
    public virtual Action<ProgressSnapshot>? Listener => null;

    public virtual TimeSpan Every => TimeSpan.FromSeconds(1);

    public static ProgressOutput For(CommandLine line)
    {
        if (line.Has("--quiet") || line.Has("--json")) return new NoProgress();
        return Console.IsOutputRedirected ? new LineProgress() : new BarProgress();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Rates(ProgressSnapshot now) => string.Create(CultureInfo.InvariantCulture,
        $"{now.Items}/{now.ItemsTotal}, {now.ItemsPerSecond:0}/s, {ReportOutput.Size(now.BytesPerSecond)}/s, {Left(now.Remaining)}");

    private static string Left(TimeSpan? left) => left is { } time ? $"{time:hh\\:mm\\:ss} left" : "time left not known yet";

    private sealed class NoProgress : ProgressOutput;

    private sealed class LineProgress : ProgressOutput
    {
        public override Action<ProgressSnapshot> Listener => static now => Console.WriteLine(Rates(now));

        public override TimeSpan Every => TimeSpan.FromSeconds(10);
    }

    private sealed class BarProgress : ProgressOutput
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _shown;
        private ProgressSnapshot? _last;

        public BarProgress() => _shown = ShowAsync();

        public override Action<ProgressSnapshot> Listener => now => Volatile.Write(ref _last, now);

        public override TimeSpan Every => TimeSpan.FromMilliseconds(200);

        public override async ValueTask DisposeAsync()
        {
            _over.TrySetResult();
            await _shown;
            await base.DisposeAsync();
        }

        private Task ShowAsync() => AnsiConsole.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("logging in", maxValue: 1);
                while (true)
                {
                    var over = _over.Task.IsCompleted;
                    if (Volatile.Read(ref _last) is { } now) Update(bar, now);
                    if (over) return;
                    await Task.WhenAny(_over.Task, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None));
                }
            });

        private static void Update(ProgressTask bar, ProgressSnapshot now)
        {
            bar.MaxValue = Math.Max(1, now.ItemsTotal);
            bar.Value = Math.Min(now.Items, bar.MaxValue);
            bar.Description = Markup.Escape($"{Rates(now)}  {now.Now}");
        }
    }
}
