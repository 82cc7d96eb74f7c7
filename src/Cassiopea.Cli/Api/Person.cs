using Spectre.Console;

namespace Cassiopea.Cli.Api;

/// <summary>The person at the keyboard: secrets without echo, and a yes before what cannot be undone.</summary>
internal static class Person
{
    /// <summary>A secret from a file, from standard input, or asked without echo; never from an argument. One line end at the end is dropped.</summary>
    public static async Task<string> SecretAsync(string? file, string question, CancellationToken token)
    {
        if (file is not null)
        {
            if (!File.Exists(file)) throw new UsageException(Speech.Of($"{file} does not exist.", $"{file} n'existe pas."));
            return Trim(await File.ReadAllTextAsync(file, token));
        }

        if (Console.IsInputRedirected) return Trim(await Console.In.ReadToEndAsync(token));
        return await new TextPrompt<string>(question).Secret(null).ShowAsync(AnsiConsole.Console, token);
    }

    /// <exception cref="UsageException">Nobody is there to say yes and <c>--yes</c> was not given, or the person says no.</exception>
    public static async Task ConfirmAsync(CommandLine line, string question, CancellationToken token)
    {
        if (line.Has("--yes")) return;
        if (Console.IsInputRedirected)
            throw new UsageException(Speech.Of("This needs a yes: add --yes.", "Il faut une confirmation : ajoutez --yes."));
        if (!await new ConfirmationPrompt(question) { DefaultValue = false }.ShowAsync(AnsiConsole.Console, token))
            throw new UsageException(Speech.Of("Nothing was done.", "Rien n'a été fait."));
    }

    private static string Trim(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
