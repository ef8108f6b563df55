using Tessera.Data;
using Tessera.Encoders.Endpoints;

namespace Tessera.Cli;

/// <summary>What the user is told when a command fails.</summary>
internal static class Failure
{
    /// <summary>The exit code and one sentence, with its remedy where there is one.</summary>
    public static (int Code, string Sentence) Describe(Exception cause) => cause switch
    {
        InvalidInputException => (ExitCode.BadInput, $"error: {cause.Message}"),
        OperationCanceledException => (ExitCode.Interrupted, "Interrupted."),
        StorageException or NotFiniteNumberException or DllNotFoundException => (ExitCode.Failed, $"error: {cause.Message}"),
        TypeInitializationException when cause.GetBaseException() is DllNotFoundException library =>
            (ExitCode.Failed, $"error: A library that comes with the program cannot be loaded ({FirstSentence(library)}); install the program or build it again to restore it."),
        EndpointException => (ExitCode.Failed, $"error: {cause.Message}."),
        IOException or UnauthorizedAccessException =>
            (ExitCode.Failed, $"error: A file could not be read or written ({cause.Message.TrimEnd('.')}); check the free space on the disk and your permissions."),
        InsufficientMemoryException => (ExitCode.Failed, $"error: There is not enough memory: {cause.Message}; {LessMemory}"),
        OutOfMemoryException => (ExitCode.Failed, $"error: There is not enough memory; {LessMemory}"),
        _ => (ExitCode.Failed, $"error: {OneLine(cause)}; this is a bug, and --verbose shows where it happened."),
    };

    private const string LessMemory = "give less data or smaller sizes among the settings, such as embeddingSize and batchSize, or take a machine with more.";

    /// <summary>Without the advice and the places searched that the runtime adds.</summary>
    private static string FirstSentence(DllNotFoundException cause) => cause.Message.ReplaceLineEndings(" ").Split(". ")[0].TrimEnd('.');

    private static string OneLine(Exception cause) =>
        $"{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
}
