using Tessera.Encoders.Onnx;

namespace Tessera.ModelServer;

/// <summary>Counts tokens as MiniLM's tokenizer makes them, which stands in for the chat model's, too.</summary>
internal sealed class Tokens
{
    private readonly Lazy<TextTokenizer> _tokenizer = new(() =>
    {
        using var vocabulary = new MemoryStream(PackagedWeights.ReadMiniLm("vocab.txt"));
        return TextTokenizer.OfVocabulary(vocabulary, lowercase: true);
    });

    public int Count(string text) => _tokenizer.Value.Encode(text, int.MaxValue).Length;

    /// <summary>As many whole words of a text, from its beginning, as have at most this many tokens.</summary>
    public string Cut(string text, int most)
    {
        while (Count(text) > most) text = text[..Math.Max(text.LastIndexOfAny([' ', '\n']), 0)];
        return text;
    }
}
