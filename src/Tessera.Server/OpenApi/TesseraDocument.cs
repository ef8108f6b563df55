using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tessera.Server.Access;
using Tessera.Serving;

namespace Tessera.Server.OpenApi;

/// <summary>The description of the service, for people and for generators of clients.</summary>
internal static class TesseraDocument
{
    /// <summary>Name of the document, in <c>/openapi/v1.json</c>.</summary>
    public const string Name = "v1";

    private const string SchemeName = "key";

    private static readonly (string Status, string Meaning)[] Refusals =
    [
        ("400", "The request cannot be read."),
        ("401", "There is no key, or it opens nothing."),
        ("403", "The key lacks the scope."),
        ("422", "What is asked for is not possible, and why."),
        ("429", "There are too many requests at once; Retry-After says when to ask again."),
        ("503", "No model is served, or the store cannot be reached; Retry-After says when to ask again."),
    ];

    private static readonly (string Status, string Meaning)[] RefusalsOfBodies =
    [
        ("413", "The body is too large, as it came or unpacked."),
        ("415", "The body is of another type or encoding than the address takes."),
    ];

    /// <summary>Describes the endpoints.</summary>
    public static IServiceCollection AddTesseraDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Tessera",
                Version = Name,
                Description = "Multimodal recommendations. Every refusal is a problem (RFC 9457) whose detail is one sentence: what is wrong, and what is expected. "
                    + "Ids of users, items and events have 1 to 1,000 characters, none of them a control character, and no more than 2,000 bytes in UTF-8. "
                    + "Bodies may come compressed, as the header Content-Encoding says: gzip, br or deflate. Limits hold for what they unpack to.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[SchemeName] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of the server. What it allows is said by its scopes: read, write, admin.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancel) =>
        {
            IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<RequiredScope>().LastOrDefault() is not { } required) return;
            operation.Description = $"Needs a key with the scope `{required.Scope}`.";
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, context.Document)] = [] }];
            operation.Responses ??= [];
            OpenApiSchema problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), cancellationToken: cancel);
            context.Document!.AddComponent(nameof(ProblemDetails), problem);
            foreach ((string status, string meaning) in operation.RequestBody is null ? Refusals : [.. Refusals, .. RefusalsOfBodies])
                operation.Responses.TryAdd(status, RefusalOf(meaning, context.Document));
            string? name = metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
            if (name is null || !Examples.Requests.TryGetValue(name, out string? example) || operation.RequestBody?.Content is not { } contents) return;
            foreach (OpenApiMediaType content in contents.Values.OfType<OpenApiMediaType>()) content.Example = JsonNode.Parse(example);
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.ParameterDescription?.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo: { } parameter }
                && parameter.GetCustomAttribute<AllowedValuesAttribute>() is { } words)
                schema.Enum = [.. words.Values.Select(word => JsonValue.Create((string)word!))];
            if (context.JsonTypeInfo.Type != typeof(AttributeValue) && context.JsonTypeInfo.Type != typeof(AttributeValue?)) return Task.CompletedTask;
            schema.Description = "A text, a number, true or false, or a list of texts.";
            schema.OneOf =
            [
                new OpenApiSchema { Type = JsonSchemaType.String },
                new OpenApiSchema { Type = JsonSchemaType.Number },
                new OpenApiSchema { Type = JsonSchemaType.Boolean },
                new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            ];
            return Task.CompletedTask;
        });
    });

    private static OpenApiResponse RefusalOf(string meaning, OpenApiDocument document) => new()
    {
        Description = meaning,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), document) },
        },
    };
}
