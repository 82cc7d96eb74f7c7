namespace Cassiopea.Lab.Servers;

/// <summary>How a private FTP server is.</summary>
public sealed record SiteServerOptions
{
    /// <summary>With TLS by this authority; null = plain only.</summary>
    public LabCertificates? Certificates { get; init; }

    /// <summary>TLS from the first byte (vsftpd only).</summary>
    public bool Implicit { get; init; }

    /// <summary>Data connections must resume the session of the control connection.</summary>
    public bool StrictReuse { get; init; } = true;

    /// <summary>Passive ports.</summary>
    public int PassivePorts { get; init; } = 100;

    /// <summary>Sessions from one address; 0 = no limit.</summary>
    public int MaxPerAddress { get; init; }

    /// <summary>Sets file times on demand (vsftpd: mdtm_write).</summary>
    public bool SetsTimes { get; init; } = true;
}

/// <summary>A private server of files with one account whose home is <see cref="Home"/>.</summary>
public abstract class SiteServer : IAsyncDisposable
{
    /// <summary>Login name of the only account.</summary>
    public string User => "assoc1";

    /// <summary>Its password, of this server alone.</summary>
    public string Password { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The account's files.</summary>
    public string Home { get; protected init; } = "";

    /// <summary>Its own files.</summary>
    public string Root { get; protected init; } = "";

    /// <summary>Unix user of the files, by number.</summary>
    public int FileUser { get; protected init; }

    /// <summary>SHA-256 of the certificate's key, or the fingerprint of the host key; null without TLS.</summary>
    public string? Pin { get; protected set; }

    /// <summary>The program.</summary>
    protected ChildProcess? Child { get; set; }

    /// <summary>Its last words.</summary>
    public string Tail => Child?.Tail ?? "";

    /// <summary>Gives everything in the home to the account, by the system's own program: names may be any bytes.</summary>
    public void Own() => Tool.DemandAsync(new ChildProgram("/bin/chown", "-Rh", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{FileUser}:{FileUser}"), Home), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Removes everything from the home.</summary>
    public void Empty()
    {
        Directory.Delete(Home, recursive: true);
        LabRoot.MakeFolder(Home);
        FileOwner.Change(Home, FileUser);
    }

    /// <summary>Stops it.</summary>
    public Task StopAsync() => Child?.StopAsync(TimeSpan.FromSeconds(2)) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        if (Child is not null) await Child.DisposeAsync();
        Child = null;

        // names that are no text cannot be deleted by the runtime
        await Tool.DemandAsync(new ChildProgram("/bin/rm", "-rf", Root), CancellationToken.None);
    }

    /// <summary>Waits until it answers.</summary>
    protected Task ReadyAsync(CancellationToken token) => Eventually.TrueAsync(() => $"the server answers ({Tail})", () => Child!.HasExited ? throw new InvalidOperationException(Tail) : LabRoot.AnswersAsync(Port, token), token: token);

    /// <summary>Writes the certificate for TLS: chain, key, and both in one file.</summary>
    protected async Task<string> CertificateAsync(LabCertificates certificates, CancellationToken token)
    {
        var certificate = certificates.Issue("localhost");
        Pin = certificate.Pin;
        await File.WriteAllTextAsync(Path.Combine(Root, "tls.crt"), certificate.CertificatePem, token);
        await File.WriteAllTextAsync(Path.Combine(Root, "tls.key"), certificate.KeyPem, token);
        var both = Path.Combine(Root, "tls.pem");
        await File.WriteAllTextAsync(both, certificate.KeyPem + certificate.CertificatePem, token);
        foreach (var file in (string[])["tls.key", "tls.pem"])
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(Root, file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return both;
    }

    /// <summary>First of a row of ports that nobody listens on.</summary>
    protected static int FreeRow(int count)
    {
        for (var first = 20_000 + (FreePort.Next() % 10_000); ; first += count)
        {
            var taken = System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).ToHashSet();
            if (first + count > 32_000) first = 20_000;
            if (!Enumerable.Range(first, count).Any(taken.Contains)) return first;
        }
    }
}
