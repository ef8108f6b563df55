using Tessera.Data;

namespace Tessera.Serving;

/// <summary>Recommends from the models that are served. Any number of calls may run side by side; those at the same time share the work.</summary>
public interface IRecommender
{
    /// <summary>Recommends to a user or to a session. Unknown users and sessions get popular and new items.</summary>
    /// <exception cref="InvalidInputException">The request is not as its members say.</exception>
    /// <exception cref="NoModelException">No model is served.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    Task<RecommendationResponse> RecommendAsync(RecommendationRequest request, CancellationToken cancellationToken = default);

    /// <summary>Recommends for several requests at once, each of which succeeds or is refused by itself.</summary>
    /// <param name="requests">1 to <see cref="RecommendationRequest.MaxBatch"/>, which ask for <see cref="RecommendationRequest.MaxBatchItems"/> items at most in all.</param>
    /// <returns>One for each, in their order.</returns>
    /// <exception cref="InvalidInputException">There are none, or too many, or they ask for too much.</exception>
    /// <exception cref="NoModelException">No model is served.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    Task<IReadOnlyList<BatchEntry>> RecommendBatchAsync(IReadOnlyList<RecommendationRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>The items that are most similar to one.</summary>
    /// <exception cref="UnknownItemException">There is no such item.</exception>
    /// <exception cref="InvalidInputException">The request is not as its members say, or the model cannot tell.</exception>
    /// <exception cref="NoModelException">No model is served.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    Task<SimilarResponse> FindSimilarAsync(SimilarRequest request, CancellationToken cancellationToken = default);
}
