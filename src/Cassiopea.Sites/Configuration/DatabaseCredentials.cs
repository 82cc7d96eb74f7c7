using System.Text.Json.Serialization;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Configuration;

/// <summary>How a site reaches its database, as its configuration says.</summary>
/// <param name="Cms">The system whose configuration it is; None for hand-written code.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">From 1: where the server is named.</param>
/// <param name="Driver"><c>mysql</c>, <c>pgsql</c>, <c>sqlite</c>; <c>mysql</c> where the configuration does not say.</param>
/// <param name="Host">Server; empty when it is this very host.</param>
/// <param name="Port">TCP port; null = the usual one.</param>
/// <param name="Socket">Path of a local socket; empty when there is none.</param>
/// <param name="User">Login name.</param>
/// <param name="Password">Never printed.</param>
/// <param name="Name">The database.</param>
/// <param name="Prefix">What the site's tables begin with.</param>
public sealed record DatabaseCredentials(
    CmsKind Cms,
    SitePath File,
    int Line,
    string Driver,
    string Host,
    int? Port,
    string Socket,
    string User,
    [property: JsonIgnore] Secret Password,
    string Name,
    string Prefix)
{
    /// <summary>Where and as whom; never with which password.</summary>
    public override string ToString() => $"{Driver}://{User}@{(Socket.Length > 0 ? Socket : Host)}{(Port is { } port ? $":{port}" : "")}/{Name} ({File}:{Line})";
}
