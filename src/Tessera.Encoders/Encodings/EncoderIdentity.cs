using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tessera.Encoders.Encodings;

/// <summary>All that decides, besides the content, what an encoder gives.</summary>
/// <param name="Name">The encoder, such as <c>color-gradient-histogram</c>, or <c>endpoint</c>.</param>
/// <param name="Version">Its version, or the model's name.</param>
/// <param name="Settings">Everything else: number of dimensions, instruction, prompt; empty where there is nothing.</param>
/// <remarks>The server's address is no part of it: two servers with a model of the same name are taken to give the same.</remarks>
internal sealed record EncoderIdentity(string Name, string Version, string Settings = "")
{
    /// <summary><see cref="Data.Modality.Space"/> of what it gives, which is the same whatever the space is called.</summary>
    public string? Space { get; init; }

    /// <summary>Settings of several parts, unambiguously joined.</summary>
    public static string Join(params ReadOnlySpan<string?> parts)
    {
        var joined = new StringBuilder();
        foreach (string? part in parts) joined.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part}");
        return joined.ToString();
    }

    /// <summary>The key of an item's content, or null where it has none.</summary>
    public ContentKey? KeyOf<TContent>(ItemContent<TContent> item)
        where TContent : class => item.Content is null ? null : KeyOf(item.Bytes.Span);

    public ContentKey KeyOf(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string part in (ReadOnlySpan<string>)[Name, Version, Settings])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        hash.AppendData(content);
        return new ContentKey(hash.GetHashAndReset());
    }
}
