using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

/// <summary>Names that would command the terminal, or hide in it, are shown for what they are.</summary>
public sealed class VisibleTextTests(Workplace work) : IClassFixture<Workplace>
{
    /// <summary>A right-to-left override, a space of no width and a tag of plane 14 in a name.</summary>
    private const string Odd = "odd\u202Eeman\u200B\U000E0041", OddShown = @"odd\u202Eeman\u200B\U000E0041";

    [Theory]
    [InlineData("chair é 椅子 👍🏽 a+b=c\\n", "chair é 椅子 👍🏽 a+b=c\\n")]
    [InlineData("\u001B[2Jgone\u0007\u009B\u007F", @"\u001B[2Jgone\u0007\u009B\u007F")]
    [InlineData("\u202A\u2066\u200E\u061C", @"\u202A\u2066\u200E\u061C")]
    [InlineData("\u200B\u200D\u2060\uFEFF\u00AD\u034F\u3164\uFE0F", @"\u200B\u200D\u2060\uFEFF\u00AD\u034F\u3164\uFE0F")]
    [InlineData("\u2028\u2029\U000E0001", @"\u2028\u2029\U000E0001")]
    public void What_a_terminal_obeys_or_hides_is_escaped(string text, string shown)
    {
        Assert.Equal(shown, VisibleText.Line(text));
        Assert.Equal(shown, VisibleText.Lines(text));
    }

    [Fact]
    public void Line_ends_and_tabs_are_kept_where_lines_are_expected_and_halves_of_characters_nowhere()
    {
        Assert.Equal("a\n\tb\r\nc\\u000Dd", VisibleText.Lines("a\n\tb\r\nc\rd"));
        Assert.Equal(@"half \uD83D of a pair", VisibleText.Line("half \uD83D of a pair"));
        Assert.Equal(@"a\u000A\u0009b\u000D", VisibleText.Line("a\n\tb\r"));
    }

    [Fact]
    public void A_line_has_an_end_however_long_its_text_is()
    {
        Assert.Equal(new string('x', 4000), VisibleText.Line(new string('x', 4000)));
        Assert.Equal(new string('x', 4000) + "…", VisibleText.Line(new string('x', 1_000_000)));
        Assert.Equal(4001, VisibleText.Line(new string('\u001B', 3000)).Length);
    }

    [Fact]
    public void Ids_are_escaped_in_tables_and_whole_in_json()
    {
        string run = Train(Named(item => item == 0 ? Odd : $"p{item}"));
        Outcome text = work.Run("similar", "--run", run, "--item", "p1", "--count", "29");
        Assert.Equal(0, text.Code);
        Assert.Contains($"│ {OddShown} │", text.Out, StringComparison.Ordinal);
        Assert.Single(text.Out.Split('\n').Where(line => line.Length > 0).Skip(1).Select(line => line.Length).Distinct());
        RequireVisible(text);
        JsonArray items = work.Run("similar", "--run", run, "--item", "p1", "--count", "29", "--json").Json["items"]!.AsArray();
        Assert.Contains(items, item => (string)item!["item"]! == Odd);
        Outcome own = work.Run("similar", "--run", run, "--item", Odd, "--count", "1");
        Assert.StartsWith($"Items like {OddShown}\n", own.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recommend", "--run", "x\u001B[31m", "--user", "1")]
    [InlineData("models", "--model", "\u001B]0;title\u0007")]
    [InlineData("models", "--\u202Emodel", "mf")]
    [InlineData("data", "stats", "--data", "no\nerror: wrong\u0085where")]
    public void Arguments_are_escaped_in_errors(params string[] args)
    {
        Outcome outcome = work.Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.DoesNotContain("\nerror: wrong", outcome.Error, StringComparison.Ordinal);
        RequireVisible(outcome);
    }

    [Fact]
    public void File_names_settings_and_manifests_are_escaped_everywhere()
    {
        string data = Named(item => $"p{item}");
        File.Move(Directory.GetFiles(data, "*.inter").Single(), Path.Combine(data, "tiny\u001B[2J\u202E.inter"));
        File.Move(Path.Combine(data, "image_feat.npy"), Path.Combine(data, "ima\u001B]0;x\u0007ge_feat.npy"));
        string config = work.File("settings.json", """{ "epochs\u001b[31m": 1 }""");
        foreach (bool terminal in new[] { false, true })
        {
            RequireVisible(work.Run(["data", "stats", "--data", data], CancellationToken.None, terminal), terminal);
            string run = work.New("run");
            Outcome trained = work.Run(["train", "--data", data, "--model", "mf", "--out", run, .. Workplace.Quick], CancellationToken.None, terminal);
            Assert.Equal(0, trained.Code);
            RequireVisible(trained, terminal);
            Outcome refused = work.Run(["train", "--data", data, "--model", "mf", "--out", work.New("run"), "--config", config], CancellationToken.None, terminal);
            Assert.Equal(2, refused.Code);
            Assert.Contains(@"epochs\u001B[31m", refused.Error, StringComparison.Ordinal);
            RequireVisible(refused);
        }
    }

    /// <summary>The tiny data set with names of items.</summary>
    private string Named(Func<int, string> nameOf)
    {
        string data = work.New("named");
        DatasetWriter.Write(Workplace.Tiny(seed: 7), data);
        string names = string.Concat(Enumerable.Range(0, 30).Select(item => $"{nameOf(item)}\t{item}\n"));
        File.WriteAllText(Path.Combine(data, "i_id_mapping.csv"), "asin\titemID\n" + names);
        return data;
    }

    private string Train(string data)
    {
        string run = work.New("run");
        Outcome outcome = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]);
        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        return run;
    }

    /// <summary>No character is left that a terminal obeys or hides, save what draws a progress bar there.</summary>
    private static void RequireVisible(Outcome outcome, bool terminal = false)
    {
        Assert.Equal(outcome.Out, VisibleText.Lines(outcome.Out));
        if (!terminal) Assert.Equal(outcome.Error, VisibleText.Lines(outcome.Error));
        Assert.DoesNotContain("\u001B[2J", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001B]0;", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', outcome.Error);
    }
}
