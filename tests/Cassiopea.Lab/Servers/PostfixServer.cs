using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// A private Postfix, unpacked, not installed, on 127.0.0.1: local addresses of one domain by an alias file, other domains to ports, all else to one port.
/// Needs root: commands of aliases run as the owner of the file.
/// </summary>
public sealed class PostfixServer : IAsyncDisposable
{
    private const string Owner = "mail", Droppers = "man"; // accounts that every Debian has and nothing of the lab uses
    private static readonly string[] Own = ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "maildrop", "public", "saved", "trace"];
    private readonly string _unpacked;
    private ChildProcess? _master;

    private PostfixServer(string root, string unpacked) => (Root, _unpacked) = (root, unpacked);

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>Where it takes mail.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Builds the table of an alias file that it is given: what Sympa runs after it wrote a line.</summary>
    public string AliasesProgram => $"{Root}/postalias";

    /// <summary>What it logged.</summary>
    public string Log => File.Exists($"{Root}/mail.log") ? File.ReadAllText($"{Root}/mail.log") : "";

    /// <summary>Nothing waits in a queue.</summary>
    public bool IsIdle => ((string[])["maildrop", "incoming", "active", "deferred", "hold"]).All(queue => !Directory.EnumerateFiles($"{Root}/queue/{queue}", "*", SearchOption.AllDirectories).Any());

    /// <summary>Prepares one; it takes mail after <see cref="StartAsync"/>.</summary>
    public static async Task<PostfixServer> PrepareAsync(CancellationToken token)
    {
        if (!ChildProcess.IsRoot) throw new InvalidOperationException("The lab's Postfix needs root: it runs what aliases name as their owner.");
        var server = new PostfixServer(LabRoot.NewFolder("postfix"), await DebianUnpack.FolderAsync("postfix", ["postfix"], token));
        foreach (var folder in (string[])["etc", "data", "queue/pid", .. Own.Select(static queue => "queue/" + queue)]) Directory.CreateDirectory($"{server.Root}/{folder}");
        await ChildProcess.RunAsync(new ChildProgram("/bin/sh", "-c",
            $"cd '{server.Root}' && chmod 755 . etc queue && chown -R {Owner} data {string.Join(' ', Own.Select(static queue => "queue/" + queue))} && chmod 700 data {string.Join(' ', Own.Select(static queue => "queue/" + queue))} && chgrp {Droppers} queue/maildrop queue/public && chmod 730 queue/maildrop && chmod 710 queue/public"), token);
        await File.WriteAllTextAsync(server.AliasesProgram, $"#!/bin/sh\nLD_LIBRARY_PATH='{server._unpacked}/usr/lib/postfix' MAIL_CONFIG='{server.Root}/etc' exec '{server._unpacked}/usr/sbin/postalias' \"hash:$1\"\n", token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chmod", "755", server.AliasesProgram), token);
        await File.WriteAllTextAsync($"{server.Root}/etc/main.cf", server.Base, token);
        return server;
    }

    /// <summary>Starts it.</summary>
    /// <param name="domain">Whose addresses the alias file holds.</param>
    /// <param name="aliases">The alias file; its owner runs the commands in it.</param>
    /// <param name="routes">Domains that other servers of the lab have, with their ports.</param>
    /// <param name="otherwise">Port of the server for all other domains.</param>
    /// <param name="token">Ends it.</param>
    public async Task StartAsync(string domain, string aliases, IReadOnlyDictionary<string, int> routes, int otherwise, CancellationToken token)
    {
        await ChildProcess.RunAsync(new ChildProgram("/usr/sbin/runuser", "-u", SympaServer.Account, "--", AliasesProgram, aliases), token);
        await File.WriteAllTextAsync($"{Root}/etc/transport", string.Concat(routes.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} smtp:[127.0.0.1]:{one.Value}\n"))), token);
        await File.WriteAllTextAsync($"{Root}/etc/main.cf", Base + string.Create(CultureInfo.InvariantCulture, $"""
            myhostname = mx.{domain}
            mydomain = {domain}
            mydestination = {domain}
            alias_maps = hash:{aliases}
            transport_maps = texthash:{Root}/etc/transport
            relayhost = [127.0.0.1]:{otherwise}

            """), token);
        await File.WriteAllTextAsync($"{Root}/etc/master.cf", string.Create(CultureInfo.InvariantCulture, $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            local unix - n n - - local
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """), token);
        _master = await ChildProcess.StartAsync(new ChildProgram($"{_unpacked}/usr/lib/postfix/sbin/master", "-d", "-c", $"{Root}/etc")
        {
            Environment = new Dictionary<string, string?> { ["LD_LIBRARY_PATH"] = $"{_unpacked}/usr/lib/postfix", ["MAIL_CONFIG"] = $"{Root}/etc" },
        });
        await Eventually.TrueAsync("Postfix takes mail", () => _master.HasExited ? throw new InvalidOperationException($"It ended: {_master.Tail} {Log}") : LabRoot.AnswersAsync(Port, token), TimeSpan.FromSeconds(60), token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _master?.DisposeAsync() ?? ValueTask.CompletedTask;

    private string Base => $"""
        compatibility_level = 3.6
        queue_directory = {Root}/queue
        data_directory = {Root}/data
        command_directory = {_unpacked}/usr/sbin
        daemon_directory = {_unpacked}/usr/lib/postfix/sbin
        shlib_directory = {_unpacked}/usr/lib/postfix
        mail_owner = {Owner}
        setgid_group = {Droppers}
        import_environment = LD_LIBRARY_PATH MAIL_CONFIG MAIL_LOGTAG TZ LANG=C
        maillog_file_prefixes = {Root}
        maillog_file = {Root}/mail.log
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mynetworks = 127.0.0.0/8
        local_recipient_maps = $alias_maps
        disable_dns_lookups = yes
        smtp_host_lookup = native
        smtputf8_enable = no
        biff = no

        """;
}
