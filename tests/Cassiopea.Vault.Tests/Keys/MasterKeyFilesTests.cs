using Cassiopea.Vault.Keys;

namespace Cassiopea.Vault.Tests.Keys;

public sealed class MasterKeyFilesTests : IDisposable
{
    private readonly string _folder = VaultHost.NewFolder();
    private readonly byte[] _key = new byte[32];

    private MasterKeyFiles Files => new(Path.Combine(_folder, "keys", "master-key"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_new_key_is_for_its_owner_only()
    {
        Files.Create(1);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files.PathOf(1)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "keys")));
        Files.Read(1, _key);
        Assert.NotEqual(new byte[32], _key);
        Assert.Equal([1], Files.Versions());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.UserExecute)]
    public void A_key_with_wider_permissions_is_refused(UnixFileMode wider)
    {
        Files.Create(1);
        File.SetUnixFileMode(Files.PathOf(1), UnixFileMode.UserRead | wider);
        Assert.Contains("chmod 600", Assert.Throws<MasterKeyException>(() => Files.Read(1, _key)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(Files.PathOf(1), UnixFileMode.UserRead);
        Files.Read(1, _key);
    }

    [Fact]
    public void A_missing_or_short_key_says_what_to_do()
    {
        Assert.Contains("Put the file back", Assert.Throws<MasterKeyException>(() => Files.Read(1, _key)).Message, StringComparison.Ordinal);
        Files.Create(1);
        File.WriteAllText(Files.PathOf(1), "hello");
        Assert.Contains("32 bytes", Assert.Throws<MasterKeyException>(() => Files.Read(1, _key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destroyed_key_is_gone_and_destroying_again_does_no_harm()
    {
        Files.Create(1);
        Files.Create(2);
        File.SetUnixFileMode(Files.PathOf(1), UnixFileMode.UserRead);
        Files.Destroy(1);
        Files.Destroy(1);
        Assert.Equal([2], Files.Versions());
    }
}
