namespace Cassiopea.Sites.Configuration;

/// <summary>A password. It is never printed, logged or serialised: only <see cref="Reveal"/> gives it.</summary>
/// <param name="text">The password.</param>
public sealed class Secret(string text)
{
    /// <summary>The password itself, for whom it is meant.</summary>
    public string Reveal() => text;

    /// <summary>True when it is empty.</summary>
    public bool IsEmpty => text.Length == 0;

    /// <inheritdoc/>
    public override string ToString() => "(hidden)";
}
