using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Tessera.Encoders.Onnx;

/// <summary>
/// <c>tokenizer.json</c>, the format of Hugging Face's tokenizers, as far as models of these kinds need it: BERT's WordPiece, byte-level BPE (GPT-2,
/// RoBERTa, Qwen) or CLIP's, and Unigram with the pieces of SentencePiece (XLM-R, T5).
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Largest id of a token; the largest vocabularies have some 300,000.</summary>
    private const int MaxId = 9_999_999;

    /// <summary>CLIP's way of finding words.</summary>
    private const string ClipWords = @"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+";

    /// <summary>GPT-2's way of finding words, which byte-level tokenizers have unless they say otherwise.</summary>
    private const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <param name="pieces">Opens the SentencePiece model that comes along, for tokenizers that are numbers of its pieces.</param>
    /// <exception cref="FormatException">The tokenizer is of another kind.</exception>
    public static TextTokenizer Read(Stream stream, Func<SentencePieceTokenizer> pieces)
    {
        JsonNode root = JsonNode.Parse(stream) ?? throw new FormatException("it is null");
        JsonNode model = root["model"] ?? throw new FormatException("it has no model");
        string type = (string?)model["type"] ?? (model["merges"] is null ? "WordPiece" : "BPE");
        return type switch
        {
            "WordPiece" => WordPiece(root, model),
            "BPE" => Bpe(root, model),
            "Unigram" => Unigram(root, model, pieces()),
            _ => throw new FormatException($"it is of the kind {type}"),
        };
    }

    private static TextTokenizer WordPiece(JsonNode root, JsonNode model)
    {
        Dictionary<string, int> vocabulary = Vocabulary(model);
        var lines = new string[vocabulary.Values.Max() + 1];
        foreach ((string token, int id) in vocabulary) lines[id] = token;
        JsonNode? normalizer = Parts(root["normalizer"]).FirstOrDefault(part => (string?)part["type"] == "BertNormalizer");
        bool lowercase = (bool?)normalizer?["lowercase"] ?? Parts(root["normalizer"]).Any(part => (string?)part["type"] == "Lowercase");
        bool strip = (bool?)normalizer?["strip_accents"] ?? lowercase;
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        BertTokenizer tokenizer = BertTokenizer.Create(text, new BertOptions { LowerCaseBeforeTokenization = lowercase, RemoveNonSpacingMarks = strip });
        (int[] before, int[] after) = Around(root, vocabulary);
        return new TextTokenizer(
            (input, limit) => tokenizer.EncodeToIds(input, limit, addSpecialTokens: false, out _, out _),
            before, after, tokenizer.PaddingTokenId, decompose: strip);
    }

    private static TextTokenizer Bpe(JsonNode root, JsonNode model)
    {
        JsonNode[] preparations = [.. Parts(root["pre_tokenizer"])];
        if (preparations.All(part => (string?)part["type"] != "ByteLevel"))
            throw new FormatException("its BPE is not of the byte-level kind, and no other is split exactly here: have a server encode with the model, by --encoder endpoint");
        Dictionary<string, int> vocabulary = WithAdded(root, Vocabulary(model));
        string? ending = (string?)model["end_of_word_suffix"] is { Length: > 0 } suffix ? suffix : null;
        string words = preparations.Select(part => (string?)part["pattern"]?["Regex"]).FirstOrDefault(pattern => pattern is not null)
            ?? (ending is null ? Gpt2Words : ClipWords);
        bool lowercase = Parts(root["normalizer"]).Any(part => (string?)part["type"] == "Lowercase");
        BpeTokenizer tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = [.. model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!)],
            ByteLevel = true,
            EndOfWordSuffix = ending,
            UnknownToken = (string?)model["unk_token"] is { Length: > 0 } unknown ? unknown : null,
            PreTokenizer = new RegexPreTokenizer(new Regex(words, RegexOptions.None, TimeSpan.FromSeconds(10)), null),
            Normalizer = lowercase ? LowerCaseNormalizer.Instance : null,
        });
        (int[] before, int[] after) = Around(root, vocabulary);
        int padding = (string?)root["padding"]?["pad_token"] is { } pad && vocabulary.TryGetValue(pad, out int id) ? id : after.LastOrDefault();
        return new TextTokenizer((input, limit) => tokenizer.EncodeToIds(input, limit, out _, out _), before, after, padding, decompose: false);
    }

    /// <summary>The pieces that SentencePiece finds, by the numbers that they have here, which differ from its own (XLM-R's by one).</summary>
    private static TextTokenizer Unigram(JsonNode root, JsonNode model, SentencePieceTokenizer pieces)
    {
        if (Parts(root["normalizer"]).FirstOrDefault(part => !IsOfSentencePiece(part)) is { } other)
            throw new FormatException($"its normalizer '{(string?)other["type"]}' is none that SentencePiece has");
        string[] names = [.. (model["vocab"] as JsonArray ?? throw new FormatException("its model has no vocabulary")).Select(entry => (string)entry![0]!)];
        Dictionary<string, int> vocabulary = WithAdded(root, names.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal));
        int unknown = (int?)model["unk_id"] ?? throw new FormatException("it does not say which token stands for what is unknown");
        var numbers = new int[pieces.Vocabulary.Values.Max() + 1];
        Array.Fill(numbers, unknown);
        foreach ((string piece, int own) in pieces.Vocabulary)
            if (vocabulary.TryGetValue(piece, out int number)) numbers[own] = number;
        (int[] before, int[] after) = Around(root, vocabulary);
        int padding = vocabulary.TryGetValue((string?)root["padding"]?["pad_token"] ?? "<pad>", out int pad) ? pad : after.LastOrDefault();
        return new TextTokenizer((text, limit) => [.. Split(text).Take(limit)], before, after, padding, decompose: false);

        IEnumerable<int> Split(string text)
        {
            int last = -1;
            foreach (int own in pieces.EncodeToIds(text))
            {
                bool goesOn = numbers[own] == unknown && last == unknown; // what is unknown is one token as far as it goes
                last = numbers[own];
                if (!goesOn) yield return last;
            }
        }
    }

    /// <summary>Whether the SentencePiece model itself does what a normalizer does: its table of characters, and single spaces.</summary>
    private static bool IsOfSentencePiece(JsonNode normalizer) => (string?)normalizer["type"] switch
    {
        "Precompiled" or "Prepend" or "Strip" => true,
        "Replace" => ((string?)normalizer["pattern"]?["String"] ?? (string?)normalizer["pattern"]?["Regex"]) is [' ' or '\\', ..],
        _ => false,
    };

    private static Dictionary<string, int> Vocabulary(JsonNode model) =>
        (model["vocab"] as JsonObject)?.ToDictionary(entry => entry.Key, entry => Checked(entry.Key, (int)entry.Value!), StringComparer.Ordinal)
        ?? throw new FormatException("its model has no vocabulary");

    private static Dictionary<string, int> WithAdded(JsonNode root, Dictionary<string, int> vocabulary)
    {
        var all = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal);
        foreach (JsonNode? token in root["added_tokens"] as JsonArray ?? []) all[(string)token!["content"]!] = Checked((string)token["content"]!, (int)token["id"]!);
        return all;
    }

    /// <summary>An id is a place in tables, so a wrong one could ask for more memory than there is.</summary>
    private static int Checked(string token, int id) => id is >= 0 and <= MaxId ? id
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"its token '{token}' has the id {id}, which is not 0 to {MaxId:N0}"));

    /// <summary>The special tokens that the post-processor puts around a single text.</summary>
    private static (int[] Before, int[] After) Around(JsonNode root, Dictionary<string, int> vocabulary)
    {
        List<int> before = [], after = [];
        foreach (JsonNode part in Parts(root["post_processor"]))
        {
            if (part["single"] is JsonArray template)
            {
                bool passed = false;
                foreach (JsonNode? piece in template)
                {
                    if (piece!["Sequence"] is not null) passed = true;
                    else (passed ? after : before).Add(vocabulary[(string)piece["SpecialToken"]!["id"]!]);
                }
            }
            else if (part["cls"] is JsonArray first && part["sep"] is JsonArray last)
            {
                before.Add((int)first[1]!);
                after.Add((int)last[1]!);
            }
        }

        return ([.. before], [.. after]);
    }

    /// <summary>A part of the pipeline, or what a sequence of them is made of.</summary>
    private static IEnumerable<JsonNode> Parts(JsonNode? node) => node is null ? [] :
        (node["normalizers"] ?? node["pretokenizers"] ?? node["processors"]) is JsonArray parts ? parts.SelectMany(Parts) : [node];
}
