using System.Diagnostics;
using Tessera.Data;
using Tessera.Recommendation.Training;

namespace Tessera.Studies.Cells;

/// <summary>What a cell's training will take, from steps that were measured.</summary>
/// <param name="EpochSeconds">An epoch with its evaluation, or where it is long its steps alone; 0 for a model without epochs.</param>
internal sealed record CellCost(double EpochSeconds)
{
    /// <summary>Epochs that a training is taken to have where early stopping ends it.</summary>
    public const int TypicalEpochs = 60;

    private const int WarmUp = 2;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(3);

    /// <summary>As many as are set where early stopping cannot end a training before, else at most <see cref="TypicalEpochs"/>.</summary>
    public static int EpochsOf(TrainingOptions options) => options.Epochs is { } set && set <= Math.Max(options.Patience, TypicalEpochs) ? set : TypicalEpochs;

    /// <summary>Trains a few steps, or two epochs where these are short, in a folder that is deleted again.</summary>
    public static CellCost Measure(CellRun run, Dataset data)
    {
        if (run.Model.IsItemBased) return new CellCost(0);
        string folder = run.RunFolder + ".cost";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        var watch = new StepWatch(stop);
        try
        {
            run.Of(data).Execute(folder, run.Device, graphCache: run.GraphCache, progress: watch, cancellationToken: stop.Token);
        }
        catch (OperationCanceledException) when (!run.Cancellation.IsCancellationRequested)
        {
            // the steps are done
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }

        return new CellCost(watch.EpochSeconds);
    }

    /// <summary>Measures the second epoch, as the program is slower in the first, or, where epochs are long, some steps of the first.</summary>
    private sealed class StepWatch(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _steps;
        private long _start;

        public double EpochSeconds { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Finished)
            {
                if (EpochSeconds > 0) stop.Cancel();
                EpochSeconds = value.TrainSeconds + value.EvaluateSeconds;
                return;
            }

            if (EpochSeconds > 0) return; // epochs are short, so that the second is measured whole
            if (++_steps == WarmUp) _start = Stopwatch.GetTimestamp();
            TimeSpan spent = Stopwatch.GetElapsedTime(_start);
            if (_steps <= WarmUp || spent < Enough) return;
            EpochSeconds = spent.TotalSeconds / (_steps - WarmUp) * value.Batches;
            stop.Cancel();
        }
    }
}
