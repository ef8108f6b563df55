namespace Tessera.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work failed: training diverged, the disk is full, a permission to write is missing, or there is a bug.</summary>
    public const int Failed = 1;

    /// <summary>Command line, settings or data cannot be used, or the folder to write to is not empty; nothing half-written is left there.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C or SIGTERM; 128 + 2 by the shells' custom.</summary>
    public const int Interrupted = 130;
}
