using System.Runtime.InteropServices;
using Tessera.Compute.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tessera.Peer;

/// <summary>A model as one writes it in PyTorch.</summary>
internal abstract class TorchModel
{
    private readonly List<Parameter> _parameters = [];

    /// <summary>All that Adam changes.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The loss of a batch of triples.</summary>
    public abstract Tensor Loss(Tensor users, Tensor positives, Tensor negatives);

    /// <summary>The final vectors of all users and items.</summary>
    public abstract (Tensor Users, Tensor Items) Forward();

    /// <summary>A copy of a matrix.</summary>
    protected static Tensor Dense(Matrix matrix)
    {
        Tensor copy = empty(matrix.Rows, matrix.Columns);
        MemoryMarshal.AsBytes(matrix.Span).CopyTo(copy.bytes);
        return copy;
    }

    /// <summary>A copy of a sparse matrix by coordinates, the one sparse layout that TorchSharp offers.</summary>
    protected static Tensor Sparse(CsrMatrix matrix)
    {
        var coordinates = new long[2, matrix.Count];
        for (int row = 0, entry = 0; row < matrix.Rows; row++)
        {
            foreach (int column in matrix.RowColumns(row)) (coordinates[0, entry], coordinates[1, entry++]) = (row, column);
        }

        return sparse_coo_tensor(tensor(coordinates), tensor(matrix.Values.ToArray()), [matrix.Rows, matrix.Columns]);
    }

    /// <summary>A table of embeddings that starts as ours does.</summary>
    protected Embedding Table(Matrix start)
    {
        Embedding table = nn.Embedding_from_pretrained(Dense(start), freeze: false);
        _parameters.Add(table.weight!);
        return table;
    }

    /// <summary>A parameter that starts as ours does.</summary>
    protected Parameter Trained(Matrix start) => Trained(Dense(start));

    /// <summary>The weight of a fully connected layer, <c>[out x in]</c> as PyTorch has it, from ours, <c>[in x out]</c>.</summary>
    protected Parameter TrainedWeight(Matrix start) => Trained(Dense(start).t().contiguous());

    private Parameter Trained(Tensor start)
    {
        var parameter = new Parameter(start, requires_grad: true);
        _parameters.Add(parameter);
        return parameter;
    }
}
