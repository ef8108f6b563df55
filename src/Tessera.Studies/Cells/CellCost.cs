using System.Diagnostics;
using Tessera.Data;
using Tessera.Recommendation.Training;

namespace Tessera.Studies.Cells;

/// <summary>What a cell's training will take, from steps that were measured.</summary>
/// <param name="EpochSeconds">An epoch's steps; 0 for a model without epochs.</param>
internal sealed record CellCost(double EpochSeconds)
{
    /// <summary>Epochs that a training is taken to have where early stopping ends it.</summary>
    public const int TypicalEpochs = 60;

    private const int WarmUp = 2, Steps = 8;

    /// <summary>Trains a few steps in a folder that is deleted again.</summary>
    public static CellCost Measure(CellRun run, Dataset data)
    {
        if (run.Model.IsItemBased) return new CellCost(0);
        string folder = run.RunFolder + ".cost";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        var watch = new StepWatch(stop);
        try
        {
            run.Of(data).Execute(folder, run.Device, graphCache: run.GraphCache, progress: watch, cancellation: stop.Token);
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

    private sealed class StepWatch(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _steps;
        private long _start;

        public double EpochSeconds { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Finished) return;
            _steps++;
            if (_steps == 1) _start = Stopwatch.GetTimestamp(); // where an epoch is shorter than the warm-up, it counts itself
            if (_steps == WarmUp) _start = Stopwatch.GetTimestamp();
            if (_steps > 1) EpochSeconds = Stopwatch.GetElapsedTime(_start).TotalSeconds / Math.Max(1, _steps - WarmUp) * value.Batches;
            if (_steps >= WarmUp + Steps) stop.Cancel();
        }
    }
}
