using Tessera.Compute.Devices;

namespace Tessera.Cli.Tests;

public sealed class BadInputTests(Workplace work) : IClassFixture<Workplace>
{
    public static TheoryData<string, string[]> BadTrainings => new()
    {
        { "There is no model 'lightgnc'; expected one of ", ["--model", "lightgnc"] },
        { "There is no option 'learningrate' (did you mean 'learningRate'?); known options are ", ["--set", "learningrate=1"] },
        { "The option 'epochs' is 'many'; expected int or null (1..999999, default null): most epochs; null for 1000, or for 100 where there is no validation to stop by.", ["--set", "epochs=many"] },
        { "The option 'epochs' is 0, out of its range; expected 1..999999 (default null): most epochs; null for 1000, or for 100 where there is no validation to stop by.", ["--set", "epochs=0"] },
        { "The option 'epochs' is set twice", ["--set", "epochs=1", "--set", "epochs=2"] },
        { "'epochs' sets no option; expected key=value", ["--set", "epochs"] },
        { "'Recal@20' is not a metric; expected one of ", ["--set", "monitor=Recal@20"] },
        { "The option 'featureScaling' is 'foo'; expected none | standardize | l2 | whiten (default none): how each modality's features are scaled first", ["--set", "featureScaling=foo"] },
        { "The option 'featureDimensions' is 0, out of its range; expected 1 or more (default null)", ["--set", "featureDimensions=0"] },
        { "The option 'featureDimensions' is '2.5'; expected int or null (1 or more, default null)", ["--set", "featureDimensions=2.5"] },
        { "MF does not learn from item features, so featureScaling and featureDimensions would do nothing; leave them out.", ["--model", "mf", "--set", "featureScaling=l2"] },
        { "There is no protocol 'loose'; expected one of strict, mmrec", ["--protocol", "loose"] },
        { "has no modality 'audio'; expected some of image, text", ["--modalities", "text,audio"] },
        { "name one twice", ["--modalities", "text,text"] },
        { "The item graph weights name image; expected one weight for each of image, text", ["--set", "itemGraphWeights=image:1"] },
        { "There is no settings file 'nowhere.json'", ["--config", "nowhere.json"] },
        { "The settings file '.' is a folder; expected a file, such as the config.json in the folder of a run.", ["--config", "."] },
        { "The option 'embeddingSize' is 100000000, out of its range; expected 2..65536", ["--set", "embeddingSize=100000000"] },
        { "'Recall@10000000' counts the 10,000,000 best of 30 items; expected a number from 1 to 50 after the @", ["--set", "monitor=Recall@10000000"] },
        { $"--threads is '-1'; expected a whole number, 0 to {Device.MaxThreads}", ["--threads", "-1"] },
        { $"--threads is '20000'; expected a whole number, 0 to {Device.MaxThreads}", ["--threads", "20000"] },
        { "--seed is 'x'; expected a whole number, 0 or more", ["--seed", "x"] },
        { "'tessera train' has no option '--epoch'.", ["--epoch", "3"] },
        { "'tessera train' has no option '--epochs', for epochs is a setting; expected --set epochs=3.", ["--epochs", "3"] },
        { "'tessera train' has no option '--learning-rate', for learningRate is a setting; expected --set learningRate=0.01.", ["--learning-rate=0.01"] },
        { "'tessera train' has no option '--embeddingsize', for embeddingSize is a setting; expected --set embeddingSize=VALUE.", ["--embeddingsize"] },
        { "'tessera train' has no option '--modalites'; did you mean '--modalities'?", ["--modalites", "text", "--sed", "1"] },
        { "'tessera train' takes no 'text'; expected options, such as --data DIR.", ["text"] },
    };

    [Theory]
    [MemberData(nameof(BadTrainings))]
    public void Bad_settings_end_in_a_sentence_and_write_nothing(string sentence, string[] settings)
    {
        string run = work.New("run");
        string[] model = settings.Contains("--model") ? [] : ["--model", "lirdrec"];
        Outcome outcome = work.Run(["train", "--data", work.Data, "--out", run, .. model, .. settings]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, outcome.Errors[0], StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
        Assert.False(Directory.Exists(run));
    }

    public static TheoryData<string, string> BadData => new()
    {
        { "", "has no .inter file" },
        { "userID\titemID\tx_label\n0\tzero\t0\n", "Line 2 of " },
        { "userID\titemID\tx_label\n0\t0\t0\n0\t1\t1\n0\t2\t2\n", "LIRDRec learns from item features and the data has none" },
    };

    [Fact]
    public void A_value_that_is_wrong_shows_that_option_alone()
    {
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), "--set", "dropout=a\"b");
        string error = Assert.Single(outcome.Errors);
        Assert.Contains("The option 'dropout' is 'a\"b'; expected float (0..", error, StringComparison.Ordinal);
        Assert.DoesNotContain("learningRate", error, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u0022", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadData))]
    public void Bad_data_end_in_a_sentence_and_write_nothing(string interactions, string sentence)
    {
        string data = work.New("data"), run = work.New("run");
        Directory.CreateDirectory(data);
        if (interactions.Length > 0) File.WriteAllText(Path.Combine(data, "bad.inter"), interactions);
        Outcome outcome = work.Run("train", "--data", data, "--model", "lirdrec", "--out", run, "--json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
        Assert.False(Directory.Exists(run));
    }

    [Theory]
    [InlineData("[1]", "it is not an object")]
    [InlineData("{ \"epochs\": 1, \"epochs\": 2 }", "epochs")]
    [InlineData("{ epochs", "holds no settings")]
    [InlineData("{ \"epochs\": true }", "The option 'epochs' is true; expected int")]
    public void Bad_settings_files_end_in_a_sentence(string content, string sentence)
    {
        string config = work.File("settings.json", content), run = work.New("run");
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "lirdrec", "--out", run, "--config", config);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void A_folder_that_holds_something_is_neither_written_nor_deleted()
    {
        string folder = work.New("mine"), file = Path.Combine(folder, "thesis.txt");
        Directory.CreateDirectory(folder);
        File.WriteAllText(file, "precious");
        foreach (string[] args in new string[][]
        {
            ["train", "--data", work.Data, "--model", "lirdrec", "--out", folder],
            ["train", "--data", work.Data, "--model", "lirdrec", "--out", folder, "--resume"],
            ["train", "--data", work.Data, "--model", "lirdrec", "--out", file],
            ["demo", "--out", folder],
        })
        {
            Outcome outcome = work.Run(args);
            Assert.Equal(2, outcome.Code);
            Assert.Single(outcome.Errors);
            Assert.Empty(outcome.Out);
            Assert.Equal([file], Directory.GetFileSystemEntries(folder));
            Assert.Equal("precious", File.ReadAllText(file));
        }
    }

    [Fact]
    public void A_run_is_not_resumed_with_other_settings()
    {
        string run = work.Train();
        byte[] before = File.ReadAllBytes(Path.Combine(run, "model.safetensors"));
        Outcome outcome = work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick, "--seed", "5", "--resume"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("was started with other settings or other data: seed was 2025, is 5; resume", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "model.safetensors")));
    }

    [Theory]
    [InlineData("'tessera' has no command 'trian'; did you mean 'train'?", "trian", "--data", "x", "--modle", "mf")]
    [InlineData("'tessera' has no command 'trian'; did you mean 'train'?", "help", "trian")]
    [InlineData("'tessera' has no command 'trian'; did you mean 'train'?", "trian", "--help")]
    [InlineData("'tessera data' has no command 'slpit'; did you mean 'split'?", "help", "data", "slpit")]
    [InlineData("--urls has no meaning without --serve; expected both, or none.", "demo", "--urls", "http://127.0.0.1:0")]
    [InlineData("'tessera data' has no command 'slpit'; did you mean 'split'?", "data", "slpit", "--log", "x")]
    [InlineData("Option '--data' is required", "data", "stats")]
    [InlineData("There is no --model; expected one of those that 'tessera models' lists", "train", "--data", "x", "--out", "y")]
    [InlineData("No user is named; expected one of --user ID, --liked ID,ID, --users FILE and --all-users.", "recommend", "--run", "x")]
    [InlineData("Users are named in two ways; expected one of --user ID, --liked ID,ID, --users FILE and --all-users.", "recommend", "--run", "x", "--all-users", "--user", "1")]
    [InlineData("Recommendations for many users need a file; expected --out FILE.csv, ", "recommend", "--run", "x", "--all-users")]
    [InlineData("The file 'x.txt' says no format by its name; expected one that ends in .csv, .jsonl or .parquet.", "recommend", "--run", "x", "--all-users", "--out", "x.txt")]
    [InlineData("There is no 'nowhere/config.json'", "export", "--run", "nowhere", "--out", "x")]
    [InlineData("--out is empty; expected RUN", "demo", "--out", "")]
    [InlineData("--out is blank; expected RUN", "train", "--data", "x", "--model", "mf", "--out", " \t")]
    [InlineData("--count is '0'; expected a whole number, 1 or more", "recommend", "--run", "x", "--user", "1", "--count", "0")]
    [InlineData("--count is '1.5'; expected a whole number, 1 or more", "similar", "--run", "x", "--item", "1", "--count", "1.5")]
    [InlineData("Neither an item nor a text is given; expected one of --item ID and --text TEXT.", "similar", "--run", "x")]
    [InlineData("Both an item and a text are given; expected one of --item ID and --text TEXT.", "similar", "--run", "x", "--item", "1", "--text", "red")]
    [InlineData("--text is empty; expected TEXT", "similar", "--run", "x", "--text", "")]
    [InlineData("--text is blank; expected TEXT", "similar", "--run", "x", "--text", " ")]
    [InlineData("--data has no meaning without --text; expected it with --text TEXT only.", "similar", "--run", "x", "--item", "1", "--data", "x")]
    [InlineData("--space has no meaning without --model; expected it with --model FILE.onnx only.", "similar", "--run", "x", "--text", "red", "--space", "x")]
    [InlineData("There is no 'nowhere/config.json'", "recommend", "--run", "nowhere", "--user", "1")]
    [InlineData("There is no 'nowhere/config.json'", "evaluate", "--run", "nowhere", "--data", "nowhere")]
    [InlineData("Directory 'nowhere' does not exist", "data", "stats", "--data", "nowhere")]
    [InlineData("There is no model 'mg'", "models", "--model", "mg")]
    [InlineData("There is no split 'train'; expected validation or test", "evaluate", "--run", "x", "--data", "x", "--split", "train")]
    public void Bad_command_lines_end_in_a_sentence(string sentence, params string[] args)
    {
        Outcome outcome = work.Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }
}
