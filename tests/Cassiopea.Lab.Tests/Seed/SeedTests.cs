using System.Security.Cryptography;
using Cassiopea.Lab.Seed;

namespace Cassiopea.Lab.Tests.Seed;

public sealed class SeedTests
{
    [Fact]
    public void The_same_seed_makes_the_same_octets()
    {
        Assert.Equal(Hash(MailSets.Ordinary("x", 300, 7)), Hash(MailSets.Ordinary("x", 300, 7)));
        Assert.NotEqual(Hash(MailSets.Ordinary("x", 300, 7)), Hash(MailSets.Ordinary("x", 300, 8)));
        Assert.Equal(Hash(OddMail.All()), Hash(OddMail.All()));
    }

    [Fact]
    public void The_bench_mailbox_has_5000_messages_68_megabytes_and_12_folders()
    {
        var bench = MailSets.Bench();
        Assert.Equal(5_000, bench.Messages.Count);
        Assert.Equal(12, bench.Folders.Count);
        Assert.InRange(bench.Messages.Sum(m => m.Content.LongLength), 60_000_000, 76_000_000);
        Assert.All(bench.Messages, m => Assert.InRange(m.Content.Length, 1_500, 62_000));
        Assert.Equal(8, bench.Messages.SelectMany(m => m.Keywords).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("Été/Comptes rendus & PV", "&AMk-t&AOk-/Comptes rendus &- PV")]
    [InlineData("日本語", "&ZeVnLIqe-")]
    [InlineData("Emoji 📧", "Emoji &2D3c5w-")]
    public void Folder_names_are_encoded_as_RFC_3501_says(string name, string encoded)
    {
        Assert.Equal(encoded, FolderName.Encode(name));
        Assert.Equal(name, FolderName.Decode(encoded));
    }

    private static string Hash(SeedMailbox mailbox)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in mailbox.Messages)
        {
            hash.AppendData(message.Content);
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{string.Join('/', message.Folder)} {message.InternalDate:O} {message.Flags} {string.Join(' ', message.Keywords)}"));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
