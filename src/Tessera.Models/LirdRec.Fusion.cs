using Tessera.Compute.Devices;

namespace Tessera.Models;

public sealed partial class LirdRec
{
    /// <summary>
    /// Eq. (19): the weights (w1, w2) of nets and target in epoch t. They start as (τ, 1 - τ); at the start of each epoch
    /// t = 1, 2, …, w1 is multiplied by b^t and both are divided by their sum.
    /// </summary>
    public static (float W1, float W2) CopyingWeights(float decayRate, float decayBase, int epoch)
    {
        double w1 = decayRate, w2 = 1 - (double)decayRate;
        for (int t = 1; t <= epoch; t++)
        {
            w1 *= Math.Pow(decayBase, t);
            double sum = w1 + w2;
            if (sum == 0) return (1f, 0f); // τ = 1 with the weight underflown: the nets alone, as in every epoch before
            (w1, w2) = (w1 / sum, w2 / sum);
        }

        return ((float)w1, (float)w2);
    }

    /// <summary>β, how much each of a user's C chunks counts: eqs. (18) to (20), or a control in their place.</summary>
    private sealed class Fusion : IDisposable
    {
        private readonly LirdRecOptions _options;
        private readonly Parameter? _target; // θ; of the static control one row for all users
        private readonly Net[] _nets;
        private readonly Variable[] _logits;
        private readonly Matrix? _lastWeights;
        private readonly Matrix? _copying;
        private readonly Matrix? _uniform;
        private readonly int[] _rowOfUser;

        public Fusion(LirdRecOptions options, int users, IReadOnlyList<string> chunks, Rng rng)
        {
            _options = options;
            _target = options.Fusion switch
            {
                FusionMode.Pwc => new Parameter("fusion.target", new Matrix(users, chunks.Count).XavierNormal(rng)),
                FusionMode.Static => new Parameter("fusion.static", new Matrix(1, chunks.Count)),
                _ => null,
            };
            bool hasNets = options.Fusion is FusionMode.Pwc or FusionMode.Attention;
            _nets = hasNets ? [.. chunks.Select(c => new Net($"fusion.{c}", options.EmbeddingSize, rng))] : [];
            _logits = new Variable[_nets.Length];
            _rowOfUser = new int[options.Fusion == FusionMode.Static ? users : 0];
            if (options.Fusion == FusionMode.Uniform)
            {
                _uniform = new Matrix(users, chunks.Count);
                _uniform.Span.Fill(1f / chunks.Count);
            }

            Parameters = [.. _target is null ? Array.Empty<Parameter>() : [_target], .. _nets.SelectMany(n => n.Parameters)];
            if (options.Fusion != FusionMode.Pwc) return;
            _lastWeights = new Matrix(users, chunks.Count);
            _copying = Matrix.From(new[,] { { options.DecayRate, 1f - options.DecayRate } });
            Buffers = [("fusion.last_weights", _lastWeights), ("fusion.copying", _copying)];
        }

        public IReadOnlyList<Parameter> Parameters { get; }

        public IReadOnlyList<(string Name, Matrix Value)> Buffers { get; } = [];

        public void BeginEpoch(int epoch)
        {
            if (_copying is null) return;
            (float w1, float w2) = CopyingWeights(_options.DecayRate, _options.DecayBase, epoch);
            (_copying[0, 0], _copying[0, 1]) = (w1, w2);
            if (epoch > 1) _target!.Value.CopyFrom(_lastWeights!);
        }

        /// <summary>Keeps the batch's weights, which the next epoch's target is copied from.</summary>
        public void Keep(Device device, Variable? weights)
        {
            if (_lastWeights is not null) device.Scale(1f, weights!.Value, _lastWeights);
        }

        /// <summary>β <c>[|U| x C]</c>, rows adding up to 1; null for none. Eq. (20): β = softmax(w1 a + w2 θ).</summary>
        public Variable? Weights(Tape tape, Variable users) => _options.Fusion switch
        {
            FusionMode.Uniform => tape.Constant(_uniform!),
            FusionMode.None => null,
            FusionMode.Static => tape.Gather(tape.Softmax(tape.Use(_target!)), _rowOfUser),
            FusionMode.Attention => tape.Softmax(Logits(tape, users)),
            _ => tape.Softmax(tape.Combine(_copying![0, 0], Logits(tape, users), _copying[0, 1], tape.Use(_target!))),
        };

        public void Dispose() => _uniform?.Dispose();

        // Eq. (18): a, from one small net a chunk.
        private Variable Logits(Tape tape, Variable users)
        {
            int d = _options.EmbeddingSize;
            for (int c = 0; c < _nets.Length; c++)
            {
                Variable chunk = tape.Columns(users, c * d, d);
                _logits[c] = _nets[c].Output.Apply(tape, _nets[c].Hidden.Apply(tape, chunk, LeakySlope));
            }

            return tape.ConcatColumns(_logits);
        }

        /// <summary><c>LeakyReLU(u W3 + b3) W4 + b4</c>, <c>W3 [d x d/4]</c>, <c>W4 [d/4 x 1]</c>.</summary>
        private sealed class Net(string name, int d, Rng rng)
        {
            public Linear Hidden { get; } = new($"{name}.hidden", d, Math.Max(1, d / 4), bias: true, rng);

            public Linear Output { get; } = new($"{name}.output", Math.Max(1, d / 4), 1, bias: true, rng);

            public IEnumerable<Parameter> Parameters => [.. Hidden.Parameters, .. Output.Parameters];
        }
    }
}
