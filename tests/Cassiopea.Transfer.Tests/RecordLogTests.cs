using System.Text;

namespace Cassiopea.Transfer.Tests;

public sealed class RecordLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-log-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "a.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_appended_is_read_again_in_order()
    {
        Write("one", "", "three");
        Assert.Equal(["one", "", "three"], Read());
        Write("four");
        Assert.Equal(["one", "", "three", "four"], Read());
    }

    [Fact]
    public void A_file_cut_at_any_octet_gives_a_prefix_and_can_be_written_on()
    {
        Write("one", "two", "three");
        var whole = File.ReadAllBytes(Path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            var found = Read();
            Assert.Equal(new[] { "one", "two", "three" }.Take(found.Count), found);
            Write("new");
            Assert.Equal([.. found, "new"], Read());
        }
    }

    [Fact]
    public void A_changed_octet_ends_the_log_before_it_and_is_never_believed()
    {
        Write("one", "two", "three");
        var whole = File.ReadAllBytes(Path);
        for (var at = 8; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(Path, damaged);
            var found = Read();
            Assert.True(found.Count < 3);
            Assert.Equal(new[] { "one", "two", "three" }.Take(found.Count), found);
        }
    }

    [Fact]
    public void Another_kind_of_file_is_refused()
    {
        File.WriteAllText(Path, "this is a letter, not a journal");
        Assert.Throws<InvalidDataException>(() => Read());
    }

    [Fact]
    public void Random_damage_never_breaks_the_reader()
    {
        var random = new Random(11);
        Write("one", "two");
        var whole = File.ReadAllBytes(Path);
        for (var i = 0; i < 500; i++)
        {
            var mutated = (byte[])whole.Clone();
            for (var change = random.Next(1, 6); change > 0; change--) mutated[random.Next(8, mutated.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path, mutated);
            Assert.InRange(Read().Count, 0, 2);
        }
    }

    private void Write(params string[] texts)
    {
        using var log = RecordLog.Open(Path, static _ => { });
        foreach (var text in texts) log.Append(Encoding.UTF8.GetBytes(text));
        log.Flush();
    }

    private List<string> Read()
    {
        var found = new List<string>();
        using var log = RecordLog.Open(Path, record => found.Add(Encoding.UTF8.GetString(record)));
        return found;
    }
}
