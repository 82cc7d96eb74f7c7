namespace Cassiopea.Cli.Api;

/// <summary>English, or French when <c>LC_ALL</c>, <c>LC_MESSAGES</c> or <c>LANG</c> (in this order, the first that is set) begins with fr.</summary>
internal static class Speech
{
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    public static bool IsFrench { get; } =
        Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(static value => !string.IsNullOrEmpty(value))
            ?.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ?? false;

    public static string Of(string english, string french) => IsFrench ? french : english;
}
