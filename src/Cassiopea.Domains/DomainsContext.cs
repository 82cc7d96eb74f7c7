using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>Inbox and outbox; nothing of its own yet.</summary>
internal sealed class DomainsContext(DbContextOptions<DomainsContext> options) : ServiceContext(options);
