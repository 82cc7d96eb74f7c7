using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.MailingLists;

/// <summary>Inbox and outbox; nothing of its own yet.</summary>
internal sealed class MailingListsContext(DbContextOptions<MailingListsContext> options) : ServiceContext(options);
