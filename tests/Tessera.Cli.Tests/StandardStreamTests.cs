using System.Diagnostics;
using System.Globalization;

namespace Tessera.Cli.Tests;

/// <summary>Standard streams that are full, closed or broken, given by the shell.</summary>
public sealed class StandardStreamTests(Workplace work) : IClassFixture<Workplace>
{
    private const string Full = "/dev/full";

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData("2>&1 | head -1")]
    public void Training_goes_on_where_standard_error_is_lost(string redirection)
    {
        RequireShell();
        string run = work.New("run");
        (int code, _, string error) = Shell(redirection, "train", "--data", work.Data, "--model", "lirdrec", "--out", run, "--set", "epochs=3");
        Assert.Equal((0, ""), (code, error));
        Assert.True(File.Exists(Path.Combine(run, "metrics.json")));
    }

    [Theory]
    [InlineData(">/dev/full", "No space left on device")]
    [InlineData(">&-", "the stream is closed")]
    [InlineData("<&- >&-", "the stream is closed")]
    public void A_result_that_cannot_be_printed_is_one_sentence(string redirection, string reason)
    {
        RequireShell();
        foreach (string[] args in new string[][] { ["data", "stats", "--data", work.Data], ["models", "--json"] })
        {
            (int code, string output, string error) = Shell(redirection, args);
            Assert.Equal((1, ""), (code, output));
            Assert.Equal(
                $"error: The result could not be printed ({reason}); the work itself is done, so send standard output to where there is room.\n", error);
        }
    }

    [Fact]
    public void A_reader_that_has_seen_enough_ends_the_output_without_a_word()
    {
        RequireShell();
        (int code, string output, string error) = Shell("| head -1", "models");
        Assert.Equal((0, "item-knn: ItemKNN (TOIS 2004), item-based: without epochs and options of training\n", ""), (code, output, error));
    }

    [Theory]
    [InlineData(">&- 2>&-", 1)]
    [InlineData(">/dev/full 2>/dev/full", 1)]
    [InlineData("<&- 2>&-", 0)]
    public void Without_any_stream_the_exit_code_tells(string redirection, int code)
    {
        RequireShell();
        Assert.Equal(code, Shell(redirection, "models").Code);
        Assert.Equal(2, Shell(redirection, "models", "--model", "none").Code);
    }

    private static void RequireShell() => Assert.SkipUnless(File.Exists(Full), $"There is no {Full}, and so perhaps no shell that knows these redirections.");

    /// <summary>Runs the command under a redirection of the shell; the code is the command's own, in a pipe, too.</summary>
    private (int Code, string Out, string Error) Shell(string redirection, params string[] args)
    {
        string code = work.New("code");
        using Process process = Process.Start(
            new ProcessStartInfo("sh", ["-c", $$"""{ dotnet "$@"; echo $? >"$CODE"; } {{redirection}}""", "sh", Path.Combine(AppContext.BaseDirectory, "tessera.dll"), .. args])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TESSERA_CACHE"] = Path.Combine(Path.GetTempPath(), "tessera-cli-cache"), ["CODE"] = code },
            })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (int.Parse(File.ReadAllText(code), CultureInfo.InvariantCulture), output, error.Result);
    }
}
