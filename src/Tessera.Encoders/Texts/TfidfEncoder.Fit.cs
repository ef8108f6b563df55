using System.Globalization;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Encoders.Texts;

public sealed partial class TfidfEncoder
{
    /// <summary>The dimensions of the vectors where none are asked for.</summary>
    public const int DefaultDimensions = 384;

    private const int CandidatesForTerm = 16;
    private const int MinCandidates = 1 << 20;
    private const int TextsForReport = 1024;

    /// <summary>Fits an encoder to texts, which are read twice; no text's words are held beside its row of weights.</summary>
    /// <remarks>
    /// Memory is some 16 bytes an entry (a text's distinct known term), 110 bytes for each of 16 candidates a term of
    /// <see cref="TfidfOptions.MaxTerms"/>, and <see cref="TruncatedSvd"/>'s. The same corpus, options and seed give the same bits, whatever
    /// the number of threads.
    /// </remarks>
    /// <param name="corpus">The texts; those without a word are left aside.</param>
    /// <param name="dimensions">Elements of a vector, 1 or more; fewer where the corpus has a lower rank.</param>
    /// <param name="device">Does the decomposition.</param>
    /// <param name="rng">Source of its random start.</param>
    /// <param name="options">Which terms count; null for the defaults.</param>
    /// <param name="progress">Receives what is being done, and its share that is done, in (0, 1].</param>
    /// <param name="cancellationToken">Stops between texts and within products.</param>
    /// <exception cref="InvalidInputException">The texts have no term within the options' limits, or too many entries for one matrix.</exception>
    public static TfidfEncoder Fit(
        IReadOnlyList<string> corpus, int dimensions, Device device, Rng rng, TfidfOptions? options = null,
        IProgress<(string Stage, double Share)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(rng);
        options ??= new TfidfOptions();
        options.Validate();

        var counts = new TermCounts((int)Math.Clamp((long)CandidatesForTerm * options.MaxTerms, MinCandidates, int.MaxValue));
        for (int text = 0; text < corpus.Count; text++)
        {
            counts.Add(corpus[text]);
            Step("counting terms", text + 1);
        }

        int maxTexts = Math.Max(options.MinTexts, (int)(options.MaxShare * counts.Texts));
        (string[] terms, long entries) = counts.Select(options.MinTexts, maxTexts, options.MaxTerms);
        RequireTerms(corpus.Count, terms.Length, entries, options.MinTexts, maxTexts);

        var vocabulary = new Vocabulary(terms);
        (CsrMatrix weights, float[] idf) =
            TfidfMatrix.Of(corpus, vocabulary, counts.Texts, (int)entries, text => Step("weighing terms", text));
        var products = new Relay<double>(share => progress?.Report(("decomposing", share)));
        return new TfidfEncoder(vocabulary, idf, TruncatedSvd.Of(weights, dimensions, device, rng, progress: products, cancellationToken: cancellationToken).Right);

        void Step(string stage, int texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (texts % TextsForReport != 0 && texts != corpus.Count) return;
            progress?.Report((stage, (double)texts / corpus.Count));
        }
    }

    private static void RequireTerms(int texts, int terms, long entries, int fewest, int most)
    {
        if (terms == 0)
        {
            throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"No word stands in {fewest} to {most} of the {texts} texts; expected texts with some words in common and not all, so give more texts or longer ones."));
        }

        if (entries > Array.MaxLength)
        {
            throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"The texts use their {terms} terms {entries} times; expected at most {Array.MaxLength}: allow fewer terms or encode shorter texts."));
        }
    }
}
