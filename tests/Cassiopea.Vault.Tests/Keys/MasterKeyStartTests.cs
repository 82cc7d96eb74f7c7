using Cassiopea.Lab.Servers;
using Cassiopea.Vault.Keys;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.Tests.Keys;

[Trait("Category", "Servers")]
public sealed class MasterKeyStartTests : IAsyncLifetime
{
    private readonly string _folder = VaultHost.NewFolder();
    private readonly Guid _credential = Guid.NewGuid();
    private readonly Guid _member = Guid.NewGuid();
    private string _database = "";
    private string _file = "";

    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var vault = await VaultHost.StartAsync(_folder, _database);
        await vault.StoreAsync(_credential, _member, "kept over a restart");
        await vault.GrantAsync(_credential, _member);
        _file = vault.Files.PathOf(1);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_restart_reads_what_was_stored_before()
    {
        await using var vault = await VaultHost.StartAsync(_folder, _database);
        Assert.Equal("kept over a restart", await vault.SecretAsync("mail", _credential));
    }

    [Fact]
    public async Task The_vault_does_not_start_when_others_may_read_the_master_key()
    {
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refused = await Assert.ThrowsAsync<MasterKeyException>(() => VaultHost.StartAsync(_folder, _database));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_vault_does_not_start_without_its_master_key_or_with_another_one()
    {
        var key = await File.ReadAllBytesAsync(_file);
        File.Delete(_file);
        await Assert.ThrowsAsync<MasterKeyException>(() => VaultHost.StartAsync(_folder, _database));
        Assert.False(File.Exists(_file));
        new MasterKeyFiles(_file[..^2]).Create(1);
        Assert.Contains("another key", (await Assert.ThrowsAsync<MasterKeyException>(() => VaultHost.StartAsync(_folder, _database))).Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(_file, key);
        await using var vault = await VaultHost.StartAsync(_folder, _database);
        Assert.Equal("kept over a restart", await vault.SecretAsync("mail", _credential));
    }

    [Fact]
    public async Task A_master_key_that_operators_provide_is_used_and_none_is_made_when_that_is_off()
    {
        var folder = VaultHost.NewFolder();
        await Assert.ThrowsAsync<MasterKeyException>(() => VaultHost.StartAsync(folder, settings: ("Vault:CreateMasterKey", "false")));
        new MasterKeyFiles(Path.Combine(folder, "keys", "master-key")).Create(1);
        await using (await VaultHost.StartAsync(folder, settings: ("Vault:CreateMasterKey", "false")))
            Assert.True(File.Exists(Path.Combine(folder, "keys", "master-key.1")));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("token-of-gateway-0123456789abcdef")]
    public async Task A_short_token_or_one_of_two_services_ends_the_start(string token) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => VaultHost.StartAsync(_folder, _database, ("Vault:Tokens:mail", token)));
}
