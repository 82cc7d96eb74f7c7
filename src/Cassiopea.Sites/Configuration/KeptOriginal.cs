using System.Text;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Configuration;

/// <summary>
/// An original configuration beside the new one, for the member. It is a PHP program that ends at once, with the original's bytes behind its end:
/// whatever serves the site as PHP shows nothing of it, and a server that does not run PHP would show the configuration itself as well.
/// It lies in a folder of its own, which Apache is told to refuse, because SPIP reads every file of <c>config/</c>.
/// </summary>
internal static class KeptOriginal
{
    public const string FolderName = "cassiopea-originals";

    private static readonly byte[] Head = Encoding.ASCII.GetBytes("<?php exit; __halt_compiler();");

    public static readonly byte[] Refusal = Encoding.ASCII.GetBytes(
        "<IfModule mod_authz_core.c>\nRequire all denied\n</IfModule>\n<IfModule !mod_authz_core.c>\nOrder deny,allow\nDeny from all\n</IfModule>\n");

    public static SitePath PathOf(SitePath file) => SitePath.OfBytes(FolderName + "/" + file.Bytes + (file.Name.EndsWith(".php", StringComparison.Ordinal) ? "" : ".php"));

    public static bool Is(SitePath path) => path.Bytes.StartsWith(FolderName + "/", StringComparison.Ordinal);

    public static byte[] Keep(ReadOnlySpan<byte> original) => [.. Head, .. original];

    /// <summary>The original again, byte for byte.</summary>
    public static byte[] Restore(ReadOnlySpan<byte> kept) =>
        kept.StartsWith(Head) ? kept[Head.Length..].ToArray() : throw new InvalidDataException("Not an original that was kept aside.");
}
