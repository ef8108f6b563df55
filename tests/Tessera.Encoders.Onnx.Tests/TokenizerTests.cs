using Tessera.Data;

namespace Tessera.Encoders.Onnx.Tests;

public sealed class TokenizerTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MiniLm_splits_words_as_BERT_does()
    {
        using var vocabulary = new MemoryStream(PackagedWeights.ReadMiniLm("vocab.txt"));
        TextTokenizer tokenizer = TextTokenizer.OfVocabulary(vocabulary, lowercase: true);
        // As Hugging Face's bert-base-uncased gives them.
        Assert.Equal([101, 7592, 1010, 2088, 999, 102], tokenizer.Encode("Hello, world!", 512));
        Assert.Equal([101, 7861, 8270, 4667, 2015, 102], tokenizer.Encode("embeddings", 512));
        Assert.Equal([101, 2054, 102], tokenizer.Encode("what a long text", 3));
        Assert.Equal([101, 102], tokenizer.Encode("", 512));
    }

    [Fact]
    public void A_WordPiece_tokenizer_json_gives_what_its_vocabulary_gives()
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cafe", "red", "##dish", "Red"];
        File.WriteAllLines(Path.Combine(_folder.Path, "vocab.txt"), vocabulary);
        string entries = string.Join(',', vocabulary.Index().Select(entry => $"\"{entry.Item}\":{entry.Index}"));
        Write("uncased.json", $$$"""
            {"normalizer":{"type":"BertNormalizer","lowercase":true,"strip_accents":null},"pre_tokenizer":{"type":"BertPreTokenizer"},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}]},
             "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{ {{{entries}}} } } }
            """);
        Write("cased.json", $$$"""
            {"normalizer":{"type":"BertNormalizer","lowercase":false},"post_processor":{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]},
             "model":{"type":"WordPiece","vocab":{ {{{entries}}} } } }
            """);
        Assert.Equal([2, 5, 6, 7, 1, 3], Open("uncased.json").Encode("Café REDDISH blue", 99));
        Assert.Equal([2, 5, 6, 7, 1, 3], Open("vocab.txt").Encode("Café REDDISH blue", 99));
        Assert.Equal([2, 8, 6, 7, 3], Open("cased.json").Encode("Red reddish", 99));
    }

    [Fact]
    public void Byte_level_BPE_keeps_spaces_in_its_tokens()
    {
        Write("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"<s>"},{"id":1,"content":"</s>"},{"id":2,"content":"<pad>"}],"padding":{"pad_token":"<pad>"},
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
             "post_processor":{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0]},
             "model":{"type":"BPE","vocab":{"a":3,"b":4,"Ġ":5,"ab":6,"Ġab":7,"Ã":8,"©":9},"merges":["a b","Ġ ab"]}}
            """);
        TextTokenizer tokenizer = Open("tokenizer.json");
        Assert.Equal([0, 6, 7, 8, 9, 1], tokenizer.Encode("ab abé", 99));
        Assert.Equal([0, 6, 1], tokenizer.Encode("ab abé", 3));
        Assert.Equal(2, tokenizer.Padding);
    }

    [Fact]
    public void Clips_BPE_ends_words_and_lowers_them()
    {
        Write("tokenizer.json", """
            {"added_tokens":[{"id":8,"content":"<|startoftext|>"},{"id":9,"content":"<|endoftext|>"}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]},
             "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},"behavior":"Removed","invert":true},{"type":"ByteLevel","add_prefix_space":false}]},
             "post_processor":{"type":"RobertaProcessing","sep":["<|endoftext|>",9],"cls":["<|startoftext|>",8]},
             "model":{"type":"BPE","end_of_word_suffix":"</w>","unk_token":"<|endoftext|>","vocab":{"a":0,"b":1,"a</w>":2,"b</w>":3,"ab</w>":4,"aab</w>":5},"merges":[["a","b</w>"],["a","ab</w>"]]}}
            """);
        Assert.Equal([8, 4, 5, 2, 9], Open("tokenizer.json").Encode("AB  aab a", 77));
    }

    [Theory]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",-1]]}}""", "it splits words as SentencePiece does, whose file must lie beside it: sentencepiece.bpe.model, spiece.model")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "it is of the kind WordLevel")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Metaspace"}}""", "not of the byte-level kind, and no other is split exactly here: have a server encode")]
    [InlineData("""{"model":{"type":"WordPiece"}}""", "its model has no vocabulary")]
    [InlineData("""{}""", "it has no model")]
    [InlineData("null", "it is null")]
    [InlineData("{", "cannot be used as a tokenizer")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":"b"}}}""", "cannot be used as a tokenizer")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":2000000000}}}""", "its token 'a' has the id 2000000000, which is not 0 to 9,999,999")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":-1}}}""", "its token 'a' has the id -1, which is not 0 to 9,999,999")]
    public void A_tokenizer_of_another_kind_is_one_sentence(string json, string expected)
    {
        Write("tokenizer.json", json);
        string message = Assert.Throws<InvalidInputException>(() => Open("tokenizer.json")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json' cannot be used as a tokenizer (", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Pieces_of_SentencePiece_have_the_numbers_of_tokenizer_json()
    {
        // <unk>, <s> and </s> come first in the one and <s>, <pad>, </s> and <unk> in the other, as with XLM-R.
        SentencePieceFile.Write(Path.Combine(_folder.Path, "sentencepiece.bpe.model"), ("▁red", -1), ("▁shoe", -1.5f), ("s", -2), ("▁", -3));
        Write("tokenizer.json", """
            {"added_tokens":[{"id":0,"content":"<s>"},{"id":1,"content":"<pad>"},{"id":2,"content":"</s>"},{"id":3,"content":"<unk>"}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},
             "pre_tokenizer":{"type":"Metaspace"},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}]},
             "model":{"type":"Unigram","unk_id":3,"vocab":[["<s>",0],["<pad>",0],["</s>",0],["<unk>",0],["▁red",-1],["▁shoe",-1.5],["s",-2],["▁",-3]]}}
            """);
        TextTokenizer tokenizer = Open("tokenizer.json");
        Assert.Equal([0, 4, 5, 6, 2], tokenizer.Encode("red shoes", 99)); // as SentencePiece splits it
        Assert.Equal([0, 4, 2], tokenizer.Encode("red shoes", 3));
        Assert.Equal([0, 4, 7, 3, 2], tokenizer.Encode("red xyz", 99));
        Assert.Equal(1, tokenizer.Padding);
    }

    [Fact]
    public void A_normalizer_that_SentencePiece_has_not_is_refused()
    {
        SentencePieceFile.Write(Path.Combine(_folder.Path, "spiece.model"), ("a", -1));
        Write("tokenizer.json", """{"normalizer":{"type":"Lowercase"},"model":{"type":"Unigram","vocab":[["a",-1]]}}""");
        Assert.Contains("its normalizer 'Lowercase' is none that SentencePiece has", Assert.Throws<InvalidInputException>(() => Open("tokenizer.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_SentencePiece_model_alone_or_a_damaged_one_is_one_sentence()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "spiece.model"), [1, 2, 3, 255, 255, 9, 9]);
        Assert.Contains("name the tokenizer.json that comes with it", Assert.Throws<InvalidInputException>(() => Open("spiece.model")).Message, StringComparison.Ordinal);
        Write("tokenizer.json", """{"model":{"type":"Unigram","vocab":[["a",-1]]}}""");
        string message = Assert.Throws<InvalidInputException>(() => Open("tokenizer.json")).Message;
        Assert.Contains("tokenizer.json' cannot be used as a tokenizer (", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private void Write(string name, string json) => File.WriteAllText(Path.Combine(_folder.Path, name), json);

    private TextTokenizer Open(string name) => TextTokenizer.Open(name, _folder.Path, lowercase: true);
}
