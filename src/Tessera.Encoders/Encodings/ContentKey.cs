using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tessera.Encoders.Encodings;

/// <summary>SHA-256 of an encoder's identity and a content: what the result is found by.</summary>
internal readonly record struct ContentKey
{
    public const int Size = 32;
    private readonly UInt128 _first;
    private readonly UInt128 _second;

    public ContentKey(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, Size);
        ReadOnlySpan<UInt128> halves = MemoryMarshal.Cast<byte, UInt128>(hash);
        _first = halves[0];
        _second = halves[1];
    }

    /// <summary>SHA-256 of the contents of items, null for an item without one, 64 lower-case hexadecimal digits.</summary>
    public static string HashOf(IEnumerable<ContentKey?> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ContentKey? key in contents) hash.AppendData(key?.ToArray() ?? new byte[Size]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public byte[] ToArray() => MemoryMarshal.AsBytes<UInt128>([_first, _second]).ToArray();
}
