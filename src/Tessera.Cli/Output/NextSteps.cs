using Spectre.Console;

namespace Tessera.Cli.Output;

/// <summary>Says where a command wrote and which command comes next, so that it can be copied.</summary>
internal static class NextSteps
{
    public static void Print(IAnsiConsole console, string written, string command)
    {
        console.Profile.Out.Writer.WriteLine($"Written to {written}. Next:");
        console.Profile.Out.Writer.WriteLine($"  {command}");
    }

    /// <summary>Trains on a data set.</summary>
    public static string Train(string data, string model = "lirdrec") => $"tessera train --data {Argument(data)} {(model == "lirdrec" ? "--preset lirdrec-cosine" : $"--model {model} --set learningRate=0.001")} --out {Argument(Beside(data, "run"))}";

    /// <summary>Splits an event log.</summary>
    public static string Split(string log) => $"tessera data split --log {Argument(log)} --scheme random-8-1-1 --out {Argument(Beside(log, "data"))}";

    /// <summary>Encodes the texts and images of a data set.</summary>
    public static string Encode(string data) => $"tessera data encode --data {Argument(data)}";

    /// <summary>A value as a shell takes it: in quotes where it holds anything but letters, digits and a few harmless characters.</summary>
    public static string Argument(string value) => value.All(c => char.IsLetterOrDigit(c) || "-_./\\:=,@%+".Contains(c))
        ? value
        : OperatingSystem.IsWindows() ? $"\"{value}\"" : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A folder of another name in the same place.</summary>
    private static string Beside(string folder, string name) => Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "", name);
}
