namespace Tessera.Models;

public sealed partial class LirdRec
{
    /// <summary>
    /// LIRDRec whose chunks are periods of time in place of modalities, so that progressive weight copying weighs a user's older and newer interactions: each
    /// period has a table of preferences and the user-item graph of its interactions; items come from all features side by side,
    /// <c>LeakyReLU([X_1 ‖ … ‖ X_M] W1 + b1) W2</c>, the same in each period. It is one reading of what the paper leaves to later work (section VI).
    /// </summary>
    internal sealed class OfPeriods : Recommender
    {
        private readonly LirdRecOptions _options;
        private readonly PrunedGraph[] _graphs;
        private readonly CsrMatrix _itemGraph;
        private readonly Parameter[] _preferences;
        private readonly Encoder _encoder;
        private readonly Fusion _fusion;
        private readonly Variable[] _users;
        private readonly Variable[] _items;

        /// <summary>Builds the graphs and the initial parameters.</summary>
        /// <param name="periods">The training interactions of each period, from the oldest; none is empty.</param>
        /// <exception cref="InvalidInputException">The graph weights do not fit the modalities, or pruning leaves no edge.</exception>
        public OfPeriods(RecommenderInputs inputs, IReadOnlyList<Interactions> periods, LirdRecOptions options)
            : base(inputs)
        {
            _options = options;
            Chunks = [.. periods.Select((_, period) => $"period {period + 1}")];
            _graphs = [.. periods.Select((period, k) => new PrunedGraph(period, options.Dropout, inputs.Rng.Stream($"edges {k + 1}")))];
            _itemGraph = ItemGraph.Frozen(inputs.Modalities, options.ItemGraphWeights, options.Neighbors, inputs.NeighborGraphs);
            Rng rng = inputs.Rng.Stream("initialization");
            int d = options.EmbeddingSize;
            _preferences = [.. Chunks.Select(chunk => new Parameter($"preference.{chunk}", new Matrix(inputs.Users, d).XavierNormal(rng)))];
            _encoder = new Encoder("items", inputs.Modalities.Sum(m => m.Dimensions), d, rng);
            _fusion = Own(new Fusion(options, inputs.Users, Chunks, rng));
            Parameters = [.. _preferences, .. _encoder.Parameters, .. _fusion.Parameters];
            Buffers = _fusion.Buffers;
            (_users, _items) = (new Variable[periods.Count], new Variable[periods.Count]);
        }

        /// <inheritdoc/>
        public override IReadOnlyList<Parameter> Parameters { get; }

        /// <inheritdoc/>
        public override IReadOnlyList<(string Name, Matrix Value)> Buffers { get; }

        /// <summary>The periods, from the oldest.</summary>
        public override IReadOnlyList<string> Chunks { get; }

        /// <inheritdoc/>
        protected internal override IReadOnlyDictionary<string, float>? ContentWeights => _options.ItemGraphWeights;

        /// <inheritdoc/>
        public override void BeginEpoch(int epoch)
        {
            _fusion.BeginEpoch(epoch);
            foreach (PrunedGraph graph in _graphs) graph.BeginEpoch(epoch);
        }

        /// <inheritdoc/>
        public override Variable Loss(Batch batch, Tape tape)
        {
            Representation final = Forward(tape, pruned: true);
            _fusion.Keep(tape.Device, final.ChunkWeights);
            Variable ranking = ChosenLoss?.Of(tape, final, batch)
                ?? Bpr.Loss(tape, final.Users, final.Items, batch.Users, batch.Positives, batch.Negatives);
            return tape.Combine(1f, ranking, _options.Regularization, tape.Add(tape.MeanSquare(final.Users), tape.MeanSquare(final.Items)));
        }

        /// <inheritdoc/>
        protected override Representation Forward(Tape tape) => Forward(tape, pruned: false);

        private Representation Forward(Tape tape, bool pruned)
        {
            Variable encoded = Encode(tape);
            for (int k = 0; k < _graphs.Length; k++)
            {
                Variable z = tape.PropagateSum(
                    pruned ? _graphs[k].OfEpoch : _graphs[k].Whole, tape.StackNormalized([tape.Use(_preferences[k])], [encoded]), _options.Layers);
                (_users[k], _items[k]) = (tape.Rows(z, 0, Inputs.Users), tape.Rows(z, Inputs.Users, Inputs.Items));
            }

            Variable users = tape.ConcatColumns(_users), items = tape.ConcatColumns(_items);
            Variable finalItems = tape.PropagatePower(_itemGraph, items, _options.ItemLayers, addend: items);
            Variable? weights = _fusion.Weights(tape, users);
            return new Representation(weights is null ? users : tape.ScaleChunks(users, weights), finalItems, weights);
        }

        private Variable Encode(Tape tape)
        {
            int row = 0;
            Variable? sum = null;
            foreach (Modality modality in Inputs.Modalities)
            {
                Variable product = tape.MatMul(tape.Constant(modality.Features), tape.Rows(tape.Use(_encoder.Hidden.Weight), row, modality.Dimensions));
                sum = sum is null ? product : tape.Add(sum, product);
                row += modality.Dimensions;
            }

            return _encoder.Output.Apply(tape, tape.BiasActivation(sum!, tape.Use(_encoder.Hidden.Bias!), LeakySlope));
        }
    }
}
