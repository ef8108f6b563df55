using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Serving;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>The generations of the model, and which of them answer.</summary>
internal static class ModelEndpoints
{
    private const string Champion = RecommendationResponse.Champion, Challenger = RecommendationResponse.Challenger;

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet("/models", ListAsync).WithName("ListModels").WithTags("models").WithSummary("All generations, with what training and what users say of them")
            .RequireScope(Scopes.Read);
        group.MapPost("/models", TrainAsync).WithName("Train").WithTags("models")
            .WithSummary("Trains the next generation in the background; it becomes the champion if it is at least as good on validation").RequireScope(Scopes.Admin);
        group.MapPut("/aliases/{alias}", SetAliasAsync).WithName("SetAlias").WithTags("models")
            .WithSummary("Makes a generation the champion, or the challenger with a share of the users; going back is the same call").RequireScope(Scopes.Admin)
            .DisableRequestTimeout() // a large model takes a while to open beside what is served
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("/aliases/{alias}", ClearAliasAsync).WithName("ClearAlias").WithTags("models").WithSummary("Ends the trial of the challenger").RequireScope(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/jobs/{id}", FindJobAsync).WithName("GetJob").WithTags("models").WithSummary("How far a job is").RequireScope(Scopes.Read)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/jobs", ListJobsAsync).WithName("ListJobs").WithTags("models").WithSummary("Jobs, latest first").RequireScope(Scopes.Read);
    }

    private static async Task<Ok<ModelList>> ListAsync(
        StoreSource source, ServedGenerations served, IExperiment experiment, TimeProvider time, CancellationToken cancel, int days = 30)
    {
        if (days is < 1 or > 3650) throw new Data.InvalidInputException($"'days' is {days}; expected a whole number from 1 to 3,650.");
        IReadOnlyList<StoredGeneration> generations = await (await source.OpenAsync()).Generations.ListAsync(cancel);
        ArmComparison comparison = await experiment.CompareAsync(time.GetUtcNow() - TimeSpan.FromDays(days), cancel);
        return TypedResults.Ok(new ModelList([.. generations.Select(one => Views.Of(one, served))], comparison));
    }

    private static async Task<Accepted<JobView>> TrainAsync(Retrainer retrainer, HttpContext context, CancellationToken cancel)
    {
        Job job = await retrainer.RequestAsync(IdempotencyKey.Of(context.Request), cancel);
        return TypedResults.Accepted(Views.AddressOf(job, context.Request), Views.Of(job));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAliasAsync(
        [AllowedValues(Champion, Challenger)] string alias, Body<AliasBody> body, StoreSource source, GenerationKeeper keeper, CancellationToken cancel)
    {
        AliasBody wanted = body.Value;
        StoredGeneration? model = (await (await source.OpenAsync()).Generations.ListAsync(cancel)).FirstOrDefault(one => one.Id == wanted.Model);
        if (model is null) return Problems.Missing("model", wanted.Model, "expected one of those that GET models lists");
        switch (alias)
        {
            case Champion when wanted.Traffic is null or 1:
                break;
            case Champion:
                throw new Data.InvalidInputException("'traffic' is of the challenger alone; expected none for the champion, who serves all the others.");
            case Challenger when wanted.Traffic is null:
                throw new Data.InvalidInputException("'traffic' is missing; expected 0 to 1, such as 0.1.");
            case Challenger:
                break;
            default:
                return Problems.Missing("alias", alias, $"expected {Champion} or {Challenger}");
        }

        string? refusal = await keeper.NameAsync(model, alias == Challenger ? wanted.Traffic : null, CancellationToken.None); // even if nobody waits for it any more
        return refusal is null ? TypedResults.NoContent() : Problems.Of(StatusCodes.Status409Conflict, refusal);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ClearAliasAsync(
        [AllowedValues(Challenger)] string alias, StoreSource source, GenerationKeeper keeper, CancellationToken cancel)
    {
        if (alias != Challenger || !await (await source.OpenAsync()).Generations.EndTrialAsync(cancel))
            return Problems.Missing("alias to end", alias, $"expected {Challenger}, while there is one");
        await keeper.SyncAsync(cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> FindJobAsync(string id, StoreSource source, CancellationToken cancel) =>
        await (await source.OpenAsync()).Jobs.FindAsync(id, cancel) is { } job ? TypedResults.Ok(Views.Of(job)) : Problems.Missing("job", id, "expected one that this server began");

    private static async Task<Ok<IReadOnlyList<JobView>>> ListJobsAsync(StoreSource source, CancellationToken cancel, int limit = 20) =>
        TypedResults.Ok<IReadOnlyList<JobView>>([.. (await (await source.OpenAsync()).Jobs.ListAsync(PageLimit.Checked(limit), cancel)).Select(Views.Of)]);
}

/// <summary>Which generation an alias is to name.</summary>
/// <param name="Model">Id of the generation.</param>
/// <param name="Traffic">Share of the users whom a challenger serves, 0 to 1; null for the champion.</param>
internal sealed record AliasBody(string Model, double? Traffic = null);
