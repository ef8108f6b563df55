using Tessera.Compute.Devices;

namespace Tessera.Models;

public sealed partial class LirdRec
{
    /// <summary>Eqs. (11) to (13): one encoder a modality, and one over the transformed features of all.</summary>
    private sealed class Encoders : IDisposable
    {
        private readonly LirdRecOptions _options;
        private readonly IReadOnlyList<Modality> _modalities;
        private readonly Encoder[] _specific;
        private readonly Encoder? _shared; // null without the shared chunk
        private readonly GridBases[] _bases; // of the transforms of grids
        private readonly Matrix?[] _transformed; // of the other ones, made when first used

        public Encoders(IReadOnlyList<Modality> modalities, LirdRecOptions options, Rng rng, Rng basesRng)
        {
            _options = options;
            _modalities = modalities;
            int d = options.EmbeddingSize;
            _specific = [.. modalities.Select(m => new Encoder(m.Name, m.Dimensions, d, rng))];
            _shared = options.SharedChunk ? new Encoder("shared", modalities.Sum(m => m.Dimensions), d, rng) : null;
            _bases = _shared is not null && options.Dct is DctMode.Item2d or DctMode.Learned or DctMode.RandomOrthogonal
                ? [.. modalities.Select(m => new GridBases(m, options.Dct, basesRng.Stream(m.Name)))]
                : [];
            _transformed = new Matrix?[modalities.Count];
            Parameters = [.. _specific.SelectMany(e => e.Parameters), .. _shared?.Parameters ?? [], .. _bases.SelectMany(b => b.Parameters)];
            Buffers = [.. _bases.SelectMany(b => b.Buffers)];
        }

        public IReadOnlyList<Parameter> Parameters { get; }

        public IReadOnlyList<(string Name, Matrix Value)> Buffers { get; }

        /// <summary>Whether an item's vectors depend on the features of all items.</summary>
        public bool MixItems => _shared is not null && _options.Dct == DctMode.Matrix2d;

        /// <summary>Vectors of items, <c>[n x d]</c> for each modality and then the shared ones, from their features.</summary>
        public void Encode(Tape tape, IReadOnlyList<Matrix> features, Span<Variable> chunks)
        {
            // The shared encoder's first product is a sum over the modalities.
            int row = 0;
            Variable? sum = null;
            for (int m = 0; m < _specific.Length; m++)
            {
                Encoder encoder = _specific[m];
                Variable own, ownWeight = tape.Use(encoder.Hidden.Weight);
                if (_shared is null)
                {
                    own = tape.MatMul(tape.Constant(features[m]), ownWeight);
                }
                else
                {
                    int dimensions = _modalities[m].Dimensions;
                    Variable sharedWeight = tape.Rows(tape.Use(_shared.Hidden.Weight), row, dimensions);
                    (own, Variable shared) = FirstProducts(tape, m, features[m], ownWeight, sharedWeight);
                    sum = sum is null ? shared : tape.Add(sum, shared);
                    row += dimensions;
                }

                chunks[m] = encoder.Output.Apply(tape, tape.BiasActivation(own, tape.Use(encoder.Hidden.Bias!), LeakySlope));
            }

            if (_shared is not null)
                chunks[_specific.Length] = _shared.Output.Apply(tape, tape.BiasActivation(sum!, tape.Use(_shared.Hidden.Bias!), LeakySlope));
        }

        public void Dispose()
        {
            foreach (GridBases bases in _bases) bases.Dispose();
            foreach (Matrix? matrix in _transformed) matrix?.Dispose();
        }

        // X W of a modality's own encoder and DCT(X) W of the shared one. Where X itself can stand on both sides, it is multiplied
        // once, by the two weights side by side: reading X is what costs.
        private (Variable Own, Variable Shared) FirstProducts(Tape tape, int m, Matrix x, Variable ownWeight, Variable sharedWeight)
        {
            Variable features = tape.Constant(x);
            if (_options.Dct is DctMode.Item1d or DctMode.Matrix2d)
            {
                if (x != _modalities[m].Features)
                {
                    using Matrix transformed = Transformed(tape.Device, x); // needed for no gradient
                    return (tape.MatMul(features, ownWeight), tape.MatMul(tape.Constant(transformed), sharedWeight));
                }

                Matrix known = _transformed[m] ??= Transformed(tape.Device, x);
                return (tape.MatMul(features, ownWeight), tape.MatMul(tape.Constant(known), sharedWeight));
            }

            if (_bases.Length > 0) sharedWeight = _bases[m].Transform(tape, sharedWeight);
            Variable both = tape.MatMul(features, tape.ConcatColumns([ownWeight, sharedWeight]));
            return (tape.Columns(both, 0, ownWeight.Columns), tape.Columns(both, ownWeight.Columns, sharedWeight.Columns));
        }

        private Matrix Transformed(Device device, Matrix features)
        {
            Matrix rows = CosineTransform.OfRows(device, features);
            if (_options.Dct == DctMode.Item1d) return rows;
            using (rows) return CosineTransform.OfColumns(device, rows);
        }
    }

    /// <summary><c>LeakyReLU(X W1 + b1) W2</c>, <c>W1 [D x 4d]</c>, <c>W2 [4d x d]</c>.</summary>
    private sealed class Encoder(string name, int dimensions, int d, Rng rng)
    {
        public Linear Hidden { get; } = new($"{name}.hidden", dimensions, 4 * d, bias: true, rng);

        public Linear Output { get; } = new($"{name}.output", 4 * d, d, bias: false, rng);

        public IEnumerable<Parameter> Parameters => [.. Hidden.Parameters, .. Output.Parameters];
    }

    /// <summary>
    /// Eq. (12): the transform of a modality's grid p x q, applied to weights, <c>W → (P ⊗ Q)ᵀ W</c>, by P <c>[p x p]</c> and Q <c>[q x q]</c>.
    /// </summary>
    private sealed class GridBases : IDisposable
    {
        private readonly Parameter _columns;
        private readonly Parameter _rows;
        private readonly DctMode _mode;

        public GridBases(Modality modality, DctMode mode, Rng rng)
        {
            (int p, int q) = CosineTransform.Grid(modality.Dimensions);
            _mode = mode;
            _columns = new Parameter($"{modality.Name}.transform.columns", Basis(p));
            _rows = new Parameter($"{modality.Name}.transform.rows", Basis(q));

            Matrix Basis(int n) => mode == DctMode.RandomOrthogonal ? RandomOrthogonal.Basis(n, rng) : CosineTransform.Basis(n);
        }

        /// <summary>Both if they are trained.</summary>
        public IEnumerable<Parameter> Parameters => _mode == DctMode.Learned ? [_columns, _rows] : [];

        /// <summary>Both if they are random.</summary>
        public IEnumerable<(string Name, Matrix Value)> Buffers =>
            _mode == DctMode.RandomOrthogonal ? [(_columns.Name, _columns.Value), (_rows.Name, _rows.Value)] : [];

        public Variable Transform(Tape tape, Variable weights) => _mode == DctMode.Learned
            ? tape.KroneckerMatMul(tape.Use(_columns), tape.Use(_rows), weights, transpose: true)
            : tape.KroneckerMatMul(tape.Constant(_columns.Value), tape.Constant(_rows.Value), weights, transpose: true);

        public void Dispose()
        {
            _columns.Dispose();
            _rows.Dispose();
        }
    }
}
