using Cassiopea.ServiceDefaults;

namespace Cassiopea.MailingLists;

/// <summary>The only place where this service registers anything.</summary>
internal static class MailingListsSetup
{
    public static void AddMailingLists(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("mailing-lists");
        builder.AddDatabase<MailingListsContext>("mailing-lists-db");
        builder.AddBus<MailingListsContext>("mailing-lists", bus => bus.AddConsumer<FindMailingListsConsumer>());
    }
}
