using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Tessera.Server.Page;

/// <summary>The files of the page, which lie in the assembly, and the headers under which a browser may use them.</summary>
internal sealed class PageFiles
{
    private const string Folder = "page/", Start = "index.html", ApiMark = "{api}";

    /// <summary>Nothing but the page's own files and requests to its own server; no frames, and no script or style that does not come as a file.</summary>
    private const string Policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'
        """;

    private readonly FrozenDictionary<string, PageFile> _files;

    /// <param name="api">Where the endpoints begin, such as <c>/v1</c>.</param>
    public PageFiles(string api)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        _files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToFrozenDictionary(
            name => name[Folder.Length..], name => Read(assembly, name, api));
    }

    /// <summary>Answers with a file.</summary>
    /// <param name="name">Its name; empty for the page itself.</param>
    /// <returns>What answers; null where there is no such file.</returns>
    public IResult? Find(string name, HttpResponse response)
    {
        if (!_files.TryGetValue(name.Length == 0 ? Start : name, out PageFile? file)) return null;
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache"; // asked for each time, and sent when it differs
        return TypedResults.Bytes(file.Content, file.Type, entityTag: file.Tag);
    }

    private static PageFile Read(Assembly assembly, string name, string api)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        byte[] content = Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace(ApiMark, HtmlEncoder.Default.Encode(api), StringComparison.Ordinal));
        string tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        return new PageFile(content, TypeOf(name), new EntityTagHeaderValue($"\"{tag}\""));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"A file of the page is of the unknown kind '{other}'."),
    };

    private sealed record PageFile(byte[] Content, string Type, EntityTagHeaderValue Tag);
}
