using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Vault.GrantCredential;

/// <summary>Takes all grants of a migration back and ends the leases that stood on them alone.</summary>
internal sealed class CredentialGrantsEndedConsumer(Grants grants) : IConsumer<CredentialGrantsEnded>
{
    public Task Consume(ConsumeContext<CredentialGrantsEnded> context) => grants.EndAsync(context.Message.MigrationId, context.CancellationToken);
}
