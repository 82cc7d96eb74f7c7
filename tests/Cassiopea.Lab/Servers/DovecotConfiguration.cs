namespace Cassiopea.Lab.Servers;

/// <summary>How a Dovecot keeps mail.</summary>
public enum DovecotLayout
{
    /// <summary>Maildir++, separator '.', prefix 'INBOX.': the old host.</summary>
    Maildir,

    /// <summary>mdbox, separator '/', no prefix: a new provider.</summary>
    Mdbox,

    /// <summary>Maildir folders, separator '/', QUOTA, ACL, COMPRESS.</summary>
    Quota,
}

/// <summary>What a Dovecot is to be.</summary>
public sealed record DovecotOptions
{
    /// <summary>How mail is kept.</summary>
    public DovecotLayout Layout { get; init; }

    /// <summary>Signs the server's certificate; null = no TLS at all.</summary>
    public LabCertificates? Certificates { get; init; }

    /// <summary>Name in the certificate; another one than the client asks for makes a bad certificate.</summary>
    public string CertificateName { get; init; } = "localhost";

    /// <summary>The certificate is expired.</summary>
    public bool CertificateExpired { get; init; }

    /// <summary>ManageSieve too (dovecot-managesieved must be there).</summary>
    public bool ManageSieve { get; init; }

    /// <summary>ACL too, whatever the layout.</summary>
    public bool Acl { get; init; }

    /// <summary>The mechanisms of login that are offered.</summary>
    public string Mechanisms { get; init; } = "plain login";

    /// <summary>Where access tokens are looked up (RFC 7662): then XOAUTH2 and OAUTHBEARER are offered too; null = no tokens.</summary>
    public string? TokenLookup { get; init; }

    /// <summary>A user who may enter every account as <c>user*master</c> with this password; null = none.</summary>
    public string? MasterPassword { get; init; }

    /// <summary>Storage of an account when the layout is Quota, in Dovecot's notation.</summary>
    public string Quota { get; init; } = "3M";

    /// <summary>Largest message when the layout is Quota; not announced.</summary>
    public string LargestMessage { get; init; } = "1M";

    /// <summary>never (fast) or optimized (Dovecot's own default).</summary>
    public string Fsync { get; init; } = "never";

    /// <summary>Writes each change of mail to the log (save, flag change, expunge, folder made, …): proves that a source is only read.</summary>
    public bool LogChanges { get; init; }

    /// <summary>Keeps what each IMAP session said after login, in the account's folder <c>rawlog</c>: counts commands.</summary>
    public bool RawLog { get; init; }

    /// <summary>Capabilities that IMAP announces instead of its own, for servers that know less; null = all.</summary>
    public string? ImapCapability { get; init; }
}

/// <summary>Writes dovecot.conf. Each setting of a block stands on its own line: Dovecot 2.3 takes nothing else.</summary>
internal static class DovecotConfiguration
{
    public static string Write(DovecotServer server)
    {
        var o = server.Options;
        var root = server.Root;
        var (location, separator, prefix) = o.Layout switch
        {
            DovecotLayout.Maildir => ("maildir:~/Maildir", ".", "INBOX."),
            DovecotLayout.Mdbox => ("mdbox:~/mdbox", "/", ""),
            DovecotLayout.Quota => ("maildir:~/Maildir:LAYOUT=fs", "/", ""),
            _ => throw new ArgumentOutOfRangeException(nameof(server)),
        };
        var plugins = (o.LogChanges ? " notify mail_log" : "") + (o.Layout == DovecotLayout.Quota ? " quota acl zlib" : o.Acl ? " acl" : "");
        return $$"""
            base_dir = {{root}}/run
            state_dir = {{root}}/run
            instance_name = {{Path.GetFileName(root)}}
            log_path = {{root}}/log/dovecot.log
            info_log_path = {{root}}/log/info.log
            protocols = imap pop3{{(o.ManageSieve ? " sieve" : "")}}
            listen = 127.0.0.1
            disable_plaintext_auth = no
            auth_mechanisms = {{o.Mechanisms}}{{(o.TokenLookup is null ? "" : " xoauth2 oauthbearer")}}
            default_internal_user = dovecot
            default_login_user = dovenull
            first_valid_uid = 1
            mail_uid = {{DovecotServer.MailUser}}
            mail_gid = {{DovecotServer.MailUser}}
            mail_home = {{root}}/mail/%u
            mail_location = {{location}}
            mail_fsync = {{o.Fsync}}
            mail_max_keyword_length = 200
            mail_max_userip_connections = 100
            imap_max_line_length = 256 k
            mail_attribute_dict = file:%h/dovecot-attributes
            mail_plugins = $mail_plugins{{plugins}}
            {{Tls(server)}}
            {{(o.ImapCapability is null ? "" : $"imap_capability = {o.ImapCapability}")}}
            protocol imap {
              imap_metadata = yes
              mail_plugins = $mail_plugins{{(o.Layout == DovecotLayout.Quota ? " imap_quota imap_acl imap_zlib" : o.Acl ? " imap_acl" : "")}}
              {{(o.RawLog ? "rawlog_dir = %h/rawlog" : "")}}
            }
            {{Plugin(o)}}
            namespace inbox {
              inbox = yes
              prefix = {{prefix}}
              separator = {{separator}}
              mailbox Drafts {
                special_use = \Drafts
              }
              mailbox Sent {
                special_use = \Sent
              }
              mailbox Junk {
                special_use = \Junk
              }
              mailbox Trash {
                special_use = \Trash
              }
            }
            {{Master(o, root)}}
            {{Tokens(o, root)}}
            passdb {
              driver = passwd-file
              args = scheme=PLAIN username_format=%u {{root}}/users/%u
            }
            userdb {
              driver = passwd-file
              args = username_format=%u {{root}}/users/%u
            }
            {{Login("imap", server.ImapPort, server.ImapsPort)}}
            {{Login("pop3", server.Pop3Port, server.Pop3sPort)}}
            {{(o.ManageSieve ? Login("sieve", server.ManageSievePort, null, "managesieve-login") : "")}}
            service imap {
              process_limit = 200
              service_count = 100
            }
            auth_failure_delay = 0
            service anvil {
              chroot =
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service stats {
              chroot =
            }

            """;
    }

    private static string Tls(DovecotServer server) => server.Options.Certificates is null
        ? "ssl = no"
        : $"""
           ssl = yes
           ssl_cert = <{server.Root}/tls.crt
           ssl_key = <{server.Root}/tls.key
           ssl_min_protocol = TLSv1.2
           """;

    private static string Master(DovecotOptions o, string root) => o.MasterPassword is null ? "" : $$"""
        auth_master_user_separator = *
        passdb {
          driver = passwd-file
          master = yes
          args = scheme=PLAIN {{root}}/master
        }
        """;

    private static string Tokens(DovecotOptions o, string root) => o.TokenLookup is null ? "" : $$"""
        passdb {
          driver = oauth2
          mechanisms = xoauth2 oauthbearer
          args = {{root}}/tokens.conf
        }
        """;

    private static string Plugin(DovecotOptions o) => $$"""
        plugin {
          sieve = file:~/sieve;active=~/.dovecot.sieve
          {{(o.LogChanges ? "mail_log_events = delete undelete expunge save copy mailbox_create mailbox_delete mailbox_rename flag_change" : "")}}
          {{(o.LogChanges ? "mail_log_fields = uid box msgid flags" : "")}}
          {{(o.Acl && o.Layout != DovecotLayout.Quota ? "acl = vfile" : "")}}
          {{(o.Layout != DovecotLayout.Quota ? "" : $"quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:storage={o.Quota}\n  quota_max_mail_size = {o.LargestMessage}\n  acl = vfile")}}
        }
        """;

    private static string Login(string protocol, int? port, int? securePort, string? service = null) => $$"""
        service {{service ?? protocol + "-login"}} {
          inet_listener {{protocol}} {
            address = 127.0.0.1
            port = {{port ?? 0}}
          }
          {{(service is null ? $"inet_listener {protocol}s {{\n    address = 127.0.0.1\n    port = {securePort ?? 0}\n    ssl = yes\n  }}" : "")}}
          service_count = 0
          chroot =
        }
        """;
}
