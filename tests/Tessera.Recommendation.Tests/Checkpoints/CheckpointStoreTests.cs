using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly CheckpointStore _store;

    public CheckpointStoreTests() => _store = new CheckpointStore(Root);

    private string Root => _folder.In("checkpoints");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_loaded_state_equals_the_saved_one()
    {
        CheckpointState saved = State(12, 1f) with
        {
            LearningRate = 1e-4f,
            BestMetric = 0.1234567890123,
            BestEpoch = 7,
            RandomStates = new Dictionary<string, RngState> { ["sampling"] = new Rng(1).State, ["dropout"] = new Rng(2).State },
            Extra = new Dictionary<string, string> { ["Note \"1\""] = "größer" },
        };

        _store.Save(saved);
        CheckpointState loaded = Load(out IReadOnlyList<string> notices);

        Assert.Empty(notices);
        Assert.Equal((12, 1e-4f), (loaded.Epoch, loaded.LearningRate));
        Assert.Equal((0.1234567890123, 7), (loaded.BestMetric, loaded.BestEpoch));
        Assert.Equal(("0.1.0", "abc"), (loaded.LibraryVersion, loaded.ConfigHash));
        Assert.Equal(saved.RandomStates, loaded.RandomStates);
        Assert.Equal(saved.Extra, loaded.Extra);
        Assert.Equal(["weights"], loaded.Parameters.Select(tensor => tensor.Name));
        Assert.Equal([1f, 2f, 3f], loaded.Parameters[0].Value.Span.ToArray());
        Assert.Equal(["weights.first", "weights.second"], loaded.Optimizer.Select(tensor => tensor.Name));
        Assert.Equal(new Rng(1).NextUInt64(), new Rng(99) { State = loaded.RandomStates["sampling"] }.NextUInt64());
    }

    [Fact]
    public void A_run_without_checkpoints_has_nothing_to_load()
    {
        Assert.False(_store.TryLoadLatest(out CheckpointState? state, out IReadOnlyList<string> notices));

        Assert.Null(state);
        Assert.Empty(notices);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void The_newest_is_loaded_and_the_last_two_are_kept()
    {
        for (int epoch = 8; epoch <= 12; epoch++) _store.Save(State(epoch, epoch));

        Assert.Equal(12, Load(out _).Epoch);
        Assert.Equal(["epoch-000011", "epoch-000012"], Folders());
    }

    [Fact]
    public void A_process_killed_while_writing_leaves_the_last_whole_checkpoint()
    {
        _store.Save(State(1, 1f));
        Directory.CreateDirectory(Path.Combine(Root, "epoch-000002.tessera-partial"));
        File.WriteAllText(Path.Combine(Root, "epoch-000002.tessera-partial", "model.safetensors.tmp"), "half");

        Assert.Equal(1, Load(out IReadOnlyList<string> notices).Epoch);
        Assert.Empty(notices);

        _store.Save(State(2, 2f));
        Assert.Equal(2, Load(out _).Epoch);
        Assert.Equal(["epoch-000001", "epoch-000002"], Folders());
    }

    [Fact]
    public void A_process_killed_at_any_moment_of_replacing_an_epoch_loses_nothing()
    {
        _store.Save(State(3, 1f));
        Directory.Move(Path.Combine(Root, "epoch-000003"), Path.Combine(Root, "epoch-000003.old"));
        Assert.Equal(1f, Load(out _).Parameters[0].Value[0, 0]);

        _store.Save(State(3, 5f));
        Assert.Equal(5f, Load(out _).Parameters[0].Value[0, 0]);
        Assert.Equal(["epoch-000003"], Folders());
    }

    [Fact]
    public void An_epoch_saved_again_is_replaced()
    {
        _store.Save(State(3, 1f));
        _store.Save(State(3, 2f));

        Assert.Equal(2f, Load(out _).Parameters[0].Value[0, 0]);
        Assert.Equal(["epoch-000003"], Folders());
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    [InlineData("SHA256SUMS")]
    public void A_missing_truncated_or_altered_file_sends_back_to_the_checkpoint_before_with_a_notice(string file)
    {
        foreach (Action<string> damage in new Action<string>[] { File.Delete, Truncate, FlipOneBit })
        {
            _store.Save(State(1, 1f));
            _store.Save(State(2, 2f));
            damage(Path.Combine(Root, "epoch-000002", file));

            CheckpointState loaded = Load(out IReadOnlyList<string> notices);

            Assert.Equal((1, 1f), (loaded.Epoch, loaded.Parameters[0].Value[0, 0]));
            string notice = Assert.Single(notices);
            Assert.Contains("epoch-000002 is damaged and was skipped", notice, StringComparison.Ordinal);
            Directory.Delete(Root, recursive: true);
        }
    }

    [Fact]
    public void A_run_whose_checkpoints_are_all_damaged_is_an_error()
    {
        _store.Save(State(1, 1f));
        _store.Save(State(2, 2f));
        File.Delete(Path.Combine(Root, "epoch-000001", "state.json"));
        Truncate(Path.Combine(Root, "epoch-000002", "model.safetensors"));

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => _store.TryLoadLatest(out _, out _));

        Assert.Contains("none of the 2 checkpoints", error.Message, StringComparison.Ordinal);
        Assert.Contains("state.json is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("model.safetensors does not match", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_later_checkpoint_is_never_overtaken_by_an_earlier_epoch()
    {
        _store.Save(State(10, 1f));

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => _store.Save(State(1, 2f)));

        Assert.Contains("epoch-000010", error.Message, StringComparison.Ordinal);
        Assert.Equal(["epoch-000010"], Folders());
    }

    [Fact]
    public void A_damaged_later_checkpoint_goes_when_the_resumed_run_saves()
    {
        _store.Save(State(5, 5f));
        _store.Save(State(10, 10f));
        Truncate(Path.Combine(Root, "epoch-000010", "state.json"));

        _store.Save(State(6, 6f));

        Assert.Equal(["epoch-000005", "epoch-000006"], Folders());
        Assert.Equal(6, Load(out IReadOnlyList<string> notices).Epoch);
        Assert.Empty(notices);
    }

    [Fact]
    public void A_state_of_an_unknown_form_says_so()
    {
        _store.Save(State(1, 1f));
        string folder = Path.Combine(Root, "epoch-000001");
        string sums = File.ReadAllText(Path.Combine(folder, "SHA256SUMS"));
        string before = Checksums.Of(Path.Combine(folder, "state.json"));
        File.WriteAllText(Path.Combine(folder, "state.json"), "{}");
        string after = Checksums.Of(Path.Combine(folder, "state.json"));
        File.WriteAllText(Path.Combine(folder, "SHA256SUMS"), sums.Replace(before, after, StringComparison.Ordinal));

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => _store.TryLoadLatest(out _, out _));

        Assert.Contains("this version cannot read the state", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void An_epoch_that_its_folder_name_cannot_hold_is_refused(int epoch) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.Save(State(epoch, 1f)));

    private static void Truncate(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes.AsSpan(0, bytes.Length / 2));
    }

    private static void FlipOneBit(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static CheckpointState State(int epoch, float first)
    {
        Matrix weights = Matrix.From(new[,] { { first, 2f, 3f } });
        return new CheckpointState
        {
            Epoch = epoch,
            LearningRate = 0f,
            ConfigHash = "abc",
            RandomStates = new Dictionary<string, RngState>(),
            Extra = new Dictionary<string, string>(),
            Parameters = [("weights", weights)],
            Optimizer = [("weights.first", weights), ("weights.second", weights)],
        };
    }

    private CheckpointState Load(out IReadOnlyList<string> notices)
    {
        Assert.True(_store.TryLoadLatest(out CheckpointState? state, out notices));
        return state;
    }

    private string[] Folders() => [.. Directory.GetDirectories(Root).Select(Path.GetFileName).Order()!];
}
