using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Tessera.Data.Storage;

namespace Tessera.Server.Http;

/// <summary>A form of an item that is not stored, or no body at all.</summary>
/// <param name="Title">What people would call it, or null.</param>
/// <param name="Text">What would be said of it, or null.</param>
/// <param name="Image">The whole file of its image, or null.</param>
internal sealed record ItemForm(string? Title, string? Text, IFormFile? Image) : IBindableFromHttpContext<ItemForm>, IEndpointParameterMetadataProvider
{
    private const string FormData = "multipart/form-data";
    private static readonly string[] Names = ["title", "text", "image"];

    /// <exception cref="BadHttpRequestException">The body is none that can be read, or has other parts.</exception>
    public static async ValueTask<ItemForm?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        HttpRequest request = context.Request;
        if (request is { ContentType: null, ContentLength: null or 0 }) return new ItemForm(null, null, null);
        if (!request.HasFormContentType)
        {
            throw new BadHttpRequestException(
                $"The body is of type {SourceText.Quoted(request.ContentType ?? "")}; expected a form, announced by the header 'Content-Type: {FormData}'.",
                StatusCodes.Status415UnsupportedMediaType);
        }

        IFormCollection form = await ReadAsync(request, context.RequestAborted);
        if (form.Keys.Concat(form.Files.Select(file => file.Name)).FirstOrDefault(name => !Names.Contains(name)) is { } other)
            throw new BadHttpRequestException($"The form has a part {SourceText.Quoted(other)}; expected some of {string.Join(", ", Names)}.");
        return new ItemForm(form[Names[0]], form[Names[1]], form.Files.GetFile(Names[2]));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([FormData], typeof(ItemForm), isOptional: true));

    private static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            return await request.ReadFormAsync(cancel);
        }
        catch (Exception cause) when (cause is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"The form cannot be read: {cause.Message.TrimEnd('.')}; expected {FormData} with some of {string.Join(", ", Names)}.", cause);
        }
    }
}
