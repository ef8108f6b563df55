using System.CommandLine;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Cli.Commands;

/// <summary>The options of commands that ask a server.</summary>
/// <param name="model">What <c>--model</c> means.</param>
internal sealed class EndpointFlags(string model = "the model, as the server names it")
{
    private readonly Option<string?> _endpoint = Flags.OptionalText("--endpoint", "URL", "base address of an OpenAI-compatible server, such as http://localhost:8000/v1");
    private readonly Option<string?> _model = Flags.OptionalText("--model", "NAME", model);
    private readonly Option<string?> _key = Flags.OptionalText("--api-key-env", "VARIABLE", "environment variable that holds the server's API key; default: no key");
    private readonly Option<int> _timeout = Flags.Number("--timeout", "seconds that one request may take", minimum: 1, otherwise: 120, maximum: 86_400);
    private readonly Option<int> _parallel = Flags.Number("--parallel", "requests at the same time", minimum: 1, otherwise: 4);

    public Option[] All => [_endpoint, _model, _key, _timeout, _parallel];

    /// <summary>The model's name, or null where none is given.</summary>
    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    public int Parallel(ParseResult parsed) => parsed.GetValue(_parallel);

    /// <summary>Server and model.</summary>
    /// <exception cref="InvalidInputException">One of them is not given or no address, or the variable holds no key.</exception>
    public EndpointOptions Read(ParseResult parsed, Session session) => new()
    {
        Address = EndpointOptions.ParseAddress(parsed.GetValue(_endpoint)
            ?? throw new InvalidInputException("There is no --endpoint; expected the base address of a server, such as http://localhost:8000/v1.")),
        Model = parsed.GetValue(_model) ?? throw new InvalidInputException("There is no --model; expected the name of a model that the server has."),
        Key = parsed.GetValue(_key) is { } variable ? ApiKey.FromEnvironment(variable) : null,
        Waits = new WaitNotes(session.Error),
        Clock = session.Clock,
        Timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
    };
}
