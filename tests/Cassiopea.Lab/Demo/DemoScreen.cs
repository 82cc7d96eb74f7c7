using Spectre.Console;

namespace Cassiopea.Lab.Demo;

/// <summary>What people see: on a terminal one line per item, redrawn; elsewhere one line per thing that happened.</summary>
internal sealed class DemoScreen(TextWriter output)
{
    private const int Kept = 8;
    private readonly Queue<string> _news = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly bool _live = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    /// <summary>Seconds since the beginning.</summary>
    public double Seconds => TimeProvider.System.GetElapsedTime(_started).TotalSeconds;

    public void Say(string line)
    {
        var text = $"{Seconds,7:0.0} s  {line}";
        _news.Enqueue(text);
        if (_news.Count > Kept)
            _news.Dequeue();
        if (!_live)
            output.WriteLine(text);
    }

    /// <summary>Runs the story, drawing after each step.</summary>
    public async Task FollowAsync(IReadOnlyList<Course> courses, Func<Task<bool>> step)
    {
        if (!_live)
        {
            while (await step())
            {
            }

            return;
        }

        await AnsiConsole.Live(Draw(courses)).AutoClear(false).StartAsync(async context =>
        {
            while (await step())
                context.UpdateTarget(Draw(courses));
            context.UpdateTarget(Draw(courses));
        });
    }

    private Rows Draw(IReadOnlyList<Course> courses)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("member", "state", "item", "progress", "messages", "rate", "left");
        foreach (var course in courses)
        {
            var items = course.View?.Items.Where(i => i.State != "Excluded").ToArray() ?? [];
            if (items.Length == 0)
                table.AddRow(Cell($"{course.Member.Reference} {course.Member.Name}"), Cell(course.State), Cell("–"), Cell(""), Cell(""), Cell(""), Cell(""));
            for (var i = 0; i < items.Length; i++)
            {
                var (item, p) = (items[i], items[i].Progress);
                table.AddRow(
                    Cell(i == 0 ? $"{course.Member.Reference} {course.Member.Name}" : ""), Cell(i == 0 ? course.State : ""), Cell(item.Name),
                    new Markup($"{Bar(p)} {Markup.Escape(item.State)}{(item.Grade is null ? "" : $" [green]{Markup.Escape(item.Grade)}[/]")}"),
                    Cell(p is null ? "" : $"{p.Done} / {p.Total}"),
                    Cell(p is { BytesPerSecond: > 0 } ? $"{p.BytesPerSecond / 1e6:0.0} MB/s" : ""),
                    Cell(p?.RemainingSeconds is { } left && p.Done < p.Total ? $"{left:0} s" : ""));
            }
        }

        return new Rows(table, new Text(string.Join('\n', _news), new Style(Color.Grey)));
    }

    private static Text Cell(string text) => new(text);

    private static string Bar(Progress? p)
    {
        const int Width = 20;
        var done = p is null || p.Total == 0 ? 0 : (int)(Width * Math.Min(p.Done, p.Total) / p.Total);
        return $"[green]{new string('█', done)}[/][grey]{new string('░', Width - done)}[/]";
    }
}
