namespace Cassiopea.Gateway.Pages;

/// <summary>An answer to choose.</summary>
/// <param name="Value">What the form sends.</param>
/// <param name="Label">What people read.</param>
/// <param name="Hint">What it means.</param>
/// <param name="Icon">A picture of <see cref="PageIcons"/>.</param>
public sealed record ChoiceOption(string Value, string Label, string? Hint = null, string? Icon = null);
