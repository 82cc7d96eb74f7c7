using Cassiopea.Gateway.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Cassiopea.Gateway.Api;

/// <summary>A file that was sent, as the body itself (<c>text/csv</c>) or as the one file of a form (<c>multipart/form-data</c>).</summary>
internal sealed record CsvFile(string Name, byte[] Content)
{
    /// <summary>The bus carries the file in one message: a form may need a little more than the file.</summary>
    public const int Largest = 4 * 1024 * 1024;

    public static readonly RequestSizeLimitAttribute Limit = new(Largest + 64 * 1024);

    /// <exception cref="BadHttpRequestException">No file, more than one, or too large.</exception>
    public static async Task<CsvFile> ReadAsync(HttpRequest request, CancellationToken token)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(token);
            if (form.Files is not [{ } file])
                throw new BadHttpRequestException("one file is expected", ProblemCode.Malformed.Status);
            await using var stream = file.OpenReadStream();
            return new CsvFile(Path.GetFileName(file.FileName), await ReadAllAsync(stream, token));
        }

        if (request.ContentType?.Split(';')[0].Trim() is not "text/csv")
            throw new BadHttpRequestException("text/csv or multipart/form-data is expected", ProblemCode.MediaTypeNotSupported.Status);
        request.Body.Position = 0;
        return new CsvFile(Path.GetFileName(request.Query["fileName"].ToString()), await ReadAllAsync(request.Body, token));
    }

    static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken token)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, token);
        return content.Length <= Largest ? content.ToArray() : throw new BadHttpRequestException("too large", ProblemCode.TooLarge.Status);
    }
}
