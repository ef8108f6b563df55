using Tessera.Compute.Random;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Data.Tests.Storage;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class InputFuzzTests : IDisposable
{
    private const int Mutants = 1500;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Mutated_interaction_files_are_read_or_refused_but_never_crash()
    {
        string text = "userID\titemID\trating\tx_label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i / 4}\t{i % 7}\t{i % 5}.5\t{i % 3}\n"));
        byte[] valid = System.Text.Encoding.UTF8.GetBytes(text);

        (int read, int refused) = Fuzz(valid, "fuzz.inter", () => DatasetReader.Read(_directory.Path));

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Mutated_npy_files_are_read_or_refused_but_never_crash()
    {
        var values = new double[4, 3];
        for (int i = 0; i < values.Length; i++) values[i / 3, i % 3] = i;
        string path = Path.Combine(_directory.Path, "fuzz.npy");

        (int read, int refused) = Fuzz(NpyBytes.Of("<f4", values), "fuzz.npy", () => NpyReader.Read(path).Dispose());

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Mutated_id_mappings_are_read_or_refused_but_never_crash()
    {
        _directory.Write("a.inter", "userID\titemID\tx_label\n0\t0\t0\n1\t1\t0\n");

        (int read, int refused) = Fuzz("user_id\tuserID\nAB1\t0\n\"x\"\t1\n"u8.ToArray(), "u_id_mapping.csv", () => DatasetReader.Read(_directory.Path));

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private (int Read, int Refused) Fuzz(byte[] valid, string file, Action act)
    {
        var rng = new Rng(7);
        int refused = 0;
        for (int mutant = 0; mutant < Mutants; mutant++)
        {
            _directory.Write(file, Mutate(valid, rng));
            try
            {
                act();
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        return (Mutants - refused, refused);
    }

    /// <summary>One to three edits: a byte changed, inserted, removed or doubled, a digit changed, or the end cut off.</summary>
    private static byte[] Mutate(byte[] valid, Rng rng)
    {
        var bytes = valid.ToList();
        for (int edits = 1 + rng.Next(3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = rng.Next(bytes.Count);
            switch (rng.Next(6))
            {
                case 0: bytes[at] = (byte)rng.Next(256); break;
                case 1: bytes.Insert(at, (byte)rng.Next(256)); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, bytes[at]); break;
                case 4: bytes[at] = (byte)('0' + rng.Next(10)); break;
                default: bytes.RemoveRange(at, rng.Next(bytes.Count - at)); break;
            }
        }

        return [.. bytes];
    }
}
