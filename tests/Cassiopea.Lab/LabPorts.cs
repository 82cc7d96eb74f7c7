using System.Globalization;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab;

/// <summary>Ports that the system must know before the lab runs; the AppHost chooses them and names each in <c>LAB_…_PORT</c>. What is not named is a free one.</summary>
public sealed record LabPorts(int Smtp, int OldWeb, int NewWeb, int OldDns, int NewDns, int NewDnsApi, int Registry, int Gandi)
{
    /// <summary>As the environment says.</summary>
    public static LabPorts FromEnvironment() => new(Of("SMTP"), Of("OLD_WEB"), Of("NEW_WEB"), Of("OLD_DNS"), Of("NEW_DNS"), Of("NEW_DNS_API"), Of("REGISTRY"), Of("GANDI"));

    private static int Of(string name) =>
        Environment.GetEnvironmentVariable($"LAB_{name}_PORT") is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : FreePort.Next();
}
