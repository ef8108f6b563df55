namespace Tessera.Models;

/// <summary>The vectors of a batch's n triples, row by row: users u, positive items i and negative items j, <c>[n x d]</c> each.</summary>
internal readonly record struct Triples(Variable Users, Variable Positives, Variable Negatives)
{
    /// <summary>A batch's rows of the vectors of all users and items.</summary>
    public static Triples Of(Tape tape, Variable users, Variable items, Batch batch) =>
        new(tape.Gather(users, batch.Users), tape.Gather(items, batch.Positives), tape.Gather(items, batch.Negatives));

    /// <inheritdoc cref="Of(Tape, Variable, Variable, Batch)"/>
    public static Triples Of(Tape tape, Representation all, Batch batch) => Of(tape, all.Users, all.Items, batch);

    /// <inheritdoc cref="Bpr.LossOfVectors"/>
    public Variable RankingLoss(Tape tape, bool guarded = false) => Bpr.LossOfVectors(tape, Users, Positives, Negatives, guarded);

    /// <summary><c>1/n (‖U‖_F + ‖I‖_F + ‖J‖_F)</c>, or with squared norms.</summary>
    public Variable Norms(Tape tape, bool squared) => EmbLoss.Of(tape, Users.Rows, squared, Users, Positives, Negatives);
}
