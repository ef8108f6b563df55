namespace Tessera.Recommendation.Runs;

/// <summary>What a training does with its folder.</summary>
internal enum RunStart
{
    /// <summary>Starts a run in a folder that is new or empty.</summary>
    New,

    /// <summary>Continues the run that is there.</summary>
    Resume,

    /// <summary>Deletes the unfinished run that is there, if any, and starts one.</summary>
    Restart,
}
