namespace Cassiopea.Imap.Sasl;

/// <summary>The mechanism for a server that announces <c>AUTH=NAME</c> among its capabilities.</summary>
internal static class SaslChoice
{
    extension(SaslMechanism)
    {
        public static SaslMechanism? Choose(ImapCapabilities offered, ImapEndpoint endpoint, ImapCredential credential) => SaslMechanism.Choose(
            offered.Auth, new(endpoint.Login, credential.Secret, credential.IsToken, endpoint.Host, endpoint.Port, endpoint.Tls == ImapTls.None));
    }
}
