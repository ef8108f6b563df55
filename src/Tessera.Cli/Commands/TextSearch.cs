using System.CommandLine;
using Microsoft.Extensions.AI;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary>Items found by a text: its vector and the features of one modality, both of one space.</summary>
internal sealed class TextSearch
{
    private const string Name = "--text";
    private readonly Option<string?> _text = Flags.OptionalText(Name, "TEXT", "find items whose features are like this text's");
    private readonly Option<string?> _data = Flags.OptionalText("--data", "DIR", $"with {Name}: folder of the data set that the run was trained on, which has the features");
    private readonly Option<string?> _modality = Flags.OptionalText("--modality", "NAME", $"with {Name}: modality to compare with; default: the one in the space of the text's model");
    private readonly Option<string?> _model = Flags.OptionalText("--model", "FILE.onnx", $"with {Name}: what encodes the text; default: all-MiniLM-L6-v2, which comes along");
    private readonly OnnxFlags _onnx = new();

    public Option[] All => [_text, _data, _modality, _model, .. _onnx.OfTexts];

    public string? Text(ParseResult parsed) => parsed.GetValue(_text);

    /// <exception cref="InvalidInputException">An option is given that another one, which is not, would give a meaning.</exception>
    public void RefuseUnused(ParseResult parsed)
    {
        Refuse([.. All.Except([_text])], unless: _text);
        Refuse(_onnx.OfTexts, unless: _model);

        void Refuse(Option[] options, Option<string?> unless)
        {
            if (parsed.GetValue(unless) is null && options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } unused)
                throw new InvalidInputException($"{unused.Name} has no meaning without {unless.Name}; expected it with {unless.Name} {unless.HelpName} only.");
        }
    }

    /// <summary>The items of a run whose features are most like the text, and the modality of these.</summary>
    /// <exception cref="InvalidInputException">The data are not the run's, no modality or several are in the space of the text's model, or that takes no texts.</exception>
    public (string Modality, IReadOnlyList<RankedItem> Items) Find(TrainedRun run, ParseResult parsed, Session session, int count)
    {
        string directory = parsed.GetValue(_data)
            ?? throw new InvalidInputException($"{Name} needs the items' features; expected --data DIR, the folder of the data set that the run was trained on.");
        string? file = parsed.GetValue(_model);
        LocalModel model = file is null ? OnnxModels.MiniLm() : _onnx.Read(parsed, file, threads: 0);
        Dataset data = session.ReadData(directory);
        run.RequireTrainedOn(data, directory);
        Modality modality = Choose(data, directory, parsed, model.Space);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Texts!();
        Embedding<float> vector = encoder.GenerateAsync([Text(parsed)!], cancellationToken: session.Cancellation).GetAwaiter().GetResult()[0];
        return (modality.Name, run.Similar(modality, vector.Vector.Span, count));
    }

    /// <summary>The modality that is named, or the only one, in a space.</summary>
    private Modality Choose(Dataset data, string directory, ParseResult parsed, string space)
    {
        string? name = parsed.GetValue(_modality);
        IReadOnlyList<Modality> asked = name is null ? data.Modalities : data.WithModalities([name]).Modalities;
        Modality[] fitting = [.. asked.Where(modality => modality.Space == space)];
        if (fitting.Length == 1) return fitting[0];
        string[] others = [.. data.Modalities.Where(modality => modality.Space == space).Select(modality => modality.Name)];
        string found = fitting.Length > 1 ? $"{string.Join(", ", others)} are in it"
            : asked.Count == 0 ? "the data has no modalities"
            : string.Join(", ", asked.Select(Place));
        string remedy = others.Length > 0 ? $"expected --modality {string.Join(" or ", others)}" : Remedy(parsed, directory, parsed.GetValue(_model), asked.Any(TakesTexts));
        throw new InvalidInputException($"The text's space is '{space}', but {found}; {remedy}.");
    }

    private static string Place(Modality modality) =>
        modality.Space is null ? $"{modality.Name} ({modality.Encoder ?? "of unknown origin"}) is in none that texts can be brought into"
        : TakesTexts(modality) ? $"{modality.Name} is in '{modality.Space}'"
        : $"{modality.Name} is in '{modality.Space}', which takes no texts";

    private static bool TakesTexts(Modality modality) => modality.Space is not null && modality.Space != OnnxModels.ResNet18().Space;

    private string Remedy(ParseResult parsed, string directory, string? file, bool hasSpaces)
    {
        string encode = NextSteps.Encode(directory);
        if (file is null)
        {
            return $"expected a modality made by minilm, so add one with '{encode} --encoder minilm --modality NAME'"
                + (hasSpaces ? ", or name the text model of such a space with --model FILE.onnx" : "");
        }

        return $"expected a modality made by '{file}' or by the other half of its pair, so add one with "
            + $"'{encode} --encoder onnx --model {NextSteps.Argument(file)} --source texts --modality NAME{Given(parsed)}', and name a pair's space with --space there and here";
    }

    /// <summary>The options of the text's model as they are given, to be given again.</summary>
    private string Given(ParseResult parsed) => string.Concat(
        from option in _onnx.OfTexts
        where parsed.GetResult(option) is { Implicit: false }
        select $" {option.Name} {NextSteps.Argument(parsed.GetResult(option)!.Tokens[0].Value)}");
}
