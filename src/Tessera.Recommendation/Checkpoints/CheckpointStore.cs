using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Checkpoints;

/// <summary>The checkpoints of one training run: folders <c>epoch-000012</c>, of which the last two are kept.</summary>
/// <remarks>
/// A checkpoint is written beside its place, flushed to the disk and renamed when whole, so a process killed at
/// any moment leaves the last whole checkpoint readable. One process at a time may save.
/// </remarks>
/// <param name="directory">The folder that holds the checkpoints; the first save creates it.</param>
internal sealed class CheckpointStore(string directory)
{
    private const int Kept = 2;
    private const int EpochDigits = 6;
    private const int MaxEpoch = 999_999;
    private const string Prefix = "epoch-";

    /// <summary>Writes a checkpoint, replacing one of the same epoch, and deletes all but the last two.</summary>
    /// <remarks>Damaged checkpoints of later epochs, which a resumed run left behind, are deleted as well.</remarks>
    /// <exception cref="InvalidInputException">The folder holds a whole checkpoint of a later epoch.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is outside 0..999999.</exception>
    public void Save(CheckpointState state)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(state.Epoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(state.Epoch, MaxEpoch);
        RefuseLaterCheckpoint(state.Epoch);

        string path = Path.Combine(directory, Prefix + state.Epoch.ToString("D6", CultureInfo.InvariantCulture));
        using (var folder = new AtomicFolder(path, replace: true))
        {
            folder.Guarded(() => state.Write(folder.Path));
            folder.Complete();
        }

        DeleteAllButLast(state.Epoch);
    }

    /// <summary>Loads the newest checkpoint whose checksums agree.</summary>
    /// <param name="state">The loaded state, or null where the run has no checkpoint yet.</param>
    /// <param name="notices">One sentence for each newer checkpoint that was damaged and skipped.</param>
    /// <returns>Whether there was a checkpoint.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints and all are damaged.</exception>
    public bool TryLoadLatest([NotNullWhen(true)] out CheckpointState? state, out IReadOnlyList<string> notices)
    {
        var skipped = new List<string>();
        notices = skipped;
        foreach ((int epoch, string path) in Newest())
        {
            string? damage = CheckpointState.FindDamage(path);
            if (damage is null)
            {
                state = CheckpointState.Read(path);
                return state.Epoch == epoch ? true : throw state.Unfit($"says epoch {state.Epoch}, unlike the name of its folder");
            }

            skipped.Add($"{path} is damaged and was skipped: {damage}.");
        }

        state = null;
        if (skipped.Count == 0) return false;
        throw new InvalidInputException(
            $"{directory}: none of the {skipped.Count} checkpoints can be read ({string.Join(" ", skipped)}); "
            + "delete the folder to train from the start.");
    }

    private void RefuseLaterCheckpoint(int epoch)
    {
        foreach ((int later, string path) in Newest())
        {
            if (later > epoch && CheckpointState.FindDamage(path) is null)
                throw new InvalidInputException(
                    $"{path} is later than epoch {epoch}, which is being saved; resume from it or choose another folder.");
        }
    }

    private void DeleteAllButLast(int epoch)
    {
        int kept = 0;
        foreach ((int other, string path) in Newest())
        {
            bool keep = other <= epoch && !path.EndsWith(AtomicFolder.ReplacedSuffix, StringComparison.Ordinal) && kept < Kept;
            if (keep) kept++;
            else Directory.Delete(path, recursive: true);
        }

        foreach (string unfinished in Directory.EnumerateDirectories(directory, $"{Prefix}*{AtomicFolder.PartialSuffix}"))
            Directory.Delete(unfinished, recursive: true);
    }

    /// <summary>
    /// The checkpoints, newest first. One that was being replaced when the process was killed comes after its replacement.
    /// </summary>
    private List<(int Epoch, string Path)> Newest()
    {
        var found = new List<(int Epoch, string Path)>();
        if (!Directory.Exists(directory)) return found;
        foreach (string path in Directory.EnumerateDirectories(directory, Prefix + "*"))
        {
            string name = Path.GetFileName(path)[Prefix.Length..];
            string digits = name.EndsWith(AtomicFolder.ReplacedSuffix, StringComparison.Ordinal) ? name[..^AtomicFolder.ReplacedSuffix.Length] : name;
            if (digits.Length == EpochDigits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int epoch))
                found.Add((epoch, path));
        }

        return [.. found.OrderByDescending(one => one.Epoch).ThenBy(one => one.Path.Length)];
    }
}
