namespace Tessera.Encoders.Texts;

/// <summary>What fitting an encoder does, one after the other.</summary>
public enum TfidfFitStage
{
    /// <summary>Reads the texts for the terms to know.</summary>
    Counting,

    /// <summary>Reads the texts again for their terms' weights.</summary>
    Weighing,

    /// <summary>Finds the basis.</summary>
    Decomposing,
}
