using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>Inbox and outbox; nothing of its own yet.</summary>
internal sealed class DatabasesContext(DbContextOptions<DatabasesContext> options) : ServiceContext(options);
