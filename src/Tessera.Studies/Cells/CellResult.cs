using System.Text.Json.Nodes;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Cells;

/// <summary>What a cell gave with one seed: written once and never changed.</summary>
/// <param name="Cell">What was measured.</param>
/// <param name="DataFingerprint">SHA-256 of the data set, after its variant was made.</param>
/// <param name="Version">Version and commit of the program.</param>
/// <param name="Machine">Processor, cores, system and runtime.</param>
/// <param name="Seconds">Processor time.</param>
internal sealed record CellResult(StudyCell Cell, ulong Seed, string DataFingerprint, string Version, string Machine, double Seconds)
{
    public int Epochs { get; init; }

    public int BestEpoch { get; init; }

    /// <summary>Metrics on validation and test, as a run's <c>metrics.json</c> has them, with the parts of warm and cold items where there are some.</summary>
    public JsonObject? Validation { get; init; }

    public JsonObject? Test { get; init; }

    /// <summary>Test ranked among cold items alone, where whole items are held out.</summary>
    public JsonObject? TestAmongCold { get; init; }

    /// <summary>Lines of the run's <c>epochs.jsonl</c>.</summary>
    public IReadOnlyList<JsonObject> Curve { get; init; } = [];

    /// <summary>What the study measured besides, by name.</summary>
    public JsonObject Measured { get; init; } = [];
}
