namespace Cassiopea.Sites.Tree;

/// <summary>Reads whole small files of a tree.</summary>
internal static class SiteFiles
{
    /// <summary>The bytes of a file, at most <paramref name="most"/>; null when it is gone or longer.</summary>
    public static async Task<byte[]?> ReadAsync(this ISiteTree tree, SitePath path, int most, CancellationToken token)
    {
        Stream stream;
        try
        {
            stream = await tree.OpenAsync(path, token);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        await using (stream)
        {
            using MemoryStream bytes = new();
            var buffer = new byte[32 << 10];
            for (var read = await stream.ReadAsync(buffer, token); read > 0; read = await stream.ReadAsync(buffer, token))
            {
                if (bytes.Length + read > most)
                    return null;
                bytes.Write(buffer, 0, read);
            }

            return bytes.ToArray();
        }
    }
}
