using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindSitesConsumer(MemberInventory inventory) : IConsumer<FindSites>
{
    public static readonly InventoryForm Form = new(
        ItemKind.Site, "site", "WebHosting:InventoryFile", static port => port == 22 ? "sftp" : "ftp", static name => Uri.CheckHostName(name) == UriHostNameType.Dns);

    public async Task Consume(ConsumeContext<FindSites> context)
    {
        var question = context.Message;
        await context.Publish(await inventory.FindAsync(question.MigrationId, question.MemberReference, question.Declared, context.CancellationToken), context.CancellationToken);
    }
}
