using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>A part of a mailing list that a receiving host asks for. Who excluded themselves goes with the people, always.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ListPart>))]
public enum ListPart
{
    /// <summary>Members, owners, moderators, the list's settings, and who must not be subscribed again. Without them there is no list.</summary>
    People,

    /// <summary>Archived posts.</summary>
    Archive,

    /// <summary>Posts that wait for a moderator, and those that wait for a digest.</summary>
    HeldPosts,

    /// <summary>Shared documents and templates.</summary>
    Files,
}

/// <summary>How the receiving host enters a list.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostAccess>))]
public enum HostAccess
{
    /// <summary>We write at its Sympa over ssh.</summary>
    Shell,

    /// <summary>We write at its Mailman 3 over REST.</summary>
    Rest,

    /// <summary>Its own people import a sealed bundle.</summary>
    Bundle,
}

/// <summary>The technical sheet of a receiving host.</summary>
/// <param name="Software">For example <c>Sympa</c>.</param>
/// <param name="Version">For example 6.2.72.</param>
/// <param name="Robot">Domain of its lists; the new list must lie there.</param>
/// <param name="Access">How the list is entered.</param>
/// <param name="SignsDkim">Signs what it sends for that domain.</param>
/// <param name="RewritesForDmarc">Rewrites senders whose domain refuses forwarded mail.</param>
/// <param name="Note">What else must be known; at most 500 characters.</param>
public sealed record HostSheet(string Software, string Version, string Robot, HostAccess Access, bool SignsDkim, bool RewritesForDmarc, string Note = "");

/// <summary>The receiving host's own request for a list.</summary>
/// <param name="Scope">What it asks for.</param>
/// <param name="Consent">What it undertakes, in its own words.</param>
/// <param name="Sheet">Its technical sheet.</param>
/// <param name="AsOf">When it asked.</param>
/// <param name="Sha256">Hash of host, scope, words and sheet, lower-case hex: the member's consent names it.</param>
public sealed record ExportDemand(IReadOnlyList<ListPart> Scope, string Consent, HostSheet Sheet, DateTimeOffset AsOf, string Sha256);

/// <summary>The member's consent to one request.</summary>
/// <param name="By">Who gave it.</param>
/// <param name="Words">In words.</param>
/// <param name="AsOf">When.</param>
/// <param name="RequestSha256">Of the request that was read.</param>
public sealed record ExportConsent(string By, string Words, DateTimeOffset AsOf, string RequestSha256);

/// <summary>The host that is to receive a list, from its invitation to the member's consent. Nothing leaves before the last.</summary>
/// <param name="Host">Its name, as the dossier prints it.</param>
/// <param name="Identity">Owner of the key with which it signs in: only that one may ask.</param>
/// <param name="Checked">How its identity was checked, in words.</param>
/// <param name="InvitedBy">Who invited it.</param>
/// <param name="InvitedAt">When.</param>
/// <param name="Request">Its own request; null = not yet.</param>
/// <param name="Consent">The member's consent to that request; null = not yet, or taken back.</param>
public sealed record ReceivingHost(string Host, string Identity, string Checked, string InvitedBy, DateTimeOffset InvitedAt, ExportDemand? Request = null, ExportConsent? Consent = null);

/// <summary>The right to let a list leave: the receiving host asked, the member consented.</summary>
/// <param name="Host">The receiving host.</param>
/// <param name="Robot">Domain where the new list must lie.</param>
/// <param name="Scope">What may leave.</param>
/// <param name="RequestSha256">Of the request.</param>
/// <param name="ConsentedAt">When the member consented.</param>
public sealed record ExportGrant(string Host, string Robot, IReadOnlyList<ListPart> Scope, string RequestSha256, DateTimeOffset ConsentedAt);

/// <summary>Name the host that shall receive a list and invite it to ask. Staff invite; once a host has asked, only the member names another. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who invites.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="Host">Name of the host; at most 200 characters.</param>
/// <param name="Identity">Owner of the key with which the host signs in.</param>
/// <param name="Checked">How its identity was checked; at least 10 characters.</param>
/// <param name="ByMember">The member says so, not staff.</param>
[Command("migration")]
public sealed record InviteHost(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string Host, string Identity, string Checked, bool ByMember);

/// <summary>The receiving host asks for a list. Refused to every other host, and to staff. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">The host that asks: the owner of its key.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="Scope">What it asks for.</param>
/// <param name="Consent">What it undertakes, in its own words; at least 10 characters.</param>
/// <param name="Sheet">Its technical sheet.</param>
[Command("migration")]
public sealed record RequestExport(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, IReadOnlyList<ListPart> Scope, string Consent, HostSheet Sheet);

/// <summary>The member consents to a receiving host's request, or takes the consent back. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">The member.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="Given">False = taken back.</param>
/// <param name="Words">In words; at least 10 characters; printed in the dossier.</param>
/// <param name="RequestSha256">Of the request that was read.</param>
[Command("migration")]
public sealed record ConsentToExport(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, bool Given, string Words, string RequestSha256);
