using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>Bodies that come compressed. Limits hold for what they unpack to.</summary>
internal static class BodyEncodings
{
    /// <summary>Unpacks what the header <c>Content-Encoding</c> says, and refuses what cannot be unpacked.</summary>
    /// <param name="services">The host's.</param>
    public static RequestDelegate Unpacked(RequestDelegate next, IServiceProvider services)
    {
        var steps = new ApplicationBuilder(services);
        steps.Use((context, then) =>
        {
            IHeaderDictionary headers = context.Request.Headers;
            if ($"{headers.ContentEncoding}" is "" or "identity") headers.ContentEncoding = default;
            else if (headers.ContentEncoding == "x-gzip") headers.ContentEncoding = "gzip"; // RFC 9110: the same
            return then(context);
        });
        steps.UseRequestDecompression(); // which takes the header away with the encoding
        steps.Run(context => context.Request.Headers.ContentEncoding is { Count: > 0 } left
            ? throw new BadHttpRequestException(
                $"The body comes in the encoding {SourceText.Quoted($"{left}")}; expected the header 'Content-Encoding: gzip', br or deflate, or none at all.",
                StatusCodes.Status415UnsupportedMediaType)
            : next(context));
        return steps.Build();
    }
}
