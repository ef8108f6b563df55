using Tessera.Compute.Autograd;
using Tessera.Data;

namespace Tessera.Recommendation.Recommenders;

/// <summary>A modality's features in a model: as they are, or as the start of a table that training changes.</summary>
/// <remarks>A trainable table is a copy, and with gradient and Adam's moments takes 16 bytes an element besides the features.</remarks>
public sealed class FeatureTable
{
    private readonly Modality _modality;

    /// <summary>Prepares the features of a modality.</summary>
    /// <param name="modality">The modality; its features are not changed.</param>
    /// <param name="trainable">Whether training changes the table, named <c>{modality}.features</c>.</param>
    public FeatureTable(Modality modality, bool trainable)
    {
        ArgumentNullException.ThrowIfNull(modality);
        _modality = modality;
        Parameters = trainable ? [new Parameter($"{modality.Name}.features", modality.Features.Clone())] : [];
    }

    /// <summary>The table if it is trainable, else nothing. The model disposes of it.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Which items have no features, whatever training makes of their rows, <c>[|I|]</c>.</summary>
    public IReadOnlyList<bool> Missing => _modality.Missing;

    /// <summary>The features <c>[|I| x D]</c> on a tape.</summary>
    public Variable Use(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return Parameters.Count == 0 ? tape.Constant(_modality.Features) : tape.Use(Parameters[0]);
    }
}
