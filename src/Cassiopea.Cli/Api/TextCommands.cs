namespace Cassiopea.Cli.Api;

/// <summary>The texts that members receive.</summary>
internal static class TextCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("text list", "", "Texts that members receive, in their latest versions", "Les textes que les membres reçoivent, dans leur dernière version", "", async (line, api, token) =>
        {
            var texts = await api.GetAsync("texts", token);
            if (line.Has("--json")) Output.Json(texts);
            else
                Output.Table(
                    [Speech.Of("text", "texte"), Speech.Of("language", "langue"), "version", Speech.Of("by", "par"), Speech.Of("subject", "objet")],
                    texts.EnumerateArray().Select(static t => new[] { t.Text("template"), t.Text("language"), t.Text("version"), t.Text("actor"), t.Text("subject") }));
            return ExitCode.Complete;
        }),
        ApiCommands.Read("text show", "TEXT LANGUAGE", "One text, or an earlier --version of it", "Un texte, ou une --version antérieure", "--version=", async (line, api, token) =>
        {
            var text = await api.GetAsync(Path(line) + (line.Value("--version") is { } version ? $"?version={Uri.EscapeDataString(version)}" : ""), token);
            if (line.Has("--json")) Output.Json(text);
            else Output.Line(text.Text("text"));
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("text edit", "TEXT LANGUAGE FILE", "Write a new version from a file: first line the subject; --based-on = the version you saw",
            "Écrire une nouvelle version d'après un fichier : la première ligne est l'objet ; --based-on = la version lue", "--based-on=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, Path(line) + "/versions", new
            {
                text = System.Text.Encoding.UTF8.GetString(await InvoiceCommands.FileAsync(ApiCommands.Word(line, "FILE", 2), token)),
                basedOn = line.Number("--based-on", 0, 1, int.MaxValue),
            }, token)),
    ];

    private static string Path(CommandLine line) =>
        $"texts/{Uri.EscapeDataString(ApiCommands.Word(line, "TEXT"))}/{Uri.EscapeDataString(ApiCommands.Word(line, "LANGUAGE", 1))}";
}
