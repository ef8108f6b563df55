using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tessera.Cli.Tests;

public sealed class ServeTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_store_in_a_folder_that_is_not_there_is_refused_and_nothing_is_made()
    {
        string folder = work.New("mistyped"), file = Path.Combine(folder, "x.db");
        Outcome outcome = work.Run("serve", "--run", work.Train(), "--store", $"sqlite:{file}");
        Assert.Equal(2, outcome.Code);
        Assert.Equal(
            $"error: --store names the file '{file}', but there is no folder '{folder}'; expected a store that was made earlier, or a folder to make one in.", outcome.Error.Trim());
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_server_says_whether_its_store_was_there_and_when_it_stops()
    {
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Signals are sent with the kill command, which Windows lacks.");
        string run = work.Train(), file = Path.Combine(run, "store.db");
        foreach (string state in new[] { "which is new", "which was there" })
        {
            (int code, string output, string error) = ServeUntilReady(run, file, "-INT");
            Assert.Equal(0, code);
            Assert.Contains($"\nStore: {file}, {state}\n", output, StringComparison.Ordinal);
            Assert.EndsWith("note: Stopping, once what was asked is answered and what is known is kept; Ctrl-C again ends it at once.\nnote: Stopped.\n", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("RetrainEvery", "00:00:01", "error: The setting Tessera:RetrainEvery is 00:00:01; expected 1 minute to 1 year")]
    [InlineData("Data", "nothing", "error: There is no folder 'nothing'; expected that of the data set that the run was trained on.")]
    public void Settings_of_the_environment_count_where_no_option_says_otherwise(string setting, string value, string sentence)
    {
        string run = work.Train();
        (int code, _, string error) = ServeUntilReady(run, Path.Combine(run, "store.db"), "-INT", ($"Tessera__{setting}", value));
        Assert.Equal(2, code);
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    private static (int Code, string Out, string Error) ServeUntilReady(string run, string store, string signal, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "tessera.dll"), "serve", "--run", run, "--store", $"sqlite:{store}", "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = "";
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output += $"{line}\n";
            if (line.StartsWith("Try:", StringComparison.Ordinal)) Process.Start("kill", [signal, $"{process.Id}"]).WaitForExit();
        }

        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
