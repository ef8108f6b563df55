using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Losses;

/// <summary>The ranking loss that training puts in the place of a model's own: <see cref="RankingLoss"/> of final vectors, whatever the model.</summary>
public sealed class ChosenLoss
{
    private readonly RankingLoss _kind;
    private readonly float _temperature;
    private readonly CandidateSampler? _candidates; // null where none are ranked

    /// <param name="kind">Which, but for <see cref="RankingLoss.Bpr"/>.</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="negatives">Training items drawn for a batch; null for all of them.</param>
    /// <param name="rng">Root of the epochs' streams of draws.</param>
    internal ChosenLoss(RankingLoss kind, float temperature, int? negatives, Interactions train, Rng rng)
    {
        _kind = kind;
        _temperature = temperature;
        _candidates = kind is RankingLoss.Softmax or RankingLoss.Cosine ? new CandidateSampler(train, negatives, rng) : null;
    }

    /// <summary>Whether the model has asked for the loss of the batch begun last.</summary>
    internal bool Asked { get; private set; }

    /// <summary>The loss of the batch in training, a 1 x 1 variable.</summary>
    /// <param name="final">The model's final vectors of all users and items.</param>
    public Variable Of(Tape tape, Representation final, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        Asked = true;
        Variable users = Vectors(tape, tape.Gather(final.Users, batch.Users)), positives = Vectors(tape, tape.Gather(final.Items, batch.Positives));
        if (_candidates is null) return BinaryCrossEntropy(tape, users, positives, tape.Gather(final.Items, batch.Negatives));
        bool all = _candidates.Items.Length == final.Items.Rows;
        Variable candidates = Vectors(tape, all ? final.Items : tape.Gather(final.Items, _candidates.Items));
        return _candidates.Draws
            ? InfoNce.SampledMean(tape, users, positives, candidates, _candidates.Hits, _temperature)
            : InfoNce.Mean(tape, users, positives, candidates, _temperature);
    }

    /// <summary>
    /// Gives items the length that the loss trained them at: 1 under <see cref="RankingLoss.Cosine"/>, which has no say over other lengths. The length of a
    /// user's vector is in no ranking and stays.
    /// </summary>
    internal void Finish(Device device, Embeddings embeddings)
    {
        if (_kind != RankingLoss.Cosine) return;
        embeddings.Lengths = new Matrix(embeddings.Items.Rows, 1);
        device.NormalizeRows(embeddings.Items, embeddings.Items, 0, 0, embeddings.Lengths);
    }

    /// <summary>Begins an epoch, whose draws depend on its number alone.</summary>
    internal void BeginEpoch(int epoch) => _candidates?.BeginEpoch(epoch);

    /// <summary>Begins a batch: draws its candidates.</summary>
    internal void Begin(Batch batch)
    {
        Asked = false;
        _candidates?.Draw(batch.Positives.Span);
    }

    private Variable Vectors(Tape tape, Variable rows) => _kind == RankingLoss.Cosine ? tape.NormalizeRows(rows) : rows;

    private static Variable BinaryCrossEntropy(Tape tape, Variable users, Variable positives, Variable negatives) => tape.Add(
        tape.MeanLogisticLoss(tape.RowDots(users, positives)),
        tape.MeanLogisticLoss(tape.Scale(-1f, tape.RowDots(users, negatives))));
}
