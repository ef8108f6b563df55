using System.Text.RegularExpressions;
using ICU4N.Text;
using Microsoft.ML.Tokenizers;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Onnx;

/// <summary>Texts → token numbers, the special ones that a model wants around them included.</summary>
/// <param name="split">The numbers of a text, as many as are asked for at most; adds none.</param>
/// <param name="before">Numbers in front, such as that of <c>[CLS]</c>.</param>
/// <param name="after">Numbers behind, such as that of <c>[SEP]</c>.</param>
/// <param name="padding">Number that fills a batch's shorter texts; the mask hides it.</param>
/// <param name="decompose">Whether accents are taken apart from their letters first, for tokenizers that drop them: .NET itself cannot without ICU.</param>
internal sealed class TextTokenizer(Func<string, int, IReadOnlyList<int>> split, int[] before, int[] after, int padding, bool decompose)
{
    private const string JsonName = "tokenizer.json";

    /// <summary>Names of tokenizers' files, the surest first.</summary>
    private static readonly string[] UsualNames = [JsonName, "vocab.txt"];

    /// <summary>Names of the files that have the pieces of a SentencePiece tokenizer, whose <c>tokenizer.json</c> has their numbers.</summary>
    private static readonly string[] PiecesNames = ["sentencepiece.bpe.model", "spiece.model", "sentencepiece.model", "tokenizer.model", "spm.model"];

    /// <summary>
    /// Written behind a model of SentencePiece: <c>trainer_spec { bos_id: 0 eos_id: 0 }</c>, which protocol buffers take instead of what stood before.
    /// Without it the library cannot open models that have no such token (T5's have -1), though it is not asked for any.
    /// </summary>
    private static readonly byte[] NoEnds = [0x12, 6, 0xC8, 0x02, 0, 0xD0, 0x02, 0];

    public int Padding => padding;

    /// <summary>How many special tokens stand around a text.</summary>
    public int SpecialTokens => before.Length + after.Length;

    /// <summary>The numbers of a text; of a longer one the first that fit, and the special ones.</summary>
    public int[] Encode(string text, int maxTokens)
    {
        string shown = decompose ? Normalizer2.NFDInstance.Normalize(text) : text;
        try
        {
            return [.. before, .. split(shown, maxTokens - SpecialTokens), .. after];
        }
        catch (RegexMatchTimeoutException cause)
        {
            throw new InvalidInputException($"The tokenizer's pattern is not through with a text after {cause.MatchTimeout.TotalSeconds:F0} s; expected one that does not go back and forth.", cause);
        }
    }

    /// <summary>Opens a tokenizer's file.</summary>
    /// <param name="path">The file; null looks for one of the usual names in the folder.</param>
    /// <param name="folder">The model's folder, from which relative paths count.</param>
    /// <param name="lowercase">Whether a <c>vocab.txt</c> is one of lower-case words without accents.</param>
    /// <exception cref="InvalidInputException">There is none, or it cannot be used.</exception>
    public static TextTokenizer Open(string? path, string folder, bool lowercase)
    {
        string file = Find(path, folder)
            ?? throw new InvalidInputException($"Folder '{folder}' has no tokenizer for the model; expected {string.Join(", ", UsualNames)} there, or name one with --tokenizer.");
        if (!File.Exists(file)) throw new InvalidInputException($"Tokenizer '{file}' does not exist; expected vocab.txt or tokenizer.json, so check the path.");
        using var stream = new MemoryStream(InputFile.ReadBytes(file));
        try
        {
            return Path.GetExtension(file).ToLowerInvariant() switch
            {
                ".json" => TokenizerJson.Read(stream, () => OpenPieces(file)),
                ".txt" => OfVocabulary(stream, lowercase),
                ".model" => throw new FormatException($"it has pieces of words, but not the numbers that the model's tokens have: name the {JsonName} that comes with it, and keep this beside it"),
                _ => throw new FormatException("its name ends in neither .txt nor .json"),
            };
        }
        catch (Exception cause)
        {
            // The libraries throw whatever a malformed file leads them to.
            throw new InvalidInputException(
                $"'{file}' cannot be used as a tokenizer ({SourceText.Reason(cause)}); "
                + $"expected the vocab.txt or {JsonName} that came with the model.", cause);
        }
    }

    /// <summary>The tokenizer's file that is named, or the one in the folder with a usual name; null for none.</summary>
    public static string? Find(string? path, string folder) =>
        path is null ? UsualNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) : Path.Combine(folder, path);

    /// <summary>The file with the pieces of a SentencePiece tokenizer, if one lies beside its <c>tokenizer.json</c>.</summary>
    public static string? FindPieces(string tokenizer) =>
        PiecesNames.Select(name => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(tokenizer))!, name)).FirstOrDefault(File.Exists);

    private static SentencePieceTokenizer OpenPieces(string tokenizer)
    {
        string pieces = FindPieces(tokenizer)
            ?? throw new FormatException($"it splits words as SentencePiece does, whose file must lie beside it: {string.Join(", ", PiecesNames)}");
        using var stream = new MemoryStream([.. InputFile.ReadBytes(pieces), .. NoEnds]);
        return SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    /// <summary>WordPiece with the vocabulary of a model of BERT's kind: one token a line.</summary>
    public static TextTokenizer OfVocabulary(Stream vocabulary, bool lowercase)
    {
        BertTokenizer tokenizer = BertTokenizer.Create(vocabulary, new BertOptions { LowerCaseBeforeTokenization = lowercase, RemoveNonSpacingMarks = lowercase });
        return new TextTokenizer(
            (text, limit) => tokenizer.EncodeToIds(text, limit, addSpecialTokens: false, out _, out _),
            [tokenizer.ClassificationTokenId], [tokenizer.SeparatorTokenId], tokenizer.PaddingTokenId, decompose: lowercase);
    }
}
