using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>What is to be encoded, and how.</summary>
public sealed record EncodingOptions
{
    /// <summary>The modality to make; null for <c>text</c> and <c>image</c>, of which there is content.</summary>
    public string? Modality { get; init; }

    /// <summary>One of <see cref="EncoderChoice"/>'s names of encoders or of <see cref="Models"/>; null for the usual one of what is encoded.</summary>
    public string? Encoder { get; init; }

    /// <summary>One of <see cref="EncoderChoice"/>'s names of sources; null for what the modality's name or the encoder means.</summary>
    public string? Source { get; init; }

    /// <summary>Text fields to encode, in this order; null for all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Encodes the texts in this file of the folder, named without <c>.jsonl</c>, instead of the fields.</summary>
    public string? Texts { get; init; }

    /// <summary>Length of the vectors; null for 384 with TF-IDF and a model's own. For TF-IDF and a server alone: the others have no other.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Sent to a server before each text, for models trained on it (E5-Mistral-Instruct and its kin); null for none, and for other encoders.</summary>
    public string? Instruction { get; init; }

    /// <summary>Models in this process to choose from; the first that takes texts, and the first that takes images, encode what no encoder is named for.</summary>
    public IReadOnlyList<LocalModel> Models { get; init; } = [];

    /// <summary>The server, where one is to encode or describe.</summary>
    public EndpointOptions? Endpoint { get; init; }

    /// <summary>Most contents in one request, 1 or more.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Most requests at the same time, 1 or more.</summary>
    public int ConcurrentRequests { get; init; } = 4;

    /// <summary>The SQLite file that keeps what servers give, so that a run that ends early can go on; null to keep nothing.</summary>
    public string? CacheFile { get; init; }

    /// <summary>Whether what is to be made may be there already, to be written anew.</summary>
    public bool Replace { get; init; }

    /// <summary>Seed of what TF-IDF draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>File of an encoder that was fitted to other items and encodes these by TF-IDF, too; null to fit one to these.</summary>
    internal string? FittedEncoder { get; init; }

    /// <summary>Whether no item need have a result; where none has, nothing is written.</summary>
    internal bool MayBeNone { get; init; }

    /// <summary>Most threads of the built-in encoders; 0 for one per core.</summary>
    public int Threads { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConcurrentRequests, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        if (Dimensions is { } dimensions) ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1, nameof(Dimensions));
    }
}
