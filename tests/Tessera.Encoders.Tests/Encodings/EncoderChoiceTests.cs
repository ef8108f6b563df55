using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class EncoderChoiceTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_that_are_named_are_encoded_though_no_item_has_a_text_field()
    {
        ItemTable table = _folder.Images(2);
        Assert.Equal(["image histogram images"], Choices(new EncodingOptions()));
        Assert.Equal(["text tfidf texts", "image histogram images"], Choices(new EncodingOptions { Texts = "descriptions" }));
        Assert.Equal(["text tfidf texts", "image histogram images"], Choices(new EncodingOptions { Fields = ["title"] }));

        IEnumerable<string> Choices(EncodingOptions options) => EncoderChoice.Of(table, options).Select(choice => $"{choice.Modality} {choice.Encoder} {choice.Source}");
    }

    [Fact]
    public async Task A_field_is_refused_where_no_item_has_any()
    {
        ItemTable table = _folder.Images(2);
        var options = new EncodingOptions { Fields = ["title"] };
        var encoding = new FeatureEncoding(table, EncoderChoice.Of(table, options)[0], options);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoding.EncodeAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.EndsWith("has a text field 'title', or any other; expected texts, so add them, or leave --fields out.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_chosen_encoder_takes_is_refused()
    {
        _folder.Images(2);
        ItemTable table = _folder.Items(("a", "one", "0.png"), ("b", "two", "1.png"));
        Assert.Equal(
            "--dimensions has no meaning for --encoder histogram; expected it with --encoder tfidf or endpoint only.",
            Refusal(new EncodingOptions { Encoder = EncoderChoice.Histogram, Dimensions = 64 }));
        Assert.Equal(
            "--instruction has no meaning for tfidf and histogram, the default; expected it with --encoder endpoint only.",
            Refusal(new EncodingOptions { Instruction = "Find it." }));
        Assert.Equal(2, EncoderChoice.Of(table, new EncodingOptions { Dimensions = 64 }).Count);
        Assert.Single(EncoderChoice.Of(table, new EncodingOptions { Modality = "text", Encoder = EncoderChoice.Endpoint, Dimensions = 64, Instruction = "Find it." }));

        string Refusal(EncodingOptions options) => Assert.Throws<InvalidInputException>(() => EncoderChoice.Of(table, options)).Message;
    }
}
