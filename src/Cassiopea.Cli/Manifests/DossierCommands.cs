using Cassiopea.Cli.Api;

namespace Cassiopea.Cli.Manifests;

internal static class DossierCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("dossier build", "MIGRATION", "Download the dossier as one file: page, print, data, receipts, signed list", "Télécharger le dossier en un fichier : page, impression, données, attestations, liste signée", "--out=", async (line, api, token) =>
        {
            var id = await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);
            var path = line.Value("--out") ?? $"dossier-{id}.zip";
            await File.WriteAllBytesAsync(path, await api.BytesAsync($"migrations/{id}/dossier?format=zip", token), token);
            Output.Line(path);
            return ExitCode.Complete;
        }),
        new("dossier verify", Speech.Of("Check a downloaded dossier without any server; --key FILE = the key that you know", "Vérifier un dossier téléchargé sans aucun serveur ; --key FICHIER = la clé que vous connaissez"), "--key= --json", Verify, "FILE.zip"),
    ];

    private static async Task<int> Verify(CommandLine line, CancellationToken token)
    {
        var path = ApiCommands.Word(line, "FILE.zip");
        if (!File.Exists(path)) throw new UsageException(Speech.Of($"{path} does not exist.", $"{path} n'existe pas."));
        var check = DossierCheck.Of(path, line.Value("--key") is { } key ? await File.ReadAllTextAsync(key, token) : null);
        if (line.Has("--json")) Output.Json(new { equal = check.Problems.Count == 0, sha256 = check.Sha256, keySha256 = check.KeySha256, signerChecked = line.Value("--key") is not null, files = check.Files, receipts = check.Receipts, problems = check.Problems });
        else if (check.Problems.Count == 0)
        {
            Output.Line(Speech.Of($"as it was signed: {check.Sha256}, {check.Files} files, {check.Receipts} receipts", $"tel qu'il a été signé : {check.Sha256}, {check.Files} fichiers, {check.Receipts} attestations"));
            if (line.Value("--key") is null)
                Output.Line(Speech.Of($"signed by the key inside it, {check.KeySha256}: compare it with the one that you were given, or give that one with --key", $"signé par la clé qu'il contient, {check.KeySha256} : comparez-la à celle que vous avez reçue, ou donnez celle-ci avec --key"));
        }
        else
            foreach (var problem in check.Problems) Output.Line(problem);
        return check.Problems.Count == 0 ? ExitCode.Complete : ExitCode.Different;
    }
}
