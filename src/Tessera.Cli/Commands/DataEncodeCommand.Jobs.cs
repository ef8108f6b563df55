using System.CommandLine;
using Tessera.Data;
using Tessera.Data.EventLogs;

namespace Tessera.Cli.Commands;

internal sealed partial class DataEncodeCommand
{
    /// <summary>What is to be encoded by what, checked for options that do not fit together.</summary>
    private List<(string Modality, string Encoder, string Source)> Jobs(ParseResult parsed, ItemTable table)
    {
        string? modality = parsed.GetValue(_modality), encoder = parsed.GetValue(_encoder), source = parsed.GetValue(_source);
        if (encoder is not (null or Tfidf or Histogram or Endpoint))
            throw new InvalidInputException($"There is no encoder '{encoder}'; expected {Tfidf}, {Histogram} or {Endpoint}.");
        if (source is not (null or Texts or Images))
            throw new InvalidInputException($"There is no source '{source}'; expected {Texts} or {Images}.");
        if (parsed.GetValue(_fields) is not null && parsed.GetValue(_texts) is not null)
            throw new InvalidInputException("--fields and --texts name two sources of texts; give one of them.");
        List<(string Modality, string Encoder, string Source)> jobs = (modality, encoder, source) switch
        {
            (null, null, null) => Everything(table),
            (null, null, Texts) => [(Text, Tfidf, Texts)],
            (null, null, _) => [(Image, Histogram, Images)],
            (null, Tfidf, _) => [(Text, Tfidf, source ?? Texts)],
            (null, Histogram, _) => [(Image, Histogram, source ?? Images)],
            (null, _, _) => throw new InvalidInputException($"--encoder {Endpoint} needs --modality; expected the modality to make, such as {Text}."),
            ({ } name, _, _) => [Job(parsed, name, encoder, source)],
        };
        RefuseUnused(parsed, jobs);
        foreach ((string name, string by, string from) in jobs) RefuseContradiction(parsed, name, by, from);
        return jobs;
    }

    /// <summary>A modality is made of what the options say, else of what its name means, else of what its encoder takes.</summary>
    private (string Modality, string Encoder, string Source) Job(ParseResult parsed, string modality, string? encoder, string? source)
    {
        source ??= NamesTexts(parsed) ? Texts : (modality, encoder) switch
        {
            (Text, _) => Texts,
            (Image, _) => Images,
            (_, Tfidf) => Texts,
            (_, Histogram) => Images,
            _ when parsed.GetValue(_instruction) is not null => Texts,
            _ => throw new InvalidInputException($"What the modality '{modality}' is made of is not said; give --source {Texts} or --source {Images}."),
        };
        return (modality, encoder ?? (source == Texts ? Tfidf : Histogram), source);
    }

    private bool NamesTexts(ParseResult parsed) => parsed.GetValue(_fields) is not null || parsed.GetValue(_texts) is not null;

    private void RefuseUnused(ParseResult parsed, List<(string Modality, string Encoder, string Source)> jobs)
    {
        (Option, string[])[] uses =
        [
            (_fields, [Tfidf, Endpoint]), (_texts, [Tfidf, Endpoint]), (_dimensions, [Tfidf, Endpoint]), (_instruction, [Endpoint]),
            .. _server.All.Append(_batch).Select(option => (option, new[] { Endpoint })),
        ];
        foreach ((Option option, string[] encoders) in uses)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !jobs.Exists(job => encoders.Contains(job.Encoder)))
                throw new InvalidInputException($"{option.Name} has no meaning for --encoder {jobs[0].Encoder}; expected it with {string.Join(" or ", encoders)} only.");
        }
    }

    private void RefuseContradiction(ParseResult parsed, string modality, string encoder, string source)
    {
        if (parsed.GetValue(_source) == Images && NamesTexts(parsed))
            throw new InvalidInputException($"--fields and --texts name texts; expected them with --source {Texts}, or without it.");
        if (source == Images && parsed.GetValue(_instruction) is not null)
            throw new InvalidInputException($"--instruction stands before texts; expected it with --source {Texts}, --texts or --fields, or not at all.");
        string? taken = encoder switch { Tfidf => Texts, Histogram => Images, _ => null };
        if (taken is null || taken == source) return;
        throw new InvalidInputException(
            $"--encoder {encoder} encodes {taken}, but '{modality}' is to be made of {source}; expected both to agree, so give --source {taken}, another --encoder or another --modality.");
    }

    private static List<(string Modality, string Encoder, string Source)> Everything(ItemTable table)
    {
        var jobs = new List<(string, string, string)>();
        if (table.Fields.Count > 0) jobs.Add((Text, Tfidf, Texts));
        if (table.Images > 0) jobs.Add((Image, Histogram, Images));
        return jobs.Count > 0 ? jobs : throw new InvalidInputException($"No item in '{table.Directory}' has a text or names an image; expected something to encode.");
    }
}
