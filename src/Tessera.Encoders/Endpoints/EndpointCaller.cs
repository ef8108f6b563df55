using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json;
using OpenAI;
using Polly;
using Polly.Retry;

namespace Tessera.Encoders.Endpoints;

/// <summary>Sends requests to one server: limits their time, repeats what may succeed later, and puts failures into sentences without the key.</summary>
/// <remarks>
/// A server that no connection reaches and that never answered is not there, and nothing is repeated. Repeated are 408, 429, 500, 502, 503 and 504, time-outs, connections that fail or break and answers that cannot be understood, after at most 2,
/// 4, 8, … (60) seconds, of which jitter takes up to a half, and not before <c>Retry-After</c>. Exceptions of the libraries below are not passed
/// on even as a cause: they may quote what the server echoed.
/// </remarks>
internal sealed class EndpointCaller : IDisposable
{
    private const double MaxBackoff = 60; // seconds
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private readonly EndpointOptions _options;
    private readonly HttpClient _http;
    private volatile bool _hasAnswered;
    private readonly ResiliencePipeline _retries;

    public EndpointCaller(EndpointOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero);
        _options = options;
        Failures = new EndpointFailures(options);
        _http = new HttpClient(new BoundedAnswers(Failures.TooLong, ConnectTimeout)) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new OpenAIClient(new ApiKeyCredential(options.Key?.Value ?? "none"), new OpenAIClientOptions
        {
            Endpoint = options.Address,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        });
        _retries = options.Attempts == 1 ? ResiliencePipeline.Empty : Retries(options);
    }

    /// <summary>The sentences for answers that cannot be used.</summary>
    public EndpointFailures Failures { get; }

    /// <summary>The package's client, which leaves retries and time limits to this class; a server that asks for no key is sent a word in its place.</summary>
    public OpenAIClient Client { get; }

    /// <summary>Sends a request until it succeeds or has failed for good.</summary>
    /// <param name="call">Sends it once and checks the answer.</param>
    /// <param name="cancellationToken">Stops waiting and sending.</param>
    /// <exception cref="EndpointException">It failed at every attempt, or once in a way that no repetition mends.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _retries.ExecuteAsync(async token => await AttemptAsync(call, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (EndpointException e) when (e.IsTransient && _options.Attempts > 1)
        {
            throw new EndpointException(e.Fault, $"{e.Message} ({_options.Attempts} attempts)");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            T result = await call(limit.Token).ConfigureAwait(false);
            _hasAnswered = true;
            return result;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw limit.IsCancellationRequested ? Failures.TimedOut() : Failures.Unreachable(e, isAbsent: !_hasAnswered);
        }
        catch (ClientResultException e) when (e.GetRawResponse() is { } answer)
        {
            _hasAnswered = true;
            throw Failures.Refused(answer, e.Status);
        }
        catch (Exception e) when (e is ClientResultException or HttpRequestException or IOException or AggregateException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw limit.IsCancellationRequested ? Failures.TimedOut() : Failures.Unreachable(e, isAbsent: !_hasAnswered && FailedToConnect(e));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException
            or KeyNotFoundException or NullReferenceException or OverflowException or NotSupportedException or InvalidCastException)
        {
            throw Failures.NotUnderstood("not in the form that the OpenAI interface prescribes");
        }
    }

    private static bool FailedToConnect(Exception? e) => e switch
    {
        null => false,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        _ => FailedToConnect(e.InnerException),
    };

    private static ResiliencePipeline Retries(EndpointOptions options) => new ResiliencePipelineBuilder { TimeProvider = options.Clock }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = options.Attempts - 1,
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is EndpointException { IsTransient: true }),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Wait(options, arguments.AttemptNumber, arguments.Outcome.Exception)),
            OnRetry = arguments =>
            {
                options.Waits?.Report(string.Create(
                    CultureInfo.InvariantCulture, $"{arguments.Outcome.Exception?.Message}; next attempt in {arguments.RetryDelay.TotalSeconds:0.#} s."));
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>What the server asks for, but no less than a wait that doubles: "at once" would spend all attempts in a moment.</summary>
    private static TimeSpan Wait(EndpointOptions options, int attempt, Exception? failure)
    {
        var backoff = TimeSpan.FromSeconds(Math.Min(MaxBackoff, Math.Pow(2, attempt + 1)) * (1 + options.Jitter()) / 2);
        return (failure as EndpointException)?.RetryAfter is { } asked && asked > backoff ? asked : backoff;
    }
}
