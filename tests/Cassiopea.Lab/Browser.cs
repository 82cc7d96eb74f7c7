using System.Globalization;

namespace Cassiopea.Lab;

/// <summary>A real browser, Debian's Chromium, without window.</summary>
public static class Browser
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>The document that a browser shows for a page of a site, wherever DNS leads: host names are resolved by the browser's own rule.</summary>
    /// <param name="site">Host name of the site.</param>
    /// <param name="port">TCP port of the place that is looked at, on 127.0.0.1.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<string> OpenAsync(string site, int port, string path, CancellationToken token)
    {
        if (!File.Exists(Program)) throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends chromium", Program);
        var profile = LabRoot.NewFolder("browser");
        var document = Path.Combine(profile, "document.html");
        try
        {
            // what it says on standard error is about machines without a screen
            await FileTree.ShellAsync(profile, string.Create(CultureInfo.InvariantCulture, $"{Program} --headless --no-sandbox --disable-gpu --user-data-dir={profile}/user --host-resolver-rules='MAP {site}:80 127.0.0.1:{port}' --dump-dom 'http://{site}{path}' > {document} 2> {profile}/errors"), token);
            return await File.ReadAllTextAsync(document, token);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
