using System.Net.ServerSentEvents;
using System.Text.Json;
using Spectre.Console;

namespace Cassiopea.Cli.Api;

/// <summary>Follows a migration over the live stream. When the gateway goes away it waits and resumes after the last event seen.</summary>
internal static class WatchCommand
{
    private static readonly string[] Over = ["HandedOver", "Completed", "Cancelled", "Declined"];
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var id = await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);
        var until = line.Value("--until");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (line.Value("--timeout") is not null) limit.CancelAfter(TimeSpan.FromSeconds(line.Number("--timeout", 60, 1, 31_536_000)));

        var board = new WatchBoard();
        using IWatchScreen screen = line.Has("--json") ? new JsonScreen() : Console.IsOutputRedirected ? new LineScreen() : new LiveScreen();
        try
        {
            await FollowAsync(api, id, board, screen, () => board.State == until || Over.Contains(board.State), limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            screen.Note(Speech.Of($"still {board.State} at the time limit", $"toujours {board.State} à la limite de temps"));
            return ExitCode.Interrupted;
        }

        if (until is not null && board.State != until) return ExitCode.Exceptions;
        return board.State is "Cancelled" or "Declined" || board.Items.Any(static i => i.State is "DoneWithExceptions" or "NeedsStaff") ? ExitCode.Exceptions : ExitCode.Complete;
    }

    private static async Task FollowAsync(ApiClient api, Guid id, WatchBoard board, IWatchScreen screen, Func<bool> ends, CancellationToken token)
    {
        string? last = null;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                using var answer = await api.StreamAsync($"events?migration={id}", last, token);
                board.Take(await api.GetAsync($"migrations/{id}", token));
                screen.Show(board, null, default);
                if (ends()) return;
                await using var stream = await answer.Content.ReadAsStreamAsync(token);
                await foreach (var said in SseParser.Create(stream).EnumerateAsync(token))
                {
                    (last, pause) = (said.EventId, FirstPause);
                    var data = JsonSerializer.Deserialize<JsonElement>(said.Data);
                    board.Take(said.EventType, data);
                    screen.Show(board, said.EventType, data);
                    if (ends()) return;
                }
            }
            catch (Exception away) when (away is HttpRequestException or IOException or ApiException { ExitCode: ExitCode.Interrupted or ExitCode.Failed })
            {
                screen.Note(Speech.Of("the gateway is away, waiting", "la passerelle est absente, on attend"));
            }

            await Task.Delay(pause, TimeProvider.System, token);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>One JSON line per event.</summary>
    private sealed class JsonScreen : IWatchScreen
    {
        public void Show(WatchBoard board, string? type, JsonElement data) =>
            Console.WriteLine(JsonSerializer.Serialize(new { type = type ?? "snapshot", state = board.State, data = type is null ? board.Snapshot : data }));

        public void Note(string text) => Console.Error.WriteLine(text);

        public void Dispose()
        {
        }
    }

    /// <summary>One line per event, for pipes, logs and screen readers.</summary>
    private sealed class LineScreen : IWatchScreen
    {
        public void Show(WatchBoard board, string? type, JsonElement data)
        {
            if (type is null) Console.WriteLine($"{board.State}: {board.Waiting}");
            else if (type == "progress") Console.WriteLine(board.Items.FirstOrDefault(i => i.Id == data.Text("itemId")) is { } item ? $"{item.Name} {item.Share:0 %} {item.Speed}" : "");
            else Console.WriteLine(Sentence.Of(type, data));
        }

        public void Note(string text) => Console.Error.WriteLine(text);

        public void Dispose()
        {
        }
    }

    /// <summary>A table on a screen of its own, drawn again at each event; the last one stays when it ends.</summary>
    private sealed class LiveScreen : IWatchScreen
    {
        private readonly Lock _lock = new();
        private WatchBoard? _board;
        private string _note = "";

        public LiveScreen() => Console.Write("\u001b[?1049h\u001b[?25l\u001b[2J");

        public void Show(WatchBoard board, string? type, JsonElement data)
        {
            lock (_lock)
            {
                _board = board;
                _note = type is null ? "" : type == "progress" ? _note : Sentence.Of(type, data);
                Draw();
            }
        }

        public void Note(string text)
        {
            lock (_lock)
            {
                _note = text;
                Draw();
            }
        }

        public void Dispose()
        {
            Console.Write("\u001b[?1049l\u001b[?25h");
            if (_board is not null) AnsiConsole.Write(Draw(_board));
        }

        private void Draw()
        {
            Console.Write("\u001b[H");
            if (_board is not null) AnsiConsole.Write(Draw(_board));
            AnsiConsole.Write(new Text(_note));
            Console.Write("\u001b[0J");
        }

        private static Table Draw(WatchBoard board)
        {
            var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(Markup.Escape($"{board.State}: {board.Waiting}")) };
            table.AddColumns(Speech.Of("item", "élément"), Speech.Of("state", "état"), Speech.Of("progress", "avancement"), Speech.Of("rate", "débit"), Speech.Of("left", "reste"));
            foreach (var item in board.Items)
                table.AddRow(new Text(item.Name), new Text(item.State), new Text(item.Bar), new Text(item.Speed), new Text(item.Left));
            return table;
        }
    }
}

/// <summary>Shows what happens.</summary>
internal interface IWatchScreen : IDisposable
{
    /// <param name="board">As it is now.</param>
    /// <param name="type">What just happened; null = the whole was read again.</param>
    /// <param name="data">Its data.</param>
    void Show(WatchBoard board, string? type, JsonElement data);

    void Note(string text);
}
