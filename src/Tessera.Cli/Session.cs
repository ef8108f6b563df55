using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;

namespace Tessera.Cli;

/// <summary>One execution of a command.</summary>
internal sealed class Session(CliEnvironment environment, bool json, bool verbose, CancellationToken cancellationToken)
{
    /// <summary>Name of the file for results of encoders.</summary>
    public const string EncodingCacheName = "encodings.sqlite";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private int _code = ExitCode.Success;

    public CancellationToken Cancellation => cancellationToken;

    public TimeProvider Clock => environment.Clock;

    /// <summary>Where everything goes that is not the result.</summary>
    public IAnsiConsole Error => environment.Error;

    public ILogger Logger { get; } = new ConsoleLogger(environment.Error, verbose ? LogLevel.Debug : LogLevel.Information);

    /// <summary>Prints the result, as one JSON object or as text.</summary>
    public void Print(Func<JsonObject> asJson, Action<IAnsiConsole> asText)
    {
        if (json) environment.Out.Profile.Out.Writer.WriteLine(asJson().ToJsonString(Indented));
        PrintText(asText);
    }

    /// <summary>Prints a part of the result that text shows before the rest is known.</summary>
    public void PrintText(Action<IAnsiConsole> asText)
    {
        if (!json) asText(environment.Out);
    }

    /// <summary>Reads a data set and passes its notices on.</summary>
    public Dataset ReadData(string directory)
    {
        Dataset data = DatasetReader.Read(directory, cancellationToken);
        foreach (string notice in data.Notices) Note(notice);
        return data;
    }

    /// <summary>Reads the item table of a data set.</summary>
    public ItemTable OpenItems(string directory)
    {
        DatasetReader.FindInteractionFile(directory);
        return ItemTable.Open(directory, cancellationToken);
    }

    /// <summary>The folder for nearest-neighbor graphs; null, with a notice, where it cannot be created.</summary>
    public string? GraphCache()
    {
        if (environment.CacheDirectory is not { } directory) return null;
        try
        {
            return Directory.CreateDirectory(directory).FullName;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Note($"Nearest neighbors are not kept for later runs: {cause.Message.TrimEnd('.')}; set {CliEnvironment.CacheVariable} to a folder you may write to.");
            return null;
        }
    }

    /// <summary>The file for results of encoders: the one given, else the usual one in the folder for computed things.</summary>
    public string EncodingCacheFile(string? given) => given
        ?? (environment.CacheDirectory is { } directory
            ? Path.Combine(directory, EncodingCacheName)
            : throw new InvalidInputException($"There is no folder to keep results in; name a file with --cache, or a folder with {CliEnvironment.CacheVariable}."));

    /// <summary>Says something beside the result.</summary>
    public void Note(string sentence) => Error.Profile.Out.Writer.WriteLine($"note: {VisibleText.Line(sentence)}");

    /// <summary>Runs the work and turns what it throws into a sentence and an exit code, the highest of all parts that failed.</summary>
    public int Run(Action<Session> work)
    {
        try
        {
            work(this);
        }
        catch (Exception cause)
        {
            Report(cause);
        }

        return _code;
    }

    /// <summary>Runs a part of the work whose failure does not keep the others from being done; only cancellation does.</summary>
    public void Attempt(Action part)
    {
        try
        {
            part();
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            Report(cause);
        }
    }

    private void Report(Exception cause)
    {
        TextWriter error = Error.Profile.Out.Writer;
        (int code, string sentence) = Failure.Describe(cause);
        error.WriteLine(VisibleText.Line(sentence));
        if (verbose) error.WriteLine(cause);
        _code = Math.Max(_code, code);
    }
}
