using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;

namespace Tessera.Server.Endpoints;

/// <summary>What is recommended.</summary>
internal static class RecommendationEndpoints
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/recommendations", RecommendAsync).WithName("Recommend").WithTags("recommendations")
            .WithSummary("Recommends to a user or a session").RequireScope(Scopes.Read);
        group.MapPost("/recommendations/batch", RecommendBatchAsync).WithName("RecommendBatch").WithTags("recommendations")
            .WithSummary("Recommends for up to 1,000 requests whose counts add up to 100,000 at most, each of which succeeds or is refused by itself").RequireScope(Scopes.Read);
        group.MapGet("/users/{id}/recommendations", RecommendToUserAsync).WithName("RecommendToUser").WithTags("recommendations")
            .WithSummary("Recommends to a user, without any rules").RequireScope(Scopes.Read);
        group.MapGet("/items/{id}/similar", FindSimilarAsync).WithName("FindSimilar").WithTags("recommendations")
            .WithSummary("The items most similar to one, by a modality or by all that the model knows").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<RecommendationResponse>> RecommendAsync(Body<RecommendationRequest> body, IRecommender recommender, CancellationToken cancel) =>
        TypedResults.Ok(await recommender.RecommendAsync(body.Value, cancel));

    private static async Task<Ok<IReadOnlyList<BatchEntry>>> RecommendBatchAsync(
        Body<IReadOnlyList<RecommendationRequest>> body, IRecommender recommender, CancellationToken cancel) =>
        TypedResults.Ok(await recommender.RecommendBatchAsync(body.Value, cancel));

    private static async Task<Ok<RecommendationResponse>> RecommendToUserAsync(string id, IRecommender recommender, CancellationToken cancel, int count = 10) =>
        TypedResults.Ok(await recommender.RecommendAsync(new RecommendationRequest { User = id, Count = count }, cancel));

    private static async Task<Ok<SimilarResponse>> FindSimilarAsync(
        string id, IRecommender recommender, CancellationToken cancel, int count = 10, string by = SimilarRequest.All) =>
        TypedResults.Ok(await recommender.FindSimilarAsync(new SimilarRequest(id) { Count = count, By = by }, cancel));
}
