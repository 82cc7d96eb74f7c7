namespace Cassiopea.Contracts;

/// <summary>Marks a message that asks one consumer to do something; all other messages are events.</summary>
/// <param name="queue">The consumer's queue; null = the message's name in kebab-case.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CommandAttribute(string? queue = null) : Attribute
{
    /// <summary>The consumer's queue; null = the message's name in kebab-case.</summary>
    public string? Queue { get; } = queue;
}
