using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Following;

/// <summary>What vectors of items say of where they come from: <c>encoder version#content</c>; nothing where the shop gave them ready.</summary>
internal static class VectorSource
{
    /// <summary>The source of what a modality's encoder makes of a content.</summary>
    /// <param name="content">Hash of the content.</param>
    public static string Of(string? encoder, string? version, string content) => $"{encoder} {version}#{content}";

    /// <summary>The content's hash in a source.</summary>
    public static ReadOnlySpan<char> ContentOf(string source) => source.AsSpan(source.LastIndexOf('#') + 1);

    /// <summary>Whether a vector is as a run's modality has them.</summary>
    public static bool IsOf(string? source, LiveModality modality) => source?.StartsWith(Of(modality.Encoder, modality.Version, ""), StringComparison.Ordinal) != false;
}
