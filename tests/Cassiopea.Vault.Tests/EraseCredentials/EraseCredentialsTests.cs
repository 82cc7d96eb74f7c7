using System.Diagnostics;
using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.Vault.Tests.EraseCredentials;

[Trait("Category", "Servers")]
public sealed class EraseCredentialsTests
{
    [Fact]
    [Trait("Requirement", "sec-S4")]
    public async Task Erasing_a_member_deletes_key_and_rows_tells_what_and_leaves_other_members_alone()
    {
        await using var vault = await VaultHost.StartAsync();
        var (member, other, migration) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        Guid[] credentials = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        foreach (var id in credentials)
        {
            await vault.StoreAsync(id, member, $"secret of {id}");
            await vault.GrantAsync(id, member, migration: migration);
        }

        var kept = Guid.NewGuid();
        await vault.StoreAsync(kept, other, "kept");
        await vault.GrantAsync(kept, other);
        var lease = (await vault.LeaseAsync("mail", credentials[0])).Body.GetProperty("leaseId").GetGuid();
        var key = await vault.InDatabaseAsync(db => db.DataKeys.AsNoTracking().SingleAsync(row => row.MemberId == member));

        await vault.SendAsync(new Contracts.EraseCredentials(migration, member));
        await Eventually.TrueAsync("erasure is told", () => vault.Heard<CredentialsErased>().Count == 1, TimeSpan.FromSeconds(30));
        var told = vault.Heard<CredentialsErased>()[0];
        Assert.Equal((migration, member, 3, key.Id, 1), (told.MigrationId, told.MemberId, told.Count, told.DataKeyId, told.MasterKeyVersion));
        Assert.Equal(0, await vault.InDatabaseAsync(async db =>
            await db.DataKeys.CountAsync(row => row.MemberId == member) + await db.Credentials.CountAsync(row => row.MemberId == member)
            + await db.Grants.CountAsync(row => row.MemberId == member) + await db.Leases.CountAsync(row => row.Id == lease)));
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.LeaseAsync("mail", credentials[0])).Status);
        Assert.Equal("kept", await vault.SecretAsync("mail", kept));

        await vault.SendAsync(new Contracts.EraseCredentials(migration, member));
        await Eventually.TrueAsync("the same is told again", () => vault.Heard<CredentialsErased>().Count == 2, TimeSpan.FromSeconds(30));
        Assert.Equal(told, vault.Heard<CredentialsErased>()[1]);
    }

    [Fact]
    public async Task A_member_without_credentials_is_erased_with_nothing_to_tell()
    {
        await using var vault = await VaultHost.StartAsync();
        await vault.SendAsync(new Contracts.EraseCredentials(Guid.NewGuid(), Guid.NewGuid()));
        await Eventually.TrueAsync("erasure is told", () => vault.Heard<CredentialsErased>().Count == 1, TimeSpan.FromSeconds(30));
        Assert.Equal((0, Guid.Empty), (vault.Heard<CredentialsErased>()[0].Count, vault.Heard<CredentialsErased>()[0].DataKeyId));
    }

    [Fact]
    [Trait("Requirement", "sec-S2")]
    public async Task A_canary_is_in_no_table_no_dump_no_log_no_key_file_and_no_message_while_it_can_be_leased()
    {
        await using var vault = await VaultHost.StartAsync();
        Dictionary<string, string> canaries = [];
        List<Guid> ids = [];
        for (var i = 0; i < 20; i++)
        {
            var (id, member) = (Guid.NewGuid(), Guid.NewGuid());
            ids.Add(id);
            canaries[$"{id}"] = CanarySweep.Canary($"m{i}", "imap", "é<&\"+/=");
            await vault.StoreAsync(id, member, canaries[$"{id}"]);
            await vault.GrantAsync(id, member);
            Assert.Equal(canaries[$"{id}"], await vault.SecretAsync("mail", id));
        }

        await vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync($"update credential set version = 9 where id = {ids[0]}"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await vault.LeaseAsync("mail", ids[0])).Status);

        var sweep = new CanarySweep(canaries);
        Assert.Empty(await sweep.TextAsync("pg_dump", await DumpAsync(vault.ConnectionString), CancellationToken.None));
        Assert.Empty(await sweep.TextAsync("select of all tables", await SelectAllAsync(vault.ConnectionString), CancellationToken.None));
        Assert.Empty(await sweep.FolderAsync(vault.Folder, [], CancellationToken.None));
        Assert.Empty(await sweep.ProcessesAsync([Environment.ProcessId], CancellationToken.None));
        Assert.True(sweep.BytesSearched > 20_000);
        Assert.Contains("broken", await File.ReadAllTextAsync(Path.Combine(vault.Folder, "vault.log")), StringComparison.Ordinal);

        // the sweep itself finds what is there
        await vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync($"update lease set purpose = {canaries[$"{ids[1]}"]} where credential_id = {ids[1]}"));
        Assert.NotEmpty(await sweep.TextAsync("pg_dump", await DumpAsync(vault.ConnectionString), CancellationToken.None));
        Assert.NotEmpty(await sweep.TextAsync("select of all tables", await SelectAllAsync(vault.ConnectionString), CancellationToken.None));
    }

    private static async Task<string> DumpAsync(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("pg_dump") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["-h", to.Host!, "-p", $"{to.Port}", "-U", to.Username!, "-d", to.Database!]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var dump = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return dump;
    }

    private static async Task<string> SelectAllAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        List<string> tables = [];
        await using (var names = await source.CreateCommand("select table_name from information_schema.tables where table_schema = 'public'").ExecuteReaderAsync())
            while (await names.ReadAsync()) tables.Add(names.GetString(0));
        Assert.Contains("credential", tables);
        var text = new System.Text.StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = await source.CreateCommand($"select to_json(t)::text from \"{table}\" t").ExecuteReaderAsync();
            while (await rows.ReadAsync()) text.AppendLine(rows.GetString(0));
        }

        return text.ToString();
    }
}
