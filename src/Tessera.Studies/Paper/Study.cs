using Tessera.Data;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>A table, figure or question of LIRDRec's paper (arXiv 2505.04960) that can be asked of any data.</summary>
internal abstract class Study
{
    /// <summary>Name on the command line, such as <c>components</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Heading of its report.</summary>
    public abstract string Title { get; }

    /// <summary>Where the paper has it, such as <c>Table III</c>; empty where it has not.</summary>
    public abstract string Source { get; }

    /// <summary>What it asks, in a sentence.</summary>
    public abstract string Question { get; }

    /// <summary>What tells its cells apart, the <see cref="StudyCell.Factors"/> that each has.</summary>
    public abstract IReadOnlyList<string> Factors { get; }

    /// <summary>What is measured.</summary>
    /// <exception cref="InvalidInputException">The study cannot be made of such data or models; the message says why.</exception>
    public abstract IEnumerable<StudyCell> Cells(StudyRequest request);

    /// <summary>
    /// Name of what is measured of a cell; studies whose cells are trained and scored, and no more, share what they measure. Results are kept by it, so
    /// it changes whenever the same cell would measure something else.
    /// </summary>
    public virtual string Measurement => CellRun.Training;

    /// <summary>Whether a cell is one of a model that is trained, so that its settings can be checked and an epoch timed before it is measured.</summary>
    public virtual bool Trains(StudyCell cell) => true;

    /// <summary>Measures a cell: trains its model and scores test, unless the study measures something else.</summary>
    public virtual CellResult Measure(CellRun run) => run.Train();

    /// <summary>What was found, from all results there are; cells without one are not measured yet.</summary>
    public abstract IEnumerable<ReportPart> Report(StudyOutcome outcome);
}
