using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Tessera.Compute.Devices;

namespace Tessera.Cli;

/// <summary>The options that several commands share, and their checks.</summary>
internal static class Flags
{
    public static Option<string> Data() => Text("--data", "DIR", "folder of a data set: one .inter file and any number of MODALITY_feat.npy");

    public static Option<string> EventLog() => Text("--log", "DIR", "folder of an event log made by 'tessera data import'");

    public static Option<string> Run() => Text("--run", "RUN", "folder of a finished run");

    public static Option<int> Count() => Number("--count", "how many items", minimum: 1, otherwise: 10);

    public static Option<int> Threads() => Number(
        "--threads", $"threads to compute with, {Device.MaxThreads} at most, 0 for one per core; results do not depend on it", minimum: 0, otherwise: 0, maximum: Device.MaxThreads);

    public static Option<ulong> Seed() => Number("--seed", "seed of all randomness", minimum: 0UL, otherwise: 2025UL);

    public static Option<string?> Protocol(string otherwise) =>
        OptionalText("--protocol", "strict|mmrec", $"whether validation items are masked at test time (strict) or not (mmrec); default: {otherwise}");

    /// <summary>A required text that is not empty.</summary>
    public static Option<string> Text(string name, string value, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = value, Required = true };
        RefuseEmpty(option);
        return option;
    }

    /// <summary>A text that is not empty, null where it is not given.</summary>
    public static Option<string?> OptionalText(string name, string value, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        RefuseEmpty(option);
        return option;
    }

    /// <summary>A whole number.</summary>
    public static Option<T> Number<T>(string name, string description, T minimum, T otherwise, T? maximum = null)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = result => Parse(result, name, minimum, maximum),
        };

    /// <summary>A length of time, null where it is not given.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "2h|30m|90s",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            double? unit = text.Length < 2 ? null : text[^1] switch { 'h' => 3600, 'm' => 60, 's' => 1, _ => null };
            if (unit is { } seconds && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count > 0 && count * seconds <= 1e8)
                return TimeSpan.FromSeconds(count * seconds);
            result.AddError($"{name} is '{text}'; expected a length of time above 0, such as 2h, 30m or 90s.");
            return null;
        },
    };

    private static void RefuseEmpty(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var value }] && string.IsNullOrWhiteSpace(value))
            result.AddError($"{option.Name} is {(value.Length == 0 ? "empty" : "blank")}; expected {option.HelpName}.");
    });

    private static T Parse<T>(ArgumentResult result, string name, T minimum, T? maximum)
        where T : struct, IBinaryInteger<T>
    {
        string text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number) && number >= minimum && !(number > maximum)) return number;
        result.AddError($"{name} is '{text}'; expected a whole number, {minimum} {(maximum is null ? "or more" : $"to {maximum}")}.");
        return default;
    }
}
