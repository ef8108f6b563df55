namespace Tessera.Data.DatasetFolder;

/// <summary>Tells ids that are numbered from 0 almost without gaps from others, for which tables would take all memory.</summary>
internal static class IdNumbering
{
    /// <summary>Maximum number of unused ids for each interaction: beyond this, the ids are not numbered from 0.</summary>
    private const long IdsPerInteraction = 16;

    /// <summary>Few interactions say little about the numbering; a data set is taken to hold at least this many.</summary>
    private const long MinInteractions = 64;

    /// <summary>What every id must be below.</summary>
    /// <param name="interactions">Number of interactions, 0 or more.</param>
    public static long Limit(long interactions) => IdsPerInteraction * Math.Max(MinInteractions, interactions);
}
