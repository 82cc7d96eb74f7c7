namespace Cassiopea.Contracts;

/// <summary>A service may read a credential until a time: the vault's grant table is filled by this alone. Sender: Migrations; consumer: Vault; key: CredentialId, Service, ItemId.</summary>
/// <param name="CredentialId">The credential.</param>
/// <param name="MemberId">Whose key protects it.</param>
/// <param name="MigrationId">For which migration.</param>
/// <param name="ItemId">For which item.</param>
/// <param name="Service">Which service: <c>mail</c>, <c>web-hosting</c>, <c>databases</c>, <c>domains</c>, <c>mailing-lists</c>.</param>
/// <param name="Until">When the grant ends.</param>
public sealed record CredentialGranted(Guid CredentialId, Guid MemberId, Guid MigrationId, Guid ItemId, string Service, DateTimeOffset Until);

/// <summary>No service may read any credential of this migration any more. Sender: Migrations; consumer: Vault.</summary>
/// <param name="MigrationId">The migration.</param>
public sealed record CredentialGrantsEnded(Guid MigrationId);

/// <summary>A credential was entered or replaced.</summary>
/// <param name="CredentialId">The credential.</param>
/// <param name="MemberId">Whose.</param>
/// <param name="Version">From 1; rises with each replacement.</param>
/// <param name="AsOf">When.</param>
public sealed record CredentialStored(Guid CredentialId, Guid MemberId, int Version, DateTimeOffset AsOf);

/// <summary>Erase a member's data key and all credentials under it. Answer: <see cref="CredentialsErased"/>. Sender: Migrations; consumer: Vault; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberId">Whose.</param>
[Command]
public sealed record EraseCredentials(Guid MigrationId, Guid MemberId);

/// <summary>A member's credentials can no longer be read by anyone.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberId">Whose.</param>
/// <param name="Count">Credentials erased.</param>
/// <param name="DataKeyId">The data key that was destroyed.</param>
/// <param name="MasterKeyVersion">Version of the master key that had wrapped it: backups are unreadable once that version is destroyed.</param>
/// <param name="AsOf">When.</param>
public sealed record CredentialsErased(Guid MigrationId, Guid MemberId, int Count, Guid DataKeyId, int MasterKeyVersion, DateTimeOffset AsOf);
