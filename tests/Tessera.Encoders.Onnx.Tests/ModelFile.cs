using Google.Protobuf;

namespace Tessera.Encoders.Onnx.Tests;

/// <summary>Writes ONNX models of one operator or a few, field by field: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</summary>
internal sealed class ModelFile
{
    public const int Float = 1, Int64 = 7;
    private readonly List<byte[]> _nodes = [], _inputs = [], _outputs = [], _weights = [];

    public ModelFile Input(string name, int type, params int[] shape) => Add(_inputs, Value(name, type, shape));

    public ModelFile Output(string name, int type, params int[] shape) => Add(_outputs, Value(name, type, shape));

    public ModelFile Node(string op, string[] inputs, string output) => Add(_nodes, Message(node =>
    {
        foreach (string input in inputs) Write(node, 1, input);
        Write(node, 2, output);
        Write(node, 4, op);
    }));

    public ModelFile Weights(string name, float[] numbers, params int[] shape) => Add(_weights, Message(tensor =>
    {
        foreach (int length in shape) Write(tensor, 1, length);
        Write(tensor, 2, Float);
        foreach (float number in numbers)
        {
            tensor.WriteTag(4, WireFormat.WireType.Fixed32);
            tensor.WriteFloat(number);
        }

        Write(tensor, 8, name);
    }));

    /// <summary>Weights that are in another file beside the model's.</summary>
    public ModelFile WeightsElsewhere(string name, string file, params int[] shape) => Add(_weights, Message(tensor =>
    {
        foreach (int length in shape) Write(tensor, 1, length);
        Write(tensor, 2, Float);
        Write(tensor, 8, name);
        Write(tensor, 13, Message(entry =>
        {
            Write(entry, 1, "location");
            Write(entry, 2, file);
        }));
        Write(tensor, 14, 1);
    }));

    public byte[] ToBytes() => Message(model =>
    {
        Write(model, 1, 8);
        Write(model, 7, Message(graph =>
        {
            foreach (byte[] node in _nodes) Write(graph, 1, node);
            Write(graph, 2, "test");
            foreach (byte[] tensor in _weights) Write(graph, 5, tensor);
            foreach (byte[] input in _inputs) Write(graph, 11, input);
            foreach (byte[] output in _outputs) Write(graph, 12, output);
        }));
        Write(model, 8, Message(operators =>
        {
            Write(operators, 1, "");
            Write(operators, 2, 17);
        }));
    });

    public string Save(TemporaryDirectory folder, string name = "model.onnx")
    {
        string path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    /// <summary>A text model whose tokens' vectors are rows of a table <c>[vocabulary × dimensions]</c>.</summary>
    public static ModelFile OfTable(float[] table, int dimensions, int texts = -1, int tokens = -1) => new ModelFile()
        .Input("input_ids", Int64, texts, tokens).Input("attention_mask", Int64, texts, tokens)
        .Weights("table", table, table.Length / dimensions, dimensions)
        .Node("Gather", ["table", "input_ids"], "last_hidden_state")
        .Output("last_hidden_state", Float, texts, tokens, dimensions);

    private static byte[] Value(string name, int type, int[] shape) => Message(value =>
    {
        Write(value, 1, name);
        Write(value, 2, Message(kind => Write(kind, 1, Message(tensor =>
        {
            Write(tensor, 1, type);
            Write(tensor, 2, Message(dimensions =>
            {
                foreach ((int at, int length) in shape.Index())
                {
                    Write(dimensions, 1, Message(dimension =>
                    {
                        if (length >= 0) Write(dimension, 1, length);
                        else Write(dimension, 2, $"{name}{at}");
                    }));
                }
            }));
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true)) write(stream);
        return bytes.ToArray();
    }

    private static void Write(CodedOutputStream stream, int field, long number)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(number);
    }

    private static void Write(CodedOutputStream stream, int field, string text)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(text);
    }

    private static void Write(CodedOutputStream stream, int field, byte[] message)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(message));
    }

    private ModelFile Add(List<byte[]> parts, byte[] part)
    {
        parts.Add(part);
        return this;
    }
}
