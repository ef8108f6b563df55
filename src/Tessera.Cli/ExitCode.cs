namespace Tessera.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work was begun and failed: the training diverged, a run cannot be saved, or there is a bug.</summary>
    public const int Failed = 1;

    /// <summary>Command line, settings, data or the folder to write to cannot be used; nothing half-written is left there.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C or SIGTERM; 128 + 2 by the shells' custom.</summary>
    public const int Interrupted = 130;
}
