namespace Cassiopea.Gateway.Access;

/// <summary>Roles of S17. A key has exactly one.</summary>
[Flags]
internal enum Role
{
    Anonymous = 0,
    Operator = 1,
    Staff = 2,
    Approver = 4,
    Auditor = 8,
    Member = 16,
    Provider = 32,
    Service = 64,
}

/// <summary>What a key may be used for; an endpoint needs exactly one, a key can have fewer than its role allows.</summary>
internal static class Scope
{
    public const string Read = "read";
    public const string Command = "command";
    public const string Credentials = "credentials";
    public const string Keys = "keys";

    public static readonly IReadOnlyList<string> All = [Read, Command, Credentials, Keys];
}
