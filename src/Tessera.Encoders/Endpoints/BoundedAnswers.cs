namespace Tessera.Encoders.Endpoints;

/// <summary>Takes answers in as they stream and refuses one that goes on beyond <see cref="MaxBytes"/>, whatever its length is said to be.</summary>
/// <param name="tooLong">What is thrown for such an answer.</param>
/// <param name="connectTimeout">How long a connection may take.</param>
internal sealed class BoundedAnswers(Func<EndpointException> tooLong, TimeSpan connectTimeout)
    : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = connectTimeout })
{
    /// <summary>The longest answer, 64 MiB: no batch of vectors or description comes near it.</summary>
    public const long MaxBytes = 64L << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (Exception e)
        {
            response.Dispose();
            if (e is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }) throw tooLong();
            throw;
        }
    }
}
