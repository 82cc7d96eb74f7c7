using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>The loop that everybody writes first for POP3: one RETR, one file, then the next RETR.</summary>
internal static class NaiveMaildrop
{
    /// <param name="ends">Port, user, file of the password, Maildir.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<int> RunAsync(string[] ends, CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(ends[0], CultureInfo.InvariantCulture), token);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, 65_536);
        await LineAsync(reader, token);
        await CommandAsync(stream, reader, $"USER {ends[1]}", token);
        await CommandAsync(stream, reader, $"PASS {(await File.ReadAllTextAsync(ends[2], token)).Trim()}", token);
        var count = int.Parse((await CommandAsync(stream, reader, "STAT", token)).Split(' ')[1], CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(ends[3], "cur")).FullName;
        for (var number = 1; number <= count; number++)
        {
            await CommandAsync(stream, reader, string.Create(CultureInfo.InvariantCulture, $"RETR {number}"), token);
            var message = new StringBuilder();
            while (await LineAsync(reader, token) is var line && line != ".") message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            await File.WriteAllTextAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"1.{number}.naive:2,")), message.ToString(), Encoding.Latin1, token);
        }

        await CommandAsync(stream, reader, "QUIT", token);
        return 0;
    }

    private static async Task<string> CommandAsync(NetworkStream stream, StreamReader reader, string command, CancellationToken token)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(command + "\r\n"), token);
        var answer = await LineAsync(reader, token);
        return answer.StartsWith("+OK", StringComparison.Ordinal) ? answer : throw new InvalidOperationException(answer);
    }

    private static async Task<string> LineAsync(StreamReader reader, CancellationToken token) => await reader.ReadLineAsync(token) ?? throw new EndOfStreamException();
}
