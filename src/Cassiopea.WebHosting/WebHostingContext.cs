using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>Inbox and outbox; nothing of its own yet.</summary>
internal sealed class WebHostingContext(DbContextOptions<WebHostingContext> options) : ServiceContext(options);
