using Google.Protobuf;

namespace Tessera.Encoders.Onnx.Tests;

/// <summary>Writes models of SentencePiece: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto.</summary>
internal static class SentencePieceFile
{
    private const int Unigram = 1, Normal = 1, Unknown = 2, Control = 3;

    /// <summary>Writes a Unigram model whose pieces come after those for what is unknown, begin and end; it says that it has no begin.</summary>
    public static void Write(string path, params (string Piece, float Score)[] pieces)
    {
        using FileStream file = File.Create(path);
        using var model = new CodedOutputStream(file);
        foreach ((string piece, float score, int type) in new[] { ("<unk>", 0f, Unknown), ("<s>", 0f, Control), ("</s>", 0f, Control) }.Concat(pieces.Select(one => (one.Piece, one.Score, Normal))))
        {
            Write(model, 1, message =>
            {
                message.WriteTag(1, WireFormat.WireType.LengthDelimited);
                message.WriteString(piece);
                message.WriteTag(2, WireFormat.WireType.Fixed32);
                message.WriteFloat(score);
                message.WriteTag(3, WireFormat.WireType.Varint);
                message.WriteInt32(type);
            });
        }

        Write(model, 2, trainer =>
        {
            trainer.WriteTag(3, WireFormat.WireType.Varint);
            trainer.WriteInt32(Unigram);
            trainer.WriteTag(41, WireFormat.WireType.Varint);
            trainer.WriteInt32(-1);
        });
        Write(model, 3, normalizer =>
        {
            normalizer.WriteTag(1, WireFormat.WireType.LengthDelimited);
            normalizer.WriteString("identity");
        });
    }

    private static void Write(CodedOutputStream to, int field, Action<CodedOutputStream> content)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true)) content(message);
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(ByteString.CopyFrom(bytes.ToArray()));
    }
}
