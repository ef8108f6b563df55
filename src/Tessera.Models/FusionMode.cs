namespace Tessera.Models;

/// <summary>Where the weights of a LIRDRec user's C latent modalities come from. All but <see cref="Pwc"/> are controls for it.</summary>
public enum FusionMode
{
    /// <summary>Progressive weight copying, the paper's: the nets' at first, then more and more those of the epoch before.</summary>
    Pwc,

    /// <summary>1/C each.</summary>
    Uniform,

    /// <summary>No weights: the latent modalities stand side by side as they are (the paper's "w/o PWC").</summary>
    None,

    /// <summary>The softmax of C learned numbers, the same for all users.</summary>
    Static,

    /// <summary>The nets alone, as with w2 = 0.</summary>
    Attention,
}
