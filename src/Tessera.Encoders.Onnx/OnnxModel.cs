using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Onnx;

/// <summary>A model that ONNX Runtime executes, each batch on one thread.</summary>
/// <remarks>
/// Small batches side by side cost less than one batch on all threads, which wait for each other at every operator; and a batch's bits do not depend
/// on the number of threads.
/// </remarks>
internal sealed partial class OnnxModel : IDisposable
{
    private static readonly Lazy<OrtEnv> Quiet = new(() =>
    {
        var options = new EnvironmentCreationOptions { logId = "tessera", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options); // there may be one, of somebody else's
    });

    private readonly InferenceSession _session;
    private readonly int _threads;
    private readonly TaskScheduler _scheduler;

    private OnnxModel(string name, string? path, byte[]? bytes, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Name = name;
        _threads = threads > 0 ? threads : Environment.ProcessorCount;
        _scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, _threads).ConcurrentScheduler;
        Start();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            _session = bytes is null ? new InferenceSession(path!, options) : new InferenceSession(bytes, options);
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or KeyNotFoundException)
        {
            throw new InvalidInputException($"'{name}' cannot be loaded as an ONNX model ({Reason(cause)}); {Remedy(cause)}.", cause);
        }
    }

    /// <summary>Path or name, for messages.</summary>
    public string Name { get; }

    /// <summary>The inputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    /// <summary>The outputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Opens a file.</summary>
    /// <param name="threads">Most batches at a time in <see cref="ForEachAsync"/>; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">The file is absent, or no whole model.</exception>
    public static OnnxModel Open(string path, int threads)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"Model '{path}' does not exist; expected an .onnx file, so check the path.");
        InputFile.RefuseSpecial(path);
        return new OnnxModel(path, path, null, threads);
    }

    /// <summary>Opens a model in memory.</summary>
    public static OnnxModel Open(string name, byte[] bytes, int threads) => new(name, null, bytes, threads);

    /// <summary>Makes something of the model that is to close it; closes it here where that fails.</summary>
    public TEncoder Into<TEncoder>(Func<OnnxModel, TEncoder> make)
    {
        try
        {
            return make(this);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Prepares and executes batches, as many at a time as the model has threads, together with those of other calls.</summary>
    /// <param name="batches">The batches; taken by one thread at a time.</param>
    /// <param name="encode">Does all that is to be done for a batch.</param>
    /// <param name="cancellationToken">Ends the batches at work, too.</param>
    public Task ForEachAsync<T>(IEnumerable<T> batches, Action<T, CancellationToken> encode, CancellationToken cancellationToken)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _threads, TaskScheduler = _scheduler, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(batches, limits, (batch, token) =>
        {
            encode(batch, token);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Executes a batch.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="batch">What the batch is, such as "texts of 12 tokens", for messages.</param>
    /// <param name="cancellationToken">Ends the execution at the next operator.</param>
    /// <param name="output">The output to take.</param>
    /// <param name="read">Takes what is needed of the output's numbers, which are gone afterwards, and is told their shape.</param>
    /// <exception cref="InvalidInputException">The model refuses the batch.</exception>
    public void Run(
        IReadOnlyDictionary<string, OrtValue> inputs, string batch, string output, Action<ReadOnlySpan<float>, long[]> read, CancellationToken cancellationToken)
    {
        using var options = new RunOptions();
        using CancellationTokenRegistration stop = cancellationToken.Register(() => options.Terminate = true);
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(options, inputs, [output]);
            read(results[0].GetTensorDataAsSpan<float>(), results[0].GetTensorTypeAndShape().Shape);
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or KeyNotFoundException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidInputException(
                $"Model '{Name}' refused {batch} ({Reason(cause)}); expected input that it knows, so check that tokenizer, longest text (--max-tokens) and sizes are the model's own.", cause);
        }
    }

    /// <summary>That an output's numbers are not what the model's inputs ask for.</summary>
    public InvalidInputException Misshaped(string output, long[] shape, string expected) => new(
        $"Model '{Name}' gives {output} [{string.Join(" x ", shape)}]; expected {expected}, so export it with such an output, or choose another.");

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Starts the runtime, which is a library of the platform.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    private static void Start()
    {
        try
        {
            _ = Quiet.Value;
        }
        catch (TypeInitializationException cause) when (cause.InnerException is DllNotFoundException)
        {
            throw new DllNotFoundException(
                $"The library of ONNX Runtime cannot be loaded on {RuntimeInformation.RuntimeIdentifier}; it exists for linux-x64, linux-arm64, osx-arm64, win-x64 and win-arm64, "
                + "so install or build again there, and elsewhere choose encoders without it: --encoder tfidf for texts and --encoder histogram for images.", cause);
        }
    }

    /// <summary>The names and shapes of inputs or outputs, for messages.</summary>
    public static string Listed(IReadOnlyDictionary<string, NodeMetadata> nodes) => string.Join(", ", nodes.Select(node =>
        $"{node.Key} {node.Value.ElementType.Name.ToLowerInvariant()}[{string.Join(" x ", node.Value.Dimensions.Select(length => length < 0 ? "?" : $"{length}"))}]"));

    private static string Remedy(Exception cause) => cause.Message switch
    {
        _ when cause is KeyNotFoundException => "expected a file and weights that may be read, so check their permissions",
        var text when Has(text, "external") || Has(text, "GetFileLength") => "expected the files of weights that it names in its folder, so put them there",
        var text when Has(text, "protobuf") || Has(text, "does not have a graph") => "expected a whole .onnx file, so copy or download it again",
        _ => "expected a whole model of operators that this runtime knows, so download it again, or export it anew for an older opset",
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the runtime says, without its code and the places in its sources, at most 300 characters.</summary>
    private static string Reason(Exception cause)
    {
        if (cause is KeyNotFoundException) return "for a reason that ONNX Runtime's library for .NET does not know"; // it looks the reason's code up
        string text = Noise().Replace(cause.Message.ReplaceLineEndings(" "), "").Trim().TrimEnd('.');
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*|\S*/\S+\.(?:cc|h):\d+ ?|(?:onnxruntime::|common::)[^ ]* ?|\b(?:void|auto) [^()]*\) ?")]
    private static partial Regex Noise();
}
