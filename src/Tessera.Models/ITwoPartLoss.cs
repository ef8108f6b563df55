namespace Tessera.Models;

/// <summary>A model that learns a vector for each item's ID beside a projection of its features, so that its loss has two parts (LIRDRec's paper, Fig. 1).</summary>
internal interface ITwoPartLoss
{
    /// <summary>The table of item IDs, a row an item.</summary>
    Parameter ItemIds { get; }

    /// <summary>The weights that project features, which all items share.</summary>
    IReadOnlyList<Parameter> Projections { get; }

    /// <summary>The part of a batch's ranking loss that IDs have by themselves, and that of features; neither has regularization in it.</summary>
    (Variable Ids, Variable Features) LossParts(Batch batch, Tape tape);
}
