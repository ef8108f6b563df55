using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Words the refusal of an image.</summary>
internal static class UnusableImage
{
    /// <summary>One sentence that names the image.</summary>
    /// <param name="name">Path or item of the image.</param>
    /// <param name="found">What was found, as the predicate of the sentence.</param>
    /// <param name="cause">What a decoder threw.</param>
    public static InvalidInputException Because(string name, string found, Exception? cause = null)
    {
        string sentence = $"Image '{name}' {found}; expected a whole PNG, JPEG or WebP image, so replace it.";
        return cause is null ? new InvalidInputException(sentence) : new InvalidInputException(sentence, cause);
    }

    /// <summary>The image ends before its pixels do.</summary>
    public static InvalidInputException Truncated(string name, Exception? cause = null) => Because(name, "is truncated", cause);
}
