using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Serving;

namespace Tessera.Server.Http;

/// <summary>What went wrong, as RFC 9457 has it: one sentence that says what, where, what was expected and what helps.</summary>
internal static partial class Problems
{
    private const int ClientIsGone = 499;

    /// <summary>Seconds after which to ask again.</summary>
    private const int Shortly = 1, Later = 5;

    /// <summary>A problem of a status.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(new ProblemDetails { Status = status, Detail = detail });

    /// <summary>There are too many requests at once; sets when to ask again.</summary>
    public static ProblemHttpResult TooMany(HttpContext context)
    {
        context.Response.Headers.RetryAfter = $"{Shortly}";
        return Of(StatusCodes.Status429TooManyRequests, "There are too many requests at once; ask again after the seconds that Retry-After says.");
    }

    /// <summary>There is nothing of that name.</summary>
    public static ProblemHttpResult Missing(string kind, string id, string remedy) =>
        Of(StatusCodes.Status404NotFound, $"There is no {kind} {SourceText.Quoted(id)}; {remedy}.");

    /// <summary>What is told of a request that threw.</summary>
    public static string DetailOf(Exception cause) => Describe(cause).Detail;

    /// <summary>Answers a request that threw.</summary>
    public static Task AnswerAsync(HttpContext context, Exception cause, ILogger logger)
    {
        bool isTooLong = context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;
        if (context.RequestAborted.IsCancellationRequested && !isTooLong && cause is OperationCanceledException or IOException)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = ClientIsGone;
            return Task.CompletedTask;
        }

        (int status, string detail, int? retry) = Describe(cause);
        if (status >= StatusCodes.Status500InternalServerError) Failed(logger, context.Request.Method, Route(context), cause.Message, cause is StorageException or NoModelException ? null : cause);
        if (context.Response.HasStarted)
        {
            context.Abort(); // a list that breaks off must not look like a whole one
            return Task.CompletedTask;
        }

        context.Response.Clear();
        if (retry is { } seconds) context.Response.Headers.RetryAfter = $"{seconds}";
        return Of(status, detail).ExecuteAsync(context);
    }

    private static (int Status, string Detail, int? RetryAfter) Describe(Exception cause) => cause switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (
            StatusCodes.Status413PayloadTooLarge, "The body is larger than the address takes, as it came or unpacked; send it in parts, or a smaller file.", null),
        BadHttpRequestException bad => (bad.StatusCode, Readable(bad.Message), null),
        InvalidInputException => (StatusCodes.Status422UnprocessableEntity, cause.Message, null),
        UnknownItemException => (StatusCodes.Status404NotFound, cause.Message, null),
        NoModelException => (
            StatusCodes.Status503ServiceUnavailable,
            "No model is served; GET status says why, and PUT aliases/champion serves another of those that GET models lists.", Later),
        StorageException => (StatusCodes.Status503ServiceUnavailable, "The store cannot be reached or written now; send the same request again, which does what is missing.", Shortly),
        OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, "The request took too long and was given up; ask again, or for less.", Shortly),
        InvalidDataException => (StatusCodes.Status400BadRequest, "The body cannot be unpacked; expected what its header Content-Encoding says, such as gzip.", null),
        IOException => (StatusCodes.Status400BadRequest, "The body broke off, or its chunks are not as HTTP has them; send the request again.", null),
        _ => (StatusCodes.Status500InternalServerError, "The server failed at this request by a fault of its own, which its log describes.", null),
    };

    /// <summary>What the framework says of a parameter that it cannot bind, in words for who sent it.</summary>
    private static string Readable(string message)
    {
        if (Unbound().Match(message) is { Success: true } unbound)
            return $"The parameter '{unbound.Groups["name"]}' is {SourceText.Quoted(unbound.Groups["value"].Value)}; expected {Kind(unbound.Groups["type"].Value)}.";
        if (Absent().Match(message) is { Success: true } absent)
            return $"The parameter '{absent.Groups["name"]}' is missing; expected {Kind(absent.Groups["type"].Value)}.";
        return message;

        static string Kind(string type) => type.TrimEnd('?') switch
        {
            "int" or "long" => "a whole number",
            "bool" => "true or false",
            "float" or "double" => "a number",
            "DateTimeOffset" => "a time, such as 2026-01-31T12:00:00Z",
            _ => "a text",
        };
    }

    /// <summary>The pattern of the route rather than the path, which may name a user.</summary>
    private static string Route(HttpContext context) => context.GetEndpoint()?.DisplayName ?? "";

    [GeneratedRegex(@"\AFailed to bind parameter ""(?<type>[^ ]+) (?<name>[^""]+)"" from ""(?<value>.*)""\.\z", RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex(@"\ARequired parameter ""(?<type>[^ ]+) (?<name>[^""]+)"" was not provided")]
    private static partial Regex Absent();

    [LoggerMessage(EventId = 201, Level = LogLevel.Error, Message = "{Method} {Route} failed: {Reason}")]
    private static partial void Failed(ILogger logger, string method, string route, string reason, Exception? cause);
}
