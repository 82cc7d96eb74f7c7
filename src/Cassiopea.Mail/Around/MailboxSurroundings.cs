using System.Globalization;
using System.Text;
using Cassiopea.Contracts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>What belongs to a mailbox beside its messages.</summary>
/// <param name="Routes">Aliases, forwards and catch-alls that lead to it or away from it.</param>
/// <param name="Replies">Automatic replies.</param>
/// <param name="Script">The Sieve script that has them; empty without.</param>
/// <param name="Contacts">The webmail's address book.</param>
internal sealed record Surroundings(IReadOnlyList<MailRoute> Routes, IReadOnlyList<AutoReply> Replies, string Script, IReadOnlyList<VCard> Contacts)
{
    public bool IsEmpty => Routes.Count + Replies.Count + Contacts.Count == 0;
}

/// <summary>Looks in the files of the old host for what surrounds a mailbox, and exports it for the member and the new provider.</summary>
internal sealed class MailboxSurroundings(IOptions<MailOptions> options)
{
    /// <summary>Where the exported files stand in an archive.</summary>
    public const string Folder = "around";

    /// <exception cref="PassFailureException">A file that is configured cannot be read.</exception>
    public async Task<Surroundings> OfAsync(string login, CancellationToken token)
    {
        try
        {
            var script = await TextAsync(options.Value.SieveDirectory, login, ".sieve", token);
            return new Surroundings(await RoutesAsync(login.ToLowerInvariant(), token), SieveVacation.Find(script), script, await ContactsAsync(login, token));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InventoryException or SqliteException)
        {
            throw new PassFailureException(
                new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, $"A file of the old host (aliases, auto-replies, contacts) cannot be read: {e.GetType().Name}."), e);
        }
    }

    public static IEnumerable<Fact> Facts(Surroundings around)
    {
        yield return Count("aliases", around.Routes.Count(r => r.Kind == RouteKind.Alias));
        yield return Count("forwards", around.Routes.Count(r => r.Kind == RouteKind.Forward));
        yield return Count("catch-alls", around.Routes.Count(r => r.Kind == RouteKind.CatchAll));
        yield return Count("auto-replies", around.Replies.Count);
        yield return Count("contacts", around.Contacts.Count);
    }

    /// <summary>Writes the files into the tree of an archive; the same facts give the same files. What is written is read again.</summary>
    public static async Task ExportAsync(Surroundings around, string tree, CancellationToken token)
    {
        if (around.IsEmpty)
            return;
        var folder = Path.Combine(tree, Folder);
        Directory.CreateDirectory(folder);
        if (around.Routes.Count > 0)
            await File.WriteAllTextAsync(Path.Combine(folder, "aliases.csv"), RoutesCsv.Write(around.Routes), token);
        if (around.Replies.Count > 0)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "filters.sieve"), around.Script, token);
            await File.WriteAllTextAsync(Path.Combine(folder, "auto-replies.txt"), Write(around.Replies), token);
        }

        if (around.Contacts.Count == 0)
            return;
        var cards = Path.Combine(folder, "contacts.vcf");
        await File.WriteAllTextAsync(cards, VCard.Write(around.Contacts), token);
        await File.WriteAllTextAsync(Path.Combine(folder, "contacts.csv"), VCard.WriteCsv(around.Contacts), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), token);
        var again = VCard.Read(await File.ReadAllTextAsync(cards, token));
        if (!again.Select(c => string.Join('\n', c.Lines)).SequenceEqual(around.Contacts.Select(c => string.Join('\n', c.Lines)), StringComparer.Ordinal))
            throw new PassFailureException(new Failure(FailureSide.Us, FailureKind.Broken, FailureCode.ItemAltered, "The address book, read again, is not what was written."));
    }

    private static string Write(IReadOnlyList<AutoReply> replies) => string.Join("\n", replies.Select(r => string.Create(
        CultureInfo.InvariantCulture,
        $"Subject: {r.Subject}\nFrom: {r.From}\nDays: {r.Days}\nAddresses: {string.Join(", ", r.Addresses)}\n\n{r.Text.TrimEnd()}\n")));

    private async Task<List<MailRoute>> RoutesAsync(string mailbox, CancellationToken token)
    {
        List<MailRoute> routes = [];
        foreach (var file in options.Value.VirtualAliasFiles)
        {
            using var map = File.OpenText(file);
            routes.AddRange(await VirtualAliasMap.ReadAsync(map, token));
        }

        if (options.Value.RoutesFile.Length > 0)
        {
            using var csv = File.OpenText(options.Value.RoutesFile);
            routes.AddRange(await RoutesCsv.ReadAsync(csv, token));
        }

        // an address that is its own target is the mailbox itself
        return [.. routes.Where(r => r.Concerns(mailbox) && !(r.Address == mailbox && r.Targets is [var only] && only == mailbox)).DistinctBy(r => (r.Address, string.Join(' ', r.Targets)))];
    }

    private async Task<List<VCard>> ContactsAsync(string login, CancellationToken token)
    {
        var cards = VCard.Read(await TextAsync(options.Value.AddressBookDirectory, login, ".vcf", token));
        if (options.Value.RoundcubeDatabase.Length > 0)
            cards.AddRange(await RoundcubeContacts.ReadAsync(options.Value.RoundcubeDatabase, login, token));
        return cards;
    }

    /// <summary>A file named for the login; empty without the folder or the file. A login is no path.</summary>
    private static async Task<string> TextAsync(string folder, string login, string ending, CancellationToken token)
    {
        if (folder.Length == 0 || login is "." or ".." || login.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
            return "";
        var file = Path.Combine(folder, login.ToLowerInvariant() + ending);
        return File.Exists(file) ? await File.ReadAllTextAsync(file, token) : "";
    }

    private static Fact Count(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture), name);
}
