using System.Text.Json.Nodes;

namespace Tessera.Studies.Tuning;

/// <summary>What a search chose, and how.</summary>
/// <param name="Settings">The settings chosen.</param>
/// <param name="Validation">Their Recall@20 on validation: trained to the end, the mean of the seeds; with the first seed as far as they were trained, where there was one alone to choose.</param>
/// <param name="Drawn">Number of settings tried.</param>
/// <param name="Finished">Number of settings trained to the end, each with two seeds; 0 where there was one alone to choose.</param>
/// <param name="Seconds">Processor time spent.</param>
/// <param name="Space">Number of settings there were to choose from.</param>
internal sealed record SearchResult(JsonObject Settings, double Validation, int Drawn, int Finished, double Seconds, int Space);
