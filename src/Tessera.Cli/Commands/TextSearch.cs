using System.CommandLine;
using Microsoft.Extensions.AI;
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
    /// <exception cref="InvalidInputException">The data are not the run's, no modality is in the space of the text's model, or that takes no texts.</exception>
    public (string Modality, IReadOnlyList<RankedItem> Items) Find(TrainedRun run, ParseResult parsed, Session session, int count)
    {
        string directory = parsed.GetValue(_data)
            ?? throw new InvalidInputException($"{Name} needs the items' features; expected --data DIR, the folder of the data set that the run was trained on.");
        string? file = parsed.GetValue(_model);
        LocalModel model = file is null ? OnnxModels.MiniLm() : _onnx.Read(parsed, file, threads: 0);
        Dataset data = session.ReadData(directory);
        run.RequireTrainedOn(data, directory);
        Modality modality = parsed.GetValue(_modality) is { } name
            ? Require(data.WithModalities([name]).Modalities[0], model, file)
            : Choose(data.Modalities, model, file, directory);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Texts!();
        Embedding<float> vector = encoder.GenerateAsync([Text(parsed)!], cancellationToken: session.Cancellation).GetAwaiter().GetResult()[0];
        return (modality.Name, run.Similar(modality, vector.Vector.Span, count));
    }

    private static Modality Choose(IReadOnlyList<Modality> modalities, LocalModel model, string? file, string directory)
    {
        Modality[] fitting = [.. modalities.Where(modality => modality.Space == model.Space)];
        if (fitting.Length == 1) return fitting[0];
        if (fitting.Length > 1)
            throw new InvalidInputException($"The modalities {string.Join(" and ", fitting.Select(one => one.Name))} are in the text's space '{model.Space}'; expected one of them as --modality NAME.");
        string found = modalities.Count == 0 ? "it has none" : string.Join(", ", modalities.Select(Place));
        throw new InvalidInputException($"No modality of '{directory}' is in the text's space '{model.Space}': {found}; {Remedy(file)}.");
    }

    private static Modality Require(Modality modality, LocalModel model, string? file) => modality.Space == model.Space ? modality
        : throw new InvalidInputException($"The text's space is '{model.Space}', but {Place(modality)}; {Remedy(file)}.");

    private static string Place(Modality modality) => modality.Space is null
        ? $"{modality.Name} ({modality.Encoder ?? "of unknown origin"}) is in none that texts can be brought into"
        : $"{modality.Name} is in '{modality.Space}'{(modality.Space == OnnxModels.ResNet18().Space ? ", which takes no texts" : "")}";

    private static string Remedy(string? file) => file is null
        ? "expected a modality made by minilm, so add one with 'tessera data encode --encoder minilm --modality NAME', or name the text model of another space with --model FILE.onnx"
        : $"expected a modality made by '{file}' or by the other half of its pair, so add one with 'tessera data encode --encoder onnx --modality NAME', and name a pair's space with --space there and here";
}
