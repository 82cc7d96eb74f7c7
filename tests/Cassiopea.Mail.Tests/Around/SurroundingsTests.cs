using System.Formats.Tar;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Microsoft.Data.Sqlite;

namespace Cassiopea.Mail.Tests;

/// <summary>Aliases, forwards, automatic replies and address books go along with their mailbox.</summary>
[Trait("Category", "Servers")]
public sealed class SurroundingsTests : IDisposable
{
    private readonly string _folder = LabRoot.NewFolder("around");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_surrounds_a_mailbox_is_surveyed_and_exported_with_it()
    {
        await using var host = await MailHost.StartAsync(
            ("Mail:VirtualAliasFiles:0", Path.Combine(_folder, "virtual")), ("Mail:SieveDirectory", _folder), ("Mail:AddressBookDirectory", _folder), ("Mail:RoundcubeDatabase", Path.Combine(_folder, "roundcube.db")));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 8, 161));
        var login = mailbox.From.User.ToLowerInvariant();
        await File.WriteAllTextAsync(Path.Combine(_folder, "virtual"), $"alias@x.example {login}\nother@x.example stranger@x.example\n{login} {login}, copy@elsewhere.example\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, login + ".sieve"), "require \"vacation\";\nvacation :days 3 \"Absente\";\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, login + ".vcf"), "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoé\r\nEND:VCARD\r\n");
        await MakeRoundcubeAsync(login);

        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item);
        Assert.Equal(
            [("aliases", "1"), ("forwards", "1"), ("catch-alls", "0"), ("auto-replies", "1"), ("contacts", "3")],
            new[] { "aliases", "forwards", "catch-alls", "auto-replies", "contacts" }.Select(n => (n, surveyed.Facts.Single(f => f.Name == n).Value)));
        Assert.DoesNotContain(surveyed.Facts, f => f.Value.Contains('@', StringComparison.Ordinal));

        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(), e => e.ItemId == mailbox.Item);
        var archived = await host.WaitAsync<ItemArchived>(e => e.ItemId == mailbox.Item && e.Pass == 1);
        Assert.True(archived.Archive is { Equal: true, Messages: 0 });
        var files = await UnpackAsync(host, mailbox, archived.Archive.Parts);
        Assert.Equal(["around/aliases.csv", "around/auto-replies.txt", "around/contacts.csv", "around/contacts.vcf", "around/filters.sieve", "index.html"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains($"alias;alias@x.example;{login}", files["around/aliases.csv"], StringComparison.Ordinal);
        Assert.DoesNotContain("stranger", files["around/aliases.csv"], StringComparison.Ordinal);
        Assert.Equal(["Zoé", "Own Card", "Max Muster"], VCard.Read(files["around/contacts.vcf"]).Select(c => c.First("FN")));
        Assert.Contains("Absente", files["around/auto-replies.txt"], StringComparison.Ordinal);

        // what changed goes into a new part, what did not does not
        await File.AppendAllTextAsync(Path.Combine(_folder, "virtual"), $"second@x.example {login}\n");
        await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        var second = await host.WaitAsync<ItemArchived>(e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Equal(archived.Archive.Parts, second.Archive.Parts.Take(1));
        Assert.Equal("around/aliases.csv", Assert.Single((await UnpackAsync(host, mailbox, second.Archive.Parts.Skip(1))).Keys));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_by_the_survey()
    {
        await using var host = await MailHost.StartAsync(("Mail:RoundcubeDatabase", Path.Combine(_folder, "roundcube.db")));
        await File.WriteAllTextAsync(Path.Combine(_folder, "roundcube.db"), "this is no database, but long enough to be looked at as one");
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 3, 162));
        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item);
        Assert.Null(surveyed.SourceFailure);
        Assert.Contains(surveyed.Facts, f => f.Name == "around-problem");
    }

    private async Task MakeRoundcubeAsync(string login)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(_folder, "roundcube.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = """
            create table users (user_id integer primary key, username varchar(128) not null);
            create table contacts (contact_id integer primary key, user_id integer not null, changed datetime, del tinyint not null default 0, name varchar(128) not null default '',
                email text not null default '', firstname varchar(128) not null default '', surname varchar(128) not null default '', vcard text, words text);
            insert into users values (1, $login), (2, 'stranger@x.example');
            insert into contacts (user_id, del, name, email, firstname, surname, vcard) values
                (1, 0, 'Own Card', 'own@x.example', '', '', 'BEGIN:VCARD' || char(10) || 'VERSION:3.0' || char(10) || 'FN:Own Card' || char(10) || 'END:VCARD'),
                (1, 0, 'Max Muster', 'max@x.example, max@y.example', 'Max', 'Muster', null),
                (1, 1, 'Deleted', '', '', '', null), (2, 0, 'Not ours', '', '', '', null);
            """;
        command.Parameters.AddWithValue("$login", login.ToUpperInvariant());
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Dictionary<string, string>> UnpackAsync(MailHost host, MailboxCase mailbox, IEnumerable<ArchivePart> parts)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            await using var tar = new TarReader(File.OpenRead(Path.Combine(host.Archives, mailbox.Migration.ToString("N"), mailbox.Item.ToString("N"), "parts", part.Name)));
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                using var reader = new StreamReader(entry.DataStream!);
                files[entry.Name] = await reader.ReadToEndAsync();
            }
        }

        return files;
    }
}
