using System.Text;
using Spectre.Console;

namespace Tessera.Cli;

/// <summary>What surrounds the command line: where it prints, and where it may cache results.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Everything else; interactive where it is a terminal.</param>
/// <param name="CacheDirectory">Folder for nearest-neighbor graphs and results of encoders, or null for none.</param>
internal sealed record CliEnvironment(IAnsiConsole Out, IAnsiConsole Error, string? CacheDirectory)
{
    /// <summary>The clock that waits between attempts to reach a server.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Environment variable that names the folder for nearest-neighbor graphs and results of encoders.</summary>
    public const string CacheVariable = "TESSERA_CACHE";

    /// <summary>Wide enough that no line of a table wraps where there is no terminal.</summary>
    private const int WidthOfFiles = 160;

    /// <summary>The process's own streams and environment.</summary>
    public static CliEnvironment OfProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new CliEnvironment(
            ConsoleOn(StandardStream.Out(), !Console.IsOutputRedirected),
            ConsoleOn(StandardStream.Error(), !Console.IsErrorRedirected),
            DefaultCacheDirectory());
    }

    /// <summary>The exit code of a command that has ended with one: a success whose result could not be printed is none.</summary>
    public int Conclude(int code)
    {
        if (code != ExitCode.Success || Out is not PlainConsole { Failure: { } cause }) return code;
        Error.Profile.Out.Writer.WriteLine(
            $"error: The result could not be printed ({cause.Message.TrimEnd('.')}); the work itself is done, so send standard output to where there is room.");
        return ExitCode.Failed;
    }

    /// <summary>A console that prints to a writer, without colors and animations unless it is a terminal; see <see cref="PlainConsole"/>.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true;
        return new PlainConsole(console, isTerminal ? null : WidthOfFiles);
    }

    private static string? DefaultCacheDirectory()
    {
        if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } given) return given;
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return local.Length > 0 ? Path.Combine(local, "tessera") : null;
    }
}
