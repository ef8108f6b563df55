using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>What is recommended.</summary>
internal static class RecommendationEndpoints
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/recommendations", RecommendAsync).WithName("Recommend").WithTags("recommendations")
            .WithSummary("Recommends to a user or a session").RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/recommendations/batch", RecommendBatchAsync).WithName("RecommendBatch").WithTags("recommendations")
            .WithSummary("Recommends for up to 1,000 requests whose counts add up to 100,000 at most, each of which succeeds or is refused by itself").RequireScope(Scopes.Read);
        group.MapGet("/users/{id}/recommendations", RecommendToUserAsync).WithName("RecommendToUser").WithTags("recommendations")
            .WithSummary("Recommends to a user, without any rules").RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/items/{id}/similar", FindSimilarAsync).WithName("FindSimilar").WithTags("recommendations")
            .WithSummary("The items most similar to one, by a modality or by all that the model knows").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Task<Results<Ok<RecommendationResponse>, ProblemHttpResult>> RecommendAsync(
        Body<RecommendationRequest> body, IRecommender recommender, ServedGenerations served, StoreSource source, CancellationToken cancel) =>
        AnswerAsync(body.Value, recommender, served, source, cancel);

    private static async Task<Ok<IReadOnlyList<BatchEntry>>> RecommendBatchAsync(
        Body<IReadOnlyList<RecommendationRequest>> body, IRecommender recommender, CancellationToken cancel) =>
        TypedResults.Ok(await recommender.RecommendBatchAsync(body.Value, cancel));

    private static Task<Results<Ok<RecommendationResponse>, ProblemHttpResult>> RecommendToUserAsync(
        string id, IRecommender recommender, ServedGenerations served, StoreSource source, CancellationToken cancel, int count = 10,
        [Description("Which model answers: champion, challenger, or the id of one of them. The list is a look at it, and counts for no arm.")] string? model = null) =>
        AnswerAsync(new RecommendationRequest { User = id, Count = count, Model = model }, recommender, served, source, cancel);

    private static async Task<Results<Ok<RecommendationResponse>, ProblemHttpResult>> AnswerAsync(
        RecommendationRequest request, IRecommender recommender, ServedGenerations served, StoreSource source, CancellationToken cancel)
    {
        bool isUnknown = request.Model is { } model && served.Current is { } arms && arms.Find(model) is null
            && (await (await source.OpenAsync()).Generations.ListAsync(cancel)).All(generation => generation.Id != model);
        return isUnknown ? Problems.Missing("model", request.Model!, "expected champion, challenger while there is one, or the id of one of them")
            : TypedResults.Ok(await recommender.RecommendAsync(request, cancel));
    }

    private static async Task<Ok<SimilarResponse>> FindSimilarAsync(
        string id, IRecommender recommender, CancellationToken cancel, int count = 10, string by = SimilarRequest.All) =>
        TypedResults.Ok(await recommender.FindSimilarAsync(new SimilarRequest(id) { Count = count, By = by }, cancel));
}
