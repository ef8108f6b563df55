namespace Tessera.Serving;

/// <summary>An item that is not saved, or not yet.</summary>
public sealed record PreviewRequest
{
    /// <summary>What people would call it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>What would be said of it, or null: it stands for all fields of text that the model reads beside the title.</summary>
    public string? Text { get; init; }

    /// <summary>Its image, a whole file: PNG, JPEG, WebP, GIF or BMP, up to 64 MiB; null for none.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>How many items and users, 1 to <see cref="RecommendationRequest.MaxCount"/>; fewer come where fewer are there.</summary>
    public int Count { get; init; } = 10;
}
