namespace Cassiopea.Cli;

/// <summary>The exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Complete and equal.</summary>
    public const int Complete = 0;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 1;

    /// <summary>Ran to the end with exceptions, each listed.</summary>
    public const int Exceptions = 2;

    /// <summary>Stopped by a refusal: quota, TLS identity, permission.</summary>
    public const int Refused = 3;

    /// <summary>Authentication failed.</summary>
    public const int Authentication = 4;

    /// <summary>Unreachable or interrupted: run again to resume.</summary>
    public const int Interrupted = 5;

    /// <summary>The verification found differences.</summary>
    public const int Different = 6;

    /// <summary>Our fault.</summary>
    public const int Failed = 7;
}
