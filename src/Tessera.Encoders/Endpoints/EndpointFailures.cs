using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json;

namespace Tessera.Encoders.Endpoints;

/// <summary>Puts what a server did wrong into one sentence, with the key hidden before anything is cut.</summary>
internal sealed class EndpointFailures(EndpointOptions options)
{
    private const int MaxQuoteLength = 200;

    /// <summary>The longest wait that a server may ask for and get.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    private readonly string _server = $"The server at '{options.Address.GetLeftPart(UriPartial.Path)}'";

    public EndpointException WrongDimensions(int found, int expected) => new(
        EndpointFault.Service,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_server} gave a vector of {found:N0} dimensions where {expected:N0} were expected; ask model '{options.Model}' for a number of dimensions that it has, or for none"));

    public EndpointException TimedOut() => new(
        EndpointFault.Silence,
        string.Create(CultureInfo.InvariantCulture, $"{_server} gave no whole answer within {options.Timeout.TotalSeconds:0.###} s; see whether it is overloaded, or allow more time or smaller batches"))
    { IsTransient = true };

    /// <summary>The failure of a connection.</summary>
    /// <param name="isAbsent">Whether there is no such server, so that trying again does not help.</param>
    public EndpointException Unreachable(Exception cause, bool isAbsent) => new(
        isAbsent ? EndpointFault.Service : EndpointFault.Silence,
        $"{_server} cannot be reached or broke the connection off ({Quote(Innermost(cause).Message)}); check the address and that the server runs")
    { IsTransient = !isAbsent };

    public EndpointException TooLong() => new(
        EndpointFault.Service,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_server} gave an answer of more than {BoundedAnswers.MaxBytes >> 20} MB; expected vectors or a description, so see whether model '{options.Model}' and the address serve this purpose"));

    public EndpointException NotUnderstood(string what) =>
        new(EndpointFault.Answer, $"{_server} gave an answer that is {what}; see whether model '{options.Model}' and the address serve this purpose") { IsTransient = true };

    /// <summary>The failure of an answer with an error status.</summary>
    public EndpointException Refused(PipelineResponse answer, int status)
    {
        string said = $"{_server} answered {status} ({Quote(MessageOf(answer))})";
        TimeSpan? wait = RetryAfter(answer);
        if (wait > MaxWait)
            return new(EndpointFault.Service, string.Create(CultureInfo.InvariantCulture, $"{said} and asks to wait {wait.Value.TotalSeconds:N0} s; try again then"));
        return status switch
        {
            400 or 413 or 415 or 422 => new(EndpointFault.Content, said),
            401 or 403 => new(EndpointFault.Service, $"{said}; check that the API key is set, valid and not expired"),
            404 => new(EndpointFault.Service, $"{said}; check that it has the model '{options.Model}' and that the address is right, which mostly ends in /v1"),
            408 or 429 or 502 or 503 or 504 =>
                new(status is 502 or 504 ? EndpointFault.Silence : EndpointFault.Service, $"{said}; try again later, or with fewer requests at a time")
                {
                    IsTransient = true,
                    RetryAfter = wait,
                },
            >= 500 => new(EndpointFault.Answer, $"{said}; see the server's log") { IsTransient = true, RetryAfter = wait },
            _ => new(EndpointFault.Service, $"{said}; check the address, which mostly ends in /v1"),
        };
    }

    private TimeSpan? RetryAfter(PipelineResponse answer)
    {
        if (!answer.Headers.TryGetValue("Retry-After", out string? text)) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds <= TimeSpan.MaxValue.TotalSeconds / 2)
            return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)) return null;
        TimeSpan wait = moment - options.Clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>The <c>error.message</c> or <c>message</c> of a JSON body, else the body's text, else the status in words.</summary>
    private static string MessageOf(PipelineResponse answer)
    {
        string body = answer.Content.ToString();
        if (string.IsNullOrWhiteSpace(body)) return answer.ReasonPhrase;
        try
        {
            using var json = JsonDocument.Parse(body);
            JsonElement element = json.RootElement;
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("error", out JsonElement error)) element = error;
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("message", out JsonElement message)) element = message;
            return element.ValueKind == JsonValueKind.String ? element.GetString()! : body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body;
        }
    }

    private string Quote(string text)
    {
        string shown = options.Key?.Redact(text) ?? text;
        shown = string.Join(' ', new string([.. shown.Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return shown.Length <= MaxQuoteLength ? shown : $"{shown[..MaxQuoteLength]}…";
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }
}
