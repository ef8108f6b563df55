using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tessera.Data;

namespace Tessera.Serving.Ranking;

/// <summary>
/// Continuations as texts that nobody else can make: base64url of version, generation, whether it is a look, number of items, the gaps between their hashes, 7 bits a byte, and the
/// first half of an HMAC-SHA256 of all that. At most <see cref="MaxLength"/> characters.
/// </summary>
/// <param name="key">The key, which all processes that answer for each other share; 32 bytes.</param>
internal sealed class ContinuationCodec(byte[] key)
{
    /// <summary>Most characters: a name of at most 4 bytes a character and 5 bytes an item.</summary>
    public const int MaxLength = (((MaxName * 4) + 9 + (RecommendationRequest.MaxCount * 5) + MacLength + 2) / 3 * 4) + 4;

    private const int MaxName = 100, MacLength = 16;
    private const byte Version = 2;

    /// <summary>The text.</summary>
    public string Encode(Continuation continuation)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(continuation.Generation);
            writer.Write(continuation.IsLook);
            writer.Write7BitEncodedInt(continuation.Shown.Length);
            uint last = 0;
            foreach (uint hash in continuation.Shown)
            {
                writer.Write7BitEncodedInt((int)(hash - last));
                last = hash;
            }
        }

        content.Write(MacOf(content.GetBuffer().AsSpan(0, (int)content.Length)));
        return Base64Url.EncodeToString(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>What a text says.</summary>
    /// <exception cref="InvalidInputException">It was not made with this key, or was changed.</exception>
    public Continuation Decode(string text)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) throw Foreign();
        byte[] all = Base64Url.DecodeFromChars(text);
        if (all.Length <= MacLength) throw Foreign();
        ReadOnlySpan<byte> content = all.AsSpan(..^MacLength);
        if (!CryptographicOperations.FixedTimeEquals(MacOf(content), all.AsSpan(^MacLength..))) throw Foreign();
        using var reader = new BinaryReader(new MemoryStream(all, 0, content.Length), Encoding.UTF8);
        if (reader.ReadByte() != Version) throw Foreign();
        string generation = reader.ReadString();
        bool isLook = reader.ReadBoolean();
        var shown = new uint[reader.Read7BitEncodedInt()];
        uint last = 0;
        for (int n = 0; n < shown.Length; n++) shown[n] = last += (uint)reader.Read7BitEncodedInt();
        return new Continuation(generation, shown, isLook);
    }

    private ReadOnlySpan<byte> MacOf(ReadOnlySpan<byte> content) => HMACSHA256.HashData(key, content).AsSpan(0, MacLength);

    private static InvalidInputException Foreign() => new(
        "'next' is none that this service gave, or it was changed or is of another key; expected it as the page before gave it, so ask for the first page without it.");
}
