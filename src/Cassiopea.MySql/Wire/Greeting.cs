namespace Cassiopea.MySql.Wire;

/// <summary>Capability bits of the protocol (CLIENT_…).</summary>
[Flags]
internal enum Capabilities : uint
{
    None = 0,
    LongPassword = 1,
    LongFlag = 1 << 2,
    ConnectWithDatabase = 1 << 3,
    LocalFiles = 1 << 7,
    Protocol41 = 1 << 9,
    Tls = 1 << 11,
    Transactions = 1 << 13,
    SecureConnection = 1 << 15,
    PluginAuth = 1 << 19,
    PluginAuthLength = 1 << 21,
}

/// <summary>The server's first packet (handshake version 10).</summary>
/// <param name="Version">For example <c>5.5.5-10.11.6-MariaDB</c>.</param>
/// <param name="Capabilities">What it can.</param>
/// <param name="Nonce">20 bytes for the login.</param>
/// <param name="Plugin">How it wants the login.</param>
internal sealed record Greeting(string Version, Capabilities Capabilities, byte[] Nonce, string Plugin)
{
    private const int NonceLength = 20;

    public static Greeting Parse(ReadOnlySpan<byte> packet)
    {
        var payload = new Payload(packet);
        var protocol = payload.Byte();
        if (protocol != 10) throw new MySqlSyntaxException($"This is not a MySQL server that can be spoken to: handshake version {protocol}, 10 is needed.");
        var version = payload.TextToZero();
        if (version.Length is 0 or > 200) throw new MySqlSyntaxException("The greeting has no version.");
        payload.Int();
        var nonce = new byte[NonceLength];
        payload.Take(8).CopyTo(nonce);
        payload.Byte();
        var capabilities = (uint)payload.Short();
        if (payload.AtEnd) return new(version, (Capabilities)capabilities, nonce, "mysql_old_password");
        payload.Byte();
        payload.Short();
        capabilities |= (uint)payload.Short() << 16;
        var length = payload.Byte();
        payload.Take(10);
        if (((Capabilities)capabilities & Capabilities.SecureConnection) != Capabilities.None)
        {
            var second = payload.Take(Math.Min(Math.Max(13, length - 8), payload.Rest.Length));
            if (second.Length < NonceLength - 8) throw new MySqlSyntaxException("The greeting's nonce is too short.");
            second[..(NonceLength - 8)].CopyTo(nonce.AsSpan(8));
        }

        var plugin = ((Capabilities)capabilities & Capabilities.PluginAuth) != Capabilities.None ? payload.TextToZero() : "mysql_native_password";
        return new(version, (Capabilities)capabilities, nonce, plugin);
    }
}
