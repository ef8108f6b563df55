using System.Diagnostics;
using System.Globalization;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Encodings;

/// <summary>Keeps a folder's manifest to one process while that reads it and writes it anew: <c>modalities.json.lock</c>, there as long as it is held.</summary>
internal static class ManifestLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock, waiting for others.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="patience">How long to wait; null for 10 seconds.</param>
    /// <returns>The lock, to be disposed of soon.</returns>
    /// <exception cref="InvalidInputException">Others hold it for too long, or the file cannot be made.</exception>
    public static IDisposable Take(string directory, TimeSpan? patience = null)
    {
        string path = Path.Combine(directory, $"{FeatureManifest.FileName}.lock");
        TimeSpan longest = patience ?? Patience;
        var time = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return TemporaryFile.Lock(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (time.Elapsed > longest)
                {
                    string waited = longest.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
                    throw new InvalidInputException(
                        $"'{path}' could not be locked for {waited} s ({e.Message.TrimEnd('.')}); expected other programs to hold it for a moment only, "
                        + "so see what writes to this folder, then give the same command again.", e);
                }

                Thread.Sleep(BetweenTries);
            }
        }
    }
}
