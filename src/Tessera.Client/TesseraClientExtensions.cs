using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Tessera.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client to a host.</summary>
public static class TesseraClientExtensions
{
    /// <summary>Adds <see cref="TesseraClient"/>; the result takes more, such as a handler that tries again.</summary>
    /// <param name="configure">Says where the server is, and with which key to ask.</param>
    public static IHttpClientBuilder AddTesseraClient(this IServiceCollection services, Action<TesseraClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<TesseraClientOptions>().Configure(configure)
            .Validate(options => options.Address is { IsAbsoluteUri: true }, "The client's Address is missing or relative; expected the server's, such as http://localhost:8080.")
            .Validate(options => options.Key.Length > 0, "The client's Key is missing; expected one that the server made.");
        return services.AddHttpClient<TesseraClient>((provider, http) =>
        {
            TesseraClientOptions options = provider.GetRequiredService<IOptions<TesseraClientOptions>>().Value;
            http.BaseAddress = WithSlash(options.Address!);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        });
    }

    /// <summary>Requests are relative to the address, whose last segment would be left out without a slash behind it.</summary>
    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
