using System.Globalization;
using Spectre.Console;
using Tessera.Encoders.Encodings;

namespace Tessera.Cli.Output;

/// <summary>Shows an encoding on the error console: a bar on a terminal, else a line now and then and one at the end.</summary>
internal static class EncodingDisplay
{
    /// <summary>Leaves room for the rest on a terminal of 80 columns.</summary>
    private const int BarWidth = 8;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="name">What is encoded.</param>
    /// <param name="work">Encodes.</param>
    public static T Follow<T>(IAnsiConsole console, string name, Func<IProgress<EncodingProgress>, T> work)
    {
        if (console.Profile.Capabilities.Interactive)
        {
            return console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
                .Start(context =>
                {
                    ProgressTask task = context.AddTask(name, maxValue: 1);
                    return work(new Listener<EncodingProgress>(value => Show(value, name, task, context)));
                });
        }

        TimeSpan next = BetweenLines;
        bool ended = false;
        return work(new Listener<EncodingProgress>(value =>
        {
            bool ends = value.Stage is null && value.Done == value.Items;
            if (ended || (!ends && value.Elapsed < next)) return;
            (next, ended) = (value.Elapsed + BetweenLines, ends);
            console.Profile.Out.Writer.WriteLine(Describe(name, value));
        }));
    }

    private static void Show(EncodingProgress value, string name, ProgressTask task, ProgressContext context)
    {
        task.MaxValue = value.Stage is null ? value.Items : 1;
        task.Value = value.Stage is null ? value.Done : value.Share;
        task.Description = Markup.Escape(Describe(name, value));
        if (value is { Stage: not null, Share: 1 }) context.Refresh(); // a stage's end is seen, however short the next one is
    }

    private static string Describe(string name, EncodingProgress value)
    {
        if (value.Stage is { } stage) return $"{name} {stage} {Figures.Percent(value.Share)}";
        string left = value is { Done: var done, Items: var items, Remaining: { } time } && done < items ? $", {Duration(time)} left" : "";
        string without = value.Empty == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {value.Empty:N0} with nothing to encode");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {value.Done:N0}/{value.Items:N0}, {value.Cached:N0} cached, {value.Failed:N0} failed{without}, {value.Rate:N1}/s{left}");
    }

    private static string Duration(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
}
