using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Tests.Journal;

[Trait("Requirement", "mail-R12")]
public sealed class FolderJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-journal-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "folder-00001.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_intended_and_not_answered_is_open_after_a_crash_and_what_was_answered_is_done()
    {
        using (var journal = FolderJournal.OpenFile(Path))
        {
            journal.BeginGeneration(7, 9);
            journal.Intend(100, [Message(1), Message(2), Message(3)]);
            journal.Done([(1, 100, false), (2, 101, true)]);
            journal.Refused(4, new(Transfer.TransferSide.Target, Transfer.TransferFailureKind.Refused, "too-big", "no"));
        }

        using var again = FolderJournal.OpenFile(Path);
        Assert.Equal((7u, 9u), (again.SourceValidity, again.TargetValidity));
        Assert.Equal([EntryState.Done, EntryState.DoneUnchecked, EntryState.Intended, EntryState.Refused], again.Entries.Select(static entry => entry.State));
        var open = Assert.Single(again.Open);
        Assert.Equal((3u, 100u), (open.Key, open.Value.TargetNext));
        Assert.Equal(Message(3).Print, open.Value.Print);
        Assert.Equal("\\Seen a", again.FlagsOf(open.Value.Flags).Text);
        Assert.Equal([1u, 2u], again.ReadPrints().Keys.Order());
    }

    [Fact]
    public void Cut_at_any_octet_it_knows_no_message_as_done_that_was_not_and_none_twice()
    {
        using (var journal = FolderJournal.OpenFile(Path))
        {
            journal.BeginGeneration(7, 9);
            for (var uid = 1u; uid <= 20; uid++)
            {
                journal.Intend(uid, [Message(uid)]);
                journal.Done([(uid, uid + 50, false)]);
            }
        }

        var whole = File.ReadAllBytes(Path);
        var before = 0;
        for (var length = 8; length <= whole.Length; length += 7)
        {
            File.WriteAllBytes(Path, whole[..length]);
            using var journal = FolderJournal.OpenFile(Path);
            var done = journal.Entries.Count(static entry => entry.State == EntryState.Done);
            Assert.InRange(done, before, before + 2);
            Assert.InRange(journal.Open.Count, 0, 1);
            Assert.All(journal.Entries.Where(static entry => entry.State == EntryState.Done), static entry => Assert.Equal(entry.Uid + 50, entry.TargetUid));
            before = done;
        }
    }

    [Fact]
    public void Twenty_thousand_random_records_give_a_state_or_the_reader_s_own_exception()
    {
        var random = new Random(8);
        for (var i = 0; i < 20_000; i++)
        {
            var record = new byte[random.Next(1, 60)];
            random.NextBytes(record);
            record[0] = (byte)random.Next(15, 30);
            try
            {
                FolderRecords.Read(record, new FolderState());
            }
            catch (InvalidDataException)
            {
                // The reader's own exception.
            }
        }
    }

    [Fact]
    public void A_new_generation_forgets_what_was_before()
    {
        using var journal = FolderJournal.OpenFile(Path);
        journal.BeginGeneration(7, 9);
        journal.Intend(1, [Message(1)]);
        journal.Done([(1, 1, false)]);
        journal.BeginGeneration(8, 9);
        Assert.Empty(journal.Entries);
        Assert.Empty(journal.ReadPrints());
    }

    private static JournalMessage Message(uint uid) =>
        new(uid, FlagSet.FromText("\\Seen a"), new(Hash256.Of([(byte)uid]), default, uid * 100, new(1_000_000 + uid, 120), Oddity.None, HasHash: true));
}
