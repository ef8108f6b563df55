using System.Reflection;
using Tessera.Cli.Commands;

namespace Tessera.Cli.Tests;

/// <summary>Files that are missing, cut or overwritten, and folders that cannot be written.</summary>
public sealed class DamageTests(Workplace work) : IClassFixture<Workplace>
{
    [Theory]
    [InlineData("recommend", "--user", "39")]
    [InlineData("similar", "--item", "3")]
    public void A_damaged_run_is_refused_with_a_sentence_or_still_serves(params string[] command)
    {
        string whole = work.Train();
        string[] files = [.. Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(whole, file))];
        foreach (string file in files)
        {
            foreach (Action<string> damage in Damages)
            {
                string run = Copy(whole);
                damage(Path.Combine(run, file));
                RequireSentence(work.Run([command[0], "--run", run, .. command[1..]]), file);
            }
        }
    }

    [Fact]
    public void Interactions_of_another_run_are_refused()
    {
        string run = work.Train(), other = work.Train("--seed", "1");
        File.Copy(Path.Combine(other, "known.safetensors"), Path.Combine(run, "known.safetensors"), overwrite: true);
        foreach (string[] command in new string[][] { ["recommend", "--user", "39"], ["evaluate", "--data", work.Data] })
        {
            Outcome outcome = work.Run([command[0], "--run", run, .. command[1..]]);
            Assert.Equal(2, outcome.Code);
            Assert.Contains("known.safetensors", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.json")]
    [InlineData("model.safetensors")]
    [InlineData("embeddings.safetensors")]
    [InlineData("known.safetensors")]
    [InlineData("live.safetensors")]
    public void Evaluating_and_resuming_read_and_check_all_of_a_run(string file)
    {
        string run = work.Train();
        File.AppendAllText(Path.Combine(run, file), " ");
        foreach (string[] command in new string[][] { ["evaluate", "--run", run, "--data", work.Data], [.. Resume(run)] })
        {
            Outcome outcome = work.Run(command);
            Assert.Equal(2, outcome.Code);
            Assert.Contains(file, Assert.Single(outcome.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_run_that_is_not_finished_is_resumed_to_the_same_bytes_or_refused_with_a_sentence()
    {
        string whole = work.Train();
        foreach (string file in new[] { "SHA256SUMS", "model.safetensors", "embeddings.safetensors", "known.safetensors", "live.safetensors", "epochs.jsonl" })
        {
            foreach (Action<string> damage in Damages)
            {
                string run = Copy(whole);
                File.Delete(Path.Combine(run, "metrics.json"));
                damage(Path.Combine(run, file));
                Outcome outcome = work.Run(Resume(run));
                Assert.True(outcome.Code == 0, outcome.Error);
                foreach (string same in new[] { "SHA256SUMS", "model.safetensors", "embeddings.safetensors", "known.safetensors", "live.safetensors", "metrics.json" })
                    Assert.Equal(File.ReadAllBytes(Path.Combine(whole, same)), File.ReadAllBytes(Path.Combine(run, same)));
            }
        }
    }

    [Fact]
    public void A_damaged_run_is_resumed_or_refused_with_a_sentence()
    {
        string whole = work.Train();
        string[] files = [.. Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(whole, file))];
        foreach (string file in files)
        {
            foreach (Action<string> damage in Damages)
            {
                string run = Copy(whole);
                damage(Path.Combine(run, file));
                Outcome outcome = work.Run(Resume(run));
                RequireSentence(outcome, file);
                if (outcome.Code == 0) Assert.Equal(Model(whole), Model(run));
            }
        }
    }

    [Fact]
    public void A_damaged_data_set_is_refused_with_a_sentence()
    {
        foreach (string file in Directory.EnumerateFiles(work.Data).Select(file => Path.GetFileName(file)!))
        {
            foreach (Action<string> damage in Damages)
            {
                string data = Copy(work.Data);
                damage(Path.Combine(data, file));
                RequireSentence(work.Run("data", "stats", "--data", data), file);
            }
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_bad_input()
    {
        string run = Path.Combine(work.File("file", "text"), "run");
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "lirdrec", "--out", run);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("cannot be written", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_in_the_middle_fails_with_a_sentence()
    {
        string run = work.Train(), checkpoints = Path.Combine(run, "checkpoints");
        File.Delete(Path.Combine(run, "metrics.json"));
        Directory.Delete(checkpoints, recursive: true);
        File.WriteAllText(checkpoints, "in the way");
        Outcome outcome = work.Run(Resume(run));
        Assert.Equal(1, outcome.Code);
        Assert.Contains("cannot be written", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_no_bad_input() =>
        Assert.Equal((1, "error: It is full."), Failure.Describe(new Data.StorageException("It is full.")));

    [Fact]
    public void Too_little_memory_is_told_with_what_was_needed()
    {
        const string Remedy = "give less data or smaller sizes among the settings, such as embeddingSize and batchSize, or take a machine with more.";
        Assert.Equal((1, $"error: There is not enough memory: 9 GB were needed; {Remedy}"), Failure.Describe(new InsufficientMemoryException("9 GB were needed")));
        Assert.Equal((1, $"error: There is not enough memory; {Remedy}"), Failure.Describe(Assert.Throws<OutOfMemoryException>(() => new byte[int.MaxValue])));
    }

    [Fact]
    public void A_library_that_is_gone_is_named_with_how_to_restore_it()
    {
        const string Message = "Unable to load shared library 'e_sqlite3' or one of its dependencies. In order to help, use strace: \n/e_sqlite3.so: cannot open";
        var cause = new TypeInitializationException("SqliteConnection", new TargetInvocationException(new DllNotFoundException(Message)));
        Assert.Equal(
            (1, "error: A library that comes with the program cannot be loaded (Unable to load shared library 'e_sqlite3' or one of its dependencies); "
                + "install the program or build it again to restore it."),
            Failure.Describe(cause));
    }

    [Fact]
    public void A_note_does_not_grow_with_the_columns_of_the_input()
    {
        string events = work.File("events.csv", $"user,item,{string.Join(',', Enumerable.Range(0, 100_000).Select(n => $"c{n}"))}\na,b{new string(',', 100_000)}\n");
        Outcome outcome = work.Run("data", "import", "--format", "csv", "--events", events, "--out", work.New("log"));
        Assert.Equal(0, outcome.Code);
        Assert.Contains("'c18', 'c19' and 99,980 more of ", outcome.Error, StringComparison.Ordinal);
        Assert.InRange(outcome.Error.Length, 1, 2000);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_a_notice()
    {
        using StringWriter output = new(), error = new();
        var environment = new CliEnvironment(
            CliEnvironment.ConsoleOn(output, false), CliEnvironment.ConsoleOn(error, false), Path.Combine(work.File("file", "text"), "cache"));
        int code = CommandLine.Run(
            ["train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), .. Workplace.Quick], environment, CancellationToken.None);
        Assert.Equal(0, code);
        Assert.Contains("note: Nearest neighbors are not kept for later runs", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_cache_is_a_notice_and_made_anew()
    {
        string cache = work.New("cache"), whole = work.Train();
        using StringWriter output = new(), error = new();
        var environment = new CliEnvironment(CliEnvironment.ConsoleOn(output, false), CliEnvironment.ConsoleOn(error, false), cache);
        string[] train = ["train", "--data", work.Data, "--model", "lirdrec", .. Workplace.Quick, "--out"];
        Assert.Equal(0, CommandLine.Run([.. train, work.New("run")], environment, CancellationToken.None));
        string[] graphs = Directory.GetFiles(cache, "nearest-*");
        byte[][] kept = [.. graphs.Select(File.ReadAllBytes)];
        foreach (Action<string> damage in Damages.Skip(1))
        {
            foreach (string graph in graphs) damage(graph);
            string run = work.New("run");
            Assert.Equal(0, CommandLine.Run([.. train, run], environment, CancellationToken.None));
            Assert.Equal(Model(whole), Model(run));
            Assert.Equal(kept, graphs.Select(File.ReadAllBytes));
        }

        Assert.Equal(2 * 3, error.ToString().Split("note: Nearest neighbors kept in").Length - 1);
    }

    [Fact]
    public void A_cache_that_cannot_keep_anything_is_a_notice()
    {
        string cache = work.New("cache"), whole = work.Train();
        using StringWriter output = new(), error = new();
        var environment = new CliEnvironment(CliEnvironment.ConsoleOn(output, false), CliEnvironment.ConsoleOn(error, false), cache);
        string[] train = ["train", "--data", work.Data, "--model", "lirdrec", .. Workplace.Quick, "--out"];
        Assert.Equal(0, CommandLine.Run([.. train, work.New("run")], environment, CancellationToken.None));
        foreach (string graph in Directory.GetFiles(cache, "nearest-*"))
        {
            File.Delete(graph);
            Directory.CreateDirectory(graph + ".tmp"); // where the file would be written
        }

        string run = work.New("run");
        Assert.Equal(0, CommandLine.Run([.. train, run], environment, CancellationToken.None));
        Assert.Contains("note: Nearest neighbors are not kept for later runs", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(Model(whole), Model(run));
    }

    [Fact]
    public void A_fault_of_the_program_is_one_line_that_names_the_way_to_the_details()
    {
        (int code, string sentence) = Failure.Describe(new InvalidOperationException("first\nsecond."));
        Assert.Equal((1, "error: InvalidOperationException: first second; this is a bug, and --verbose shows where it happened."), (code, sentence));
    }

    private static IEnumerable<Action<string>> Damages =>
    [
        File.Delete,
        file => File.WriteAllBytes(file, File.ReadAllBytes(file)[..(int)(new FileInfo(file).Length / 2)]),
        file => File.WriteAllText(file, "{ \"this\": 1 }"),
        file => File.WriteAllBytes(file, []),
    ];

    private static void RequireSentence(Outcome outcome, string file)
    {
        Assert.True(outcome.Code is 0 or 2, $"{file}: {outcome.Error}");
        if (outcome.Code == 2) Assert.Single(outcome.Errors);
    }

    private string[] Resume(string run) => ["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick, "--resume"];

    private static byte[] Model(string run) => File.ReadAllBytes(Path.Combine(run, "model.safetensors"));

    private string Copy(string folder)
    {
        string copy = work.New("copy");
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
