using System.Text;
using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
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
    /// <exception cref="InvalidInputException">There are descriptions, or no item names an image on the disk.</exception>
    public ImageDescription(ItemTable table, bool replace)
    {
        ArgumentNullException.ThrowIfNull(table);
        (_table, _path) = (table, ItemTextFile.PathOf(table.Directory, FileName));
        if (!replace && File.Exists(_path))
            throw new InvalidInputException($"'{_path}' exists already; give --replace to write it anew, which asks again only what the cache does not hold.");
        if (table.Images == 0)
            throw new InvalidInputException($"No item in '{Path.Combine(table.Directory, EventLog.ItemTableName)}' names an image on the disk; expected some to describe, so import the items with their images.");
    }

    /// <summary>The prompt that <see cref="DescribeAsync"/> uses where none is given.</summary>
    public static string DefaultPrompt { get; } = ReadDefaultPrompt();

    /// <summary>Describes the images and writes <c>descriptions.jsonl</c> and the list of failures, each whole.</summary>
    /// <param name="options">Server, cache, and number of images in the making at the same time.</param>
    /// <param name="prompt">What the model is asked about each image; null for <see cref="DefaultPrompt"/>.</param>
    /// <param name="maxTokens">Most tokens of a description, 1 or more.</param>
    /// <param name="sendMaxCompletionTokens">Whether these are sent as <c>max_completion_tokens</c>, in place of <c>max_tokens</c>.</param>
    /// <param name="progress">Told after each image.</param>
    /// <param name="cancellationToken">Stops; what was described stays in the cache.</param>
    /// <exception cref="ArgumentException">The options name no server, or a number is out of its range.</exception>
    /// <exception cref="EndpointException">The model cannot describe anything.</exception>
    /// <exception cref="InvalidInputException">No image could be described, or something cannot be read.</exception>
    /// <exception cref="StorageException">The system refuses to write.</exception>
    public async Task<EncodingResult> DescribeAsync(
        EncodingOptions options, string? prompt = null, int maxTokens = 512, bool sendMaxCompletionTokens = false,
        IProgress<EncodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        options.Validate();
        EndpointOptions server = options.Endpoint ?? throw new ArgumentException("No server is named.", nameof(options));
        using EncodingCache cache = EncodingCache.Open(options.CacheFile);
        using var encoder = new DescriptionEncoder(server, prompt ?? DefaultPrompt, maxTokens, sendMaxCompletionTokens);
        var run = new EncodingRun<DataContent>(encoder, cache, options with { BatchSize = 1 }, _table.Ids.Count, progress);
        EncodingResult result = await run.ExecuteAsync(ItemImages.Of(_table), cancellationToken).ConfigureAwait(false);
        result.Cost = encoder.Cost;
        bool none = result.Failures.Count == result.Items;
        if (!none || !File.Exists(_path)) FailureList.Write(_table.Directory, FileName, result.Failures);
        if (none)
        {
            throw new InvalidInputException(
                $"None of the images of {SourceText.Counted(result.Items, "item")} could be described "
                + $"(item '{result.Failures[0].Id}': {result.Failures[0].Reason.TrimEnd('.')}); mend the images.");
        }

        ItemTextFile.Write(_path, result.Keys.Index().Where(key => key.Item is not null)
            .Select(key => (_table.Ids[key.Index], Encoding.UTF8.GetString(cache.FindAgain(key.Item!.Value)))));
        encoder.Cost.Write(_table.Directory, FileName);
        return result;
    }

    private static string ReadDefaultPrompt()
    {
        using Stream resource = typeof(ImageDescription).Assembly.GetManifestResourceStream(PromptResource)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().Trim();
    }
}
