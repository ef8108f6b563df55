using Tessera.Cli.Output;
using Tessera.Encoders.Encodings;

namespace Tessera.Cli.Tests;

public sealed class EncodingDisplayTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_long_fitting_tells_a_line_now_and_then()
    {
        using var writer = new StringWriter();
        int result = EncodingDisplay.Follow(CliEnvironment.ConsoleOn(writer, false), "text", progress =>
        {
            progress.Report(At(0, "counting terms", 0.5));
            progress.Report(At(11, "weighing terms", 0.25));
            progress.Report(At(11, "weighing terms", 1));
            progress.Report(At(22, "decomposing", 0.99));
            return 7;
        });
        Assert.Equal(7, result);
        Assert.Equal("text weighing terms 25 %\ntext decomposing 99 %\n", writer.ToString());

        static EncodingProgress At(int seconds, string stage, double share) => new(5, 0, 0, 0, TimeSpan.FromSeconds(seconds)) { Stage = stage, Share = share };
    }

    [Theory]
    [InlineData("histogram", "image 6/6, 0 cached, 1 failed, 2 with nothing to encode, ")]
    [InlineData("resnet18", "image 6/6, 2 cached, 1 failed, 2 with nothing to encode, ")]
    public void Items_that_name_no_image_are_counted_apart_from_those_that_fail(string encoder, string expected)
    {
        string folder = ItemFolder.Create(work, 6);
        File.WriteAllText(Path.Combine(folder, "4.png"), "no picture");

        Outcome outcome = work.Run("data", "encode", "--data", folder, "--modality", "image", "--encoder", encoder);

        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_is_shown_the_fitting()
    {
        string folder = ItemFolder.Create(work, 30);
        Outcome outcome = work.Run(["data", "encode", "--data", folder, "--encoder", "tfidf"], CancellationToken.None, errorIsTerminal: true);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("decomposing 100 %", outcome.Error, StringComparison.Ordinal);
    }
}
