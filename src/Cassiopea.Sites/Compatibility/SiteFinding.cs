using System.Text.Json.Serialization;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Compatibility;

/// <summary>What a finding means for the site at its new place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingWeight>))]
public enum FindingWeight
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Works, with a warning or less than before.</summary>
    Warns,

    /// <summary>The page stops with an error.</summary>
    Stops,
}

/// <summary>Something in a file that matters for the move.</summary>
/// <param name="Code">Kebab-case, for example <c>removed-function</c>.</param>
/// <param name="Weight">What it means at the target.</param>
/// <param name="File">Where.</param>
/// <param name="Line">From 1.</param>
/// <param name="Subject">The function, class, directive or path; empty when the code says it all.</param>
/// <param name="Text">In English, one sentence; no content of the file besides the subject.</param>
public sealed record SiteFinding(string Code, FindingWeight Weight, SitePath File, int Line, string Subject, string Text)
{
    /// <summary>The file as people read it, with the line.</summary>
    public string Place => $"{File}:{Line}";
}
