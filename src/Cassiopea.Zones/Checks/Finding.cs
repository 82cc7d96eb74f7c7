using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Checks;

/// <summary>Something that a check found.</summary>
/// <param name="Id">Which check, in kebab-case: stable, never translated.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Subject">Which record or server, for example <c>www.example.org. CNAME</c>.</param>
/// <param name="Text">What it is and what to do, in English.</param>
public sealed record Finding(string Id, Severity Severity, string Subject, string Text);
