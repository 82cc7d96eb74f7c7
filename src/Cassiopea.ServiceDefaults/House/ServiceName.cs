namespace Cassiopea.ServiceDefaults.House;

/// <summary>The service's name, kebab-case, as given to <c>AddBus</c>.</summary>
internal sealed record ServiceName(string Name);
