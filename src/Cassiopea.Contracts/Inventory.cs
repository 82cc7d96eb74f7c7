namespace Cassiopea.Contracts;

/// <summary>Take in what a list names: invoice lines or a server's list. It replaces what the same source said of the same members. Answers: <see cref="InventoryImported"/> and <see cref="CommandAccepted"/>, or <see cref="CommandRefused"/>. Sender: Gateway; consumer: Migrations; key: Source, MemberReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="Source">Which list: <c>invoice</c>, or a kebab-case name of a server list.</param>
/// <param name="Services">What it names.</param>
[Command]
public sealed record ImportInventory(Guid OperationId, string Actor, string Source, IReadOnlyList<KnownService> Services);

/// <summary>One service that a list names: it names the item itself and nobody else.</summary>
/// <param name="MemberReference">Whose.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty where the list says only that there is one of that kind.</param>
public sealed record KnownService(string MemberReference, ItemKind Kind, string Name);

/// <summary>All that one source names of one member, as of now.</summary>
/// <param name="MemberReference">Whose.</param>
/// <param name="Source">Which list.</param>
/// <param name="Services">What it names.</param>
/// <param name="AsOf">When.</param>
public sealed record InventoryImported(string MemberReference, string Source, IReadOnlyList<KnownService> Services, DateTimeOffset AsOf);
