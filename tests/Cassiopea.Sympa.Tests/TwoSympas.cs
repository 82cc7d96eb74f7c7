using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>An old and a new Sympa with one list to move, and what each step does with them.</summary>
internal sealed class TwoSympas : IAsyncDisposable
{
    public static readonly ListAddress From = new("asso-infos", "lists.oldhost.test"), To = new("asso-infos", "lists.newhost.test");
    private readonly string _folder = LabRoot.NewFolder("bundle");
    private int _bundles;

    public required SympaServer Old { get; init; }

    public required SympaServer New { get; init; }

    public required SympaHost Source { get; init; }

    public required SympaHost Target { get; init; }

    /// <summary>What the import remembers.</summary>
    public string Journal => $"{_folder}/journal";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TwoSympas> StartAsync(int members, int posts)
    {
        var (old, fresh) = (await SympaServer.StartAsync(From.Robot, Token), await SympaServer.StartAsync(To.Robot, Token));
        await old.AddListAsync(From.Name, ListSeed.Config(old.Robot), ListSeed.Members(members), ListSeed.Owners, ListSeed.Editors, Token);
        for (var i = 1; i <= posts; i++) await old.ArchiveAsync(From.Name, i > 15 ? "2011-07" : "2010-03", i > 15 ? i - 15 : i, ListSeed.Post(i), Token);
        return new()
        {
            Old = old,
            New = fresh,
            Source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), old.Configuration, old.Library, Token),
            Target = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Target, SympaServer.Account), fresh.Configuration, fresh.Library, Token),
        };
    }

    /// <summary>Puts a file into the old list's folder, owned by Sympa.</summary>
    public Task PutAsync(string name, string text) => Source.PutFileAsync(From, name, System.Text.Encoding.UTF8.GetBytes(text), Token);

    public async Task<ListBundle> ExportAsync(ListScope? scope = null)
    {
        var folder = $"{_folder}/{++_bundles}";
        await new ListExport(TimeProvider.System).RunAsync(Source, From, folder, scope ?? ListScope.All, Token);
        return new(folder);
    }

    public Task<ListImportResult> ImportAsync(ListBundle bundle, ListImportOptions? options = null) =>
        new ListImport(TimeProvider.System).RunAsync(bundle, Target, To, Journal, options ?? new(), Token);

    public Task<TransferReport> VerifyAsync(ListBundle bundle) => new ListVerification(TimeProvider.System).RunAsync(bundle, Target, To, null, Source, Token);

    public Task PostAsync(SympaServer server, string id, string from, string more = "") => server.PostAsync(From.Name,
        $"From: {from}\nTo: {From.Name}@{server.Robot}\nSubject: {id}\nMessage-ID: <{id}@ailleurs.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n{more}\nBonjour\n", Token);

    public static Task HandledAsync(SympaServer server) =>
        Eventually.TrueAsync("the posts are handled", () => !Directory.EnumerateFiles($"{server.Root}/spool/msg", $"{From.Name}@*").Any(), TimeSpan.FromSeconds(120), Token);

    /// <summary>A message with its quoted-printable made readable, to look for words in it.</summary>
    public static string Readable(string message)
    {
        List<byte> octets = [];
        var text = message.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var octet))
            {
                octets.Add(octet);
                i += 2;
            }
            else
            {
                octets.AddRange(System.Text.Encoding.UTF8.GetBytes([text[i]]));
            }
        }

        return System.Text.Encoding.UTF8.GetString([.. octets]);
    }

    public async ValueTask DisposeAsync()
    {
        await Old.DisposeAsync();
        await New.DisposeAsync();
    }
}
