namespace Tessera.Recommendation.Training;

/// <summary>The loss or what it trains became infinite or not a number. The message names epoch, batch where it is the loss, and remedy.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and its cause.</summary>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
