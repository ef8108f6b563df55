using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Item images → descriptions by a multimodal chat model: the first half of the paper's feature extraction (LIRDRec, §V-A and Fig. 7).</summary>
/// <remarks>The prompt asks for named attributes of the product. Temperature is 0; whether answers repeat themselves is up to the server.</remarks>
public sealed class ImageDescription
{
    /// <summary>Name of the file of descriptions, without <c>.jsonl</c>.</summary>
    public const string FileName = "descriptions";

    private const string PromptResource = "describe-image.txt";
    private readonly ItemTable _table;
    private readonly string _path;

    /// <summary>Prepares the description; nothing is written yet.</summary>
    /// <param name="table">The items.</param>
    /// <param name="replace">Whether there may be descriptions already, to be written anew.</param>
    /// <exception cref="InvalidInputException">There are descriptions, or no item names an image.</exception>
    public ImageDescription(ItemTable table, bool replace)
    {
        ArgumentNullException.ThrowIfNull(table);
        (_table, _path) = (table, ItemTextFile.PathOf(table.Directory, FileName));
        if (!replace && File.Exists(_path))
            throw new InvalidInputException($"'{_path}' exists already; give --replace to write it anew, which asks again only what the cache does not hold.");
        if (table.Images == 0)
            throw new InvalidInputException($"No item in '{Path.Combine(table.Directory, EventLog.ItemTableName)}' names an image; expected some to describe, so import the items with their images.");
    }

    /// <summary>The prompt that is used where none is given.</summary>
    public static string DefaultPrompt { get; } = ReadDefaultPrompt();

    /// <summary>Describes the images and writes <c>descriptions.jsonl</c> and the list of failures, each whole.</summary>
    /// <param name="client">The model.</param>
    /// <param name="model">Its name, for the cache.</param>
    /// <param name="prompt">What it is asked about each image.</param>
    /// <param name="maxTokens">Most tokens of a description.</param>
    /// <param name="cache">Where descriptions are looked up and stored.</param>
    /// <param name="parallel">Most images in the making at the same time.</param>
    /// <param name="progress">Told after each image.</param>
    /// <param name="cancellation">Stops; what was described stays in the cache.</param>
    /// <exception cref="EndpointException">The model cannot describe anything.</exception>
    /// <exception cref="InvalidInputException">No image could be described, or something cannot be read or written.</exception>
    public async Task<EncodingResult> DescribeAsync(
        IChatClient client,
        string model,
        string prompt,
        int maxTokens,
        EncodingCache cache,
        int parallel,
        IProgress<EncodingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        var identity = new EncoderIdentity("description", model, EncoderIdentity.Join(prompt, maxTokens.ToString(CultureInfo.InvariantCulture)));
        var encoder = new DescriptionEncoder(identity, client, prompt, maxTokens);
        var run = new EncodingRun<DataContent>(encoder, cache, new EncodingOptions { BatchSize = 1, Parallel = parallel }, _table.Ids.Count, progress);
        EncodingResult result = await run.ExecuteAsync(ItemImages.Of(_table), cancellation).ConfigureAwait(false);
        bool none = result.Failures.Count == result.Items;
        if (!none || !File.Exists(_path)) FailureList.Write(FailureList.PathOf(_table.Directory, FileName), result.Failures);
        if (none)
            throw new InvalidInputException($"None of the {result.Items} items' images could be described (item '{result.Failures[0].Id}': {result.Failures[0].Reason.TrimEnd('.')}); mend the images.");
        ItemTextFile.Write(_path, Descriptions(result, cache));
        return result;
    }

    private IEnumerable<(string Item, string Text)> Descriptions(EncodingResult result, EncodingCache cache)
    {
        for (int item = 0; item < result.Items; item++)
        {
            if (result.Keys[item] is not { } key) continue;
            byte[] text = cache.Find(key)
                ?? throw new InvalidInputException("The cache lost descriptions while they were written; give the same command again, which makes what is missing.");
            yield return (_table.Ids[item], Encoding.UTF8.GetString(text));
        }
    }

    private static string ReadDefaultPrompt()
    {
        using Stream resource = typeof(ImageDescription).Assembly.GetManifestResourceStream(PromptResource)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Trim();
    }
}
