using System.Diagnostics;
using System.Numerics.Tensors;
using Tessera.Compute.Tensors;

namespace Tessera.Data;

/// <summary>One kind of item content (image, text, audio, …) as a feature matrix with one row per item.</summary>
[DebuggerDisplay("Modality {Name} [{Features.Rows} x {Features.Columns}]")]
public sealed class Modality
{
    private readonly Lock _lock = new();
    private string? _checksum;

    /// <summary>Names a feature matrix; rows of zeros are taken as missing.</summary>
    /// <param name="name">Name of the modality, such as <c>image</c>.</param>
    /// <param name="features">
    /// Raw features <c>[|I| x D]</c>, finite; the caller's to dispose of, once neither the modality nor a data set or run that has it is used any more.
    /// </param>
    /// <exception cref="ArgumentException">The name is blank or has a comma, or a feature is not finite.</exception>
    public Modality(string name, Matrix features)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(',', StringComparison.Ordinal)) throw new ArgumentException($"Modality '{name}' has a comma in its name; expected one without, for commas separate names in lists.", nameof(name));
        ArgumentNullException.ThrowIfNull(features);
        int wrong = Enumerable.Range(0, features.Rows).FirstOrDefault(item => !TensorPrimitives.IsFiniteAll<float>(features.Row(item)), -1);
        if (wrong >= 0) throw new ArgumentException($"Item {wrong} of modality '{name}' has a feature that is not finite; expected finite numbers, and zeros alone where an item has no features.", nameof(features));
        Name = name;
        Features = features;
        Missing = [.. Enumerable.Range(0, features.Rows).Select(item => !features.Row(item).ContainsAnyExcept(0f))];
        MissingCount = Missing.Count(missing => missing);
    }

    /// <summary>Features made of others, so that a row of zeros need not be missing.</summary>
    internal Modality(string name, Matrix features, IReadOnlyList<bool> missing) =>
        (Name, Features, Missing, MissingCount) = (name, features, missing, missing.Count(missing => missing));

    /// <summary>Name of the modality, such as <c>image</c>.</summary>
    public string Name { get; }

    /// <summary>The encoder of the features, such as <c>tfidf-svd</c>, or null if unknown.</summary>
    public string? Encoder { get; init; }

    /// <summary>
    /// The space of the features: cosines say something about vectors of one space alone, such as those of both halves of CLIP. Null where no model is
    /// known that brings other contents into it, as with <c>tfidf-svd</c>.
    /// </summary>
    public string? Space { get; init; }

    /// <summary>Version of <see cref="Encoder"/>, or null if unknown.</summary>
    internal string? Version { get; init; }

    /// <summary>The items' text fields that were encoded, in order; none where it was a file of texts, null where it was images or nobody knows.</summary>
    internal IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Where the encoder that was fitted to the items may be (<see cref="DatasetFolder.EncoderFile"/>), or null if it was not kept.</summary>
    internal string? FittedEncoder { get; init; }

    /// <summary>Raw features <c>[|I| x D]</c>, which must not change once the modality is made.</summary>
    public Matrix Features { get; }

    /// <summary>Number of feature dimensions D.</summary>
    public int Dimensions => Features.Columns;

    /// <summary>Which items have no features, so that their row is zeros, <c>[|I|]</c>.</summary>
    public IReadOnlyList<bool> Missing { get; }

    /// <summary>Number of items without features.</summary>
    public int MissingCount { get; }

    /// <summary>A checksum of the features, computed when first asked for and kept, since they are large.</summary>
    internal string ChecksumBy(Func<Matrix, string> compute)
    {
        lock (_lock) return _checksum ??= compute(Features);
    }
}
