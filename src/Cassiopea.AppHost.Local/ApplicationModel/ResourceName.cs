namespace Aspire.Hosting.ApplicationModel;

/// <summary>The naming rule of Aspire: letters, digits and single hyphens, at most 64, beginning with a letter.</summary>
internal static class ResourceName
{
    private const int MaxLength = 64;

    public static void Validate(string name)
    {
        var why = name switch
        {
            "" => "it is empty",
            { Length: > MaxLength } => $"it is longer than {MaxLength} characters",
            _ when !char.IsAsciiLetter(name[0]) => "it must begin with a letter",
            _ when name.EndsWith('-') => "it must not end with a hyphen",
            _ when name.Contains("--", StringComparison.Ordinal) => "it must not hold two hyphens in a row",
            _ when !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') => "it may hold letters, digits and hyphens only",
            _ => null,
        };
        if (why is not null)
            throw new DistributedApplicationException($"Resource name '{name}' is invalid: {why}.");
    }
}
