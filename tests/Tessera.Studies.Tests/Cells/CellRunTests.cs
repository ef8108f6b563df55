using Tessera.Data;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Tests.Paper;

namespace Tessera.Studies.Tests.Cells;

public sealed class CellRunTests : IDisposable
{
    private readonly SmallStudy _small = new();
    private readonly StudyPlan _plan;

    public CellRunTests()
    {
        _plan = _small.Plan("comparison", models: ["mf", "vbpr"], seeds: [1, 2]);
        _small.Run(_plan);
    }

    [Fact]
    public void A_result_in_the_place_of_another_is_refused()
    {
        CellRun mf = Run(0, 1), vbpr = Run(1, 1);
        File.Copy(vbpr.ResultFile, mf.ResultFile, overwrite: true);
        Assert.Contains("it is that of another cell or seed", Assert.Throws<InvalidInputException>(() => mf.Read()).Message, StringComparison.Ordinal);

        File.Copy(Run(0, 2).ResultFile, mf.ResultFile, overwrite: true);
        Assert.Throws<InvalidInputException>(() => mf.Read());

        File.Delete(mf.ResultFile);
        _small.Run(_plan);
        Assert.Equal(1UL, mf.Read()!.Seed);
    }

    [Fact]
    public void A_training_whose_epochs_are_cut_off_is_no_result()
    {
        CellRun mf = Run(0, 1);
        string epochs = Path.Combine(mf.RunFolder, "epochs.jsonl");
        File.WriteAllLines(epochs, File.ReadAllLines(epochs)[..1]);
        File.Delete(mf.ResultFile);

        string message = Assert.Throws<InvalidInputException>(() => _small.Run(_plan)).Message;

        Assert.Equal($"'{epochs}' has 1 epochs of a run of 2; delete the folder, and the run is trained again.", message);
        Directory.Delete(mf.RunFolder, recursive: true);
        _small.Run(_plan);
        Assert.Equal(2, mf.Read()!.Curve.Count);
    }

    public void Dispose() => _small.Dispose();

    private CellRun Run(int cell, ulong seed) => _small.Runner(_plan).Of(_plan.Cells[cell], seed);
}
