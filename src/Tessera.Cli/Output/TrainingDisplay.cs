using Spectre.Console;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Output;

/// <summary>Shows a training run on the console of errors: a bar on a terminal, else one line an epoch.</summary>
internal static class TrainingDisplay
{
    /// <summary>Leaves the rest room on a terminal of 80 columns.</summary>
    private const int BarWidth = 8;

    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="monitor">The validation metric that decides.</param>
    /// <param name="work">Trains.</param>
    public static T Follow<T>(IAnsiConsole console, string monitor, Func<IProgress<TrainingProgress>, T> work)
    {
        MetricName metric = MetricName.Parse(monitor);
        if (!console.Profile.Capabilities.Interactive) return work(new Lines(console.Profile.Out.Writer, metric));
        return console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn { Width = BarWidth },
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask("preparing", maxValue: 1), metric)));
    }

    private sealed class Lines(TextWriter writer, MetricName metric) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (!value.Finished) return;
            string measured = value.Validation is { } validation ? $"{metric} {Figures.Decimal(validation[metric])}  " : "";
            string best = value.Best is { } reached ? $"best {metric} {Figures.Decimal(reached)} @ {value.BestEpoch}  " : "";
            string seconds = Figures.Seconds(value.TrainSeconds + value.EvaluateSeconds);
            writer.WriteLine(
                $"epoch {value.Epoch}/{value.Epochs}  loss {Figures.Decimal(value.Loss)}  {measured}{best}{seconds}");
        }
    }

    /// <summary>The bar counts to the most epochs; training may stop earlier, so the time left is the most it can be.</summary>
    private sealed class Bar(ProgressTask task, MetricName metric) : IProgress<TrainingProgress>
    {
        private string _measured = "";

        public void Report(TrainingProgress value)
        {
            if (value.Validation is { } validation) _measured = $" {metric} {Figures.Decimal(validation[metric])}";
            string best = value.Best is { } reached ? $" best {Figures.Decimal(reached)}@{value.BestEpoch}" : "";
            task.MaxValue = value.Epochs;
            task.Value = value.Epoch - 1 + ((double)value.Batch / value.Batches);
            task.Description = Markup.Escape(
                $"epoch {value.Epoch}/{value.Epochs} loss {Figures.Decimal(value.Loss)}{_measured}{best}");
        }
    }
}
