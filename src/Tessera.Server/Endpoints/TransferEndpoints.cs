using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Server.Access;
using Tessera.Server.Http;
using Tessera.Server.Transfers;
using Tessera.Serving;
using Tessera.Serving.Stores;

namespace Tessera.Server.Endpoints;

/// <summary>All of something at once, as NDJSON.</summary>
internal static class TransferEndpoints
{
    private const string Ndjson = "application/x-ndjson", BrokenOff = "The import broke off; send it again, which does what is missing.";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10), Silence = TimeSpan.FromMinutes(1); // of an import that is at work, and of one whose process is gone

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/imports", ImportAsync).WithName("Import").WithTags("transfers").RequireScope(Scopes.Admin)
            .WithSummary("Stores items or events of any number, one a line; the answer comes when all of it is stored, and the same import again does what is missing")
            .WithMetadata(new DisableRequestSizeLimitAttribute(), new DisableRequestTimeoutAttribute()).Accepts<UserEvent>(Ndjson)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/exports/{kind}", ExportAsync).WithName("Export").WithTags("transfers").WithSummary("All items, events or users, one a line").RequireScope(Scopes.Admin)
            .WithMetadata(new DisableRequestTimeoutAttribute()).Produces<UserEvent>(StatusCodes.Status200OK, Ndjson).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<JobView>, ProblemHttpResult>> ImportAsync(
        [AllowedValues(Importer.Items, Importer.Events)] string kind, HttpContext context, Importer importer, StoreSource source, TimeProvider time, CancellationToken cancel)
    {
        if (kind is not (Importer.Items or Importer.Events))
            throw new InvalidInputException($"'kind' is {SourceText.Quoted(kind)}; expected {Importer.Items} or {Importer.Events}.");
        JobStore jobs = (await source.OpenAsync()).Jobs;
        string name = $"import {kind}";
        await jobs.AbandonAsync(name, time.GetUtcNow() - Silence, BrokenOff, cancel);
        (Job job, bool isNew) = await jobs.AddAsync(name, IdempotencyKey.Of(context.Request), cancel);
        if (job.State == JobState.Succeeded) return TypedResults.Ok(Views.Of(job));
        if (!isNew && !await jobs.ReviveAsync(job.Id, cancel))
            return Problems.Of(StatusCodes.Status409Conflict, "An import with this Idempotency-Key is at work; wait until it has ended, or until a minute after it broke off, and send it again.");
        try
        {
            ITimer alive = time.CreateTimer(_ => _ = jobs.ReportAsync(job.Id, 0, CancellationToken.None), null, TimeSpan.Zero, Heartbeat);
            ImportResult result;
            await using (alive) result = await importer.ImportAsync(kind, context.Request.BodyReader, cancel);
            await jobs.SucceedAsync(job.Id, JsonSerializer.Serialize(result, ServerJson.Options), cancel);
        }
        catch (Exception cause)
        {
            bool isBrokenOff = cause is OperationCanceledException or IOException and not BadHttpRequestException;
            await jobs.FailAsync(job.Id, isBrokenOff ? BrokenOff : Problems.DetailOf(cause), CancellationToken.None);
            throw;
        }

        context.Response.Headers.Location = Views.AddressOf(job, context.Request);
        return TypedResults.Ok(Views.Of((await jobs.FindAsync(job.Id, cancel))!));
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportAsync(
        [AllowedValues(Importer.Items, Importer.Events, Exporter.Users)] string kind, HttpContext context, Exporter exporter, CancellationToken cancel)
    {
        Func<HttpResponse, CancellationToken, Task>? write = kind switch
        {
            Importer.Items => exporter.WriteItemsAsync,
            Importer.Events => exporter.WriteEventsAsync,
            Exporter.Users => exporter.WriteUsersAsync,
            _ => null,
        };
        if (write is null) return Problems.Missing("export", kind, $"expected {Importer.Items}, {Importer.Events} or {Exporter.Users}");
        context.Response.ContentType = Ndjson;
        await write(context.Response, cancel);
        return TypedResults.Empty;
    }
}
