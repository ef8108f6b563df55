using Tessera.Cli.Output;
using Tessera.Encoders.Texts;

namespace Tessera.Cli.Tests;

public sealed class FittingDisplayTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_long_fitting_tells_a_line_now_and_then()
    {
        using var writer = new StringWriter();
        var clock = new Clock();
        int result = FittingDisplay.Follow(
            CliEnvironment.ConsoleOn(writer, false), "text",
            progress =>
            {
                progress.Report(new TfidfFitProgress(TfidfFitStage.Counting, 0.5));
                clock.Now += TimeSpan.FromSeconds(11);
                progress.Report(new TfidfFitProgress(TfidfFitStage.Weighing, 0.25));
                progress.Report(new TfidfFitProgress(TfidfFitStage.Weighing, 1));
                clock.Now += TimeSpan.FromSeconds(11);
                progress.Report(new TfidfFitProgress(TfidfFitStage.Decomposing, 0.99));
                return 7;
            },
            clock);
        Assert.Equal(7, result);
        Assert.Equal("text weighing terms 25 %\ntext decomposing 99 %\n", writer.ToString());
    }

    [Fact]
    public void A_terminal_is_shown_the_fitting()
    {
        string folder = ItemFolder.Create(work, 30);
        Outcome outcome = work.Run(["data", "encode", "--data", folder, "--encoder", "tfidf"], CancellationToken.None, errorIsTerminal: true);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("decomposing 100 %", outcome.Error, StringComparison.Ordinal);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
