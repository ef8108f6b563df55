using Spectre.Console;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Output;

/// <summary>Shows a training run on the error console: a bar on a terminal, else one line an epoch.</summary>
internal static class TrainingDisplay
{
    /// <summary>Leaves room for the rest on a terminal of 80 columns.</summary>
    private const int BarWidth = 8;

    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="monitor">The validation metric that decides.</param>
    /// <param name="work">Trains.</param>
    public static T Follow<T>(IAnsiConsole console, string monitor, Func<IProgress<TrainingProgress>, T> work)
    {
        MetricName metric = MetricName.Parse(monitor);
        if (!console.Profile.Capabilities.Interactive)
        {
            return work(new Listener<TrainingProgress>(value =>
            {
                if (value.Finished) console.Profile.Out.Writer.WriteLine(Describe(value, metric));
            }));
        }

        return console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn { Width = BarWidth },
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("preparing", maxValue: 1);
                string measured = "";
                return work(new Listener<TrainingProgress>(value =>
                {
                    if (value.Validation is { } validation) measured = $" {metric} {Figures.Decimal(validation[metric])}";
                    string best = value.Best is { } reached ? $" best {Figures.Decimal(reached)}{MeanOf(value)}@{value.BestEpoch}" : "";
                    task.MaxValue = value.Epochs; // training may stop earlier, so the time left is the most it can be
                    task.Value = value.Epoch - 1 + ((double)value.Batch / value.Batches);
                    task.Description = Markup.Escape($"epoch {value.Epoch}/{value.Epochs} loss {Figures.Decimal(value.Loss)}{measured}{best}");
                }));
            });
    }

    private static string Describe(TrainingProgress value, MetricName metric)
    {
        string measured = value.Validation is { } validation ? $"{metric} {Figures.Decimal(validation[metric])}{Parts(validation, metric)}  " : "";
        string best = value.Best is { } reached ? $"best {metric} {Figures.Decimal(reached)}{MeanOf(value)} @ {value.BestEpoch}  " : "";
        string seconds = Figures.Seconds(value.TrainSeconds + value.EvaluateSeconds);
        return $"epoch {value.Epoch}/{value.Epochs}  loss {Figures.Decimal(value.Loss)}  {measured}{best}{seconds}";
    }

    private static string MeanOf(TrainingProgress value) => value.BestOf > 1 ? $" (mean of {value.BestOf})" : "";

    private static string Parts(EvaluationResult validation, MetricName metric) => validation is not { Warm.Users: > 0, Cold.Users: > 0 } ? ""
        : $" (warm {Figures.Decimal(validation.Warm[metric])}, cold {Figures.Decimal(validation.Cold[metric])}, harmonic mean {Figures.Decimal(validation.HarmonicMean(metric))})";
}
