using System.Buffers.Binary;
using System.Text;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class SafetensorsTests : IDisposable
{
    private const string OneFloat = """{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""";
    private readonly TemporaryDirectory _folder = new();

    private string FilePath => _folder.In("tensors.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_bit_for_bit_in_the_same_order()
    {
        using Matrix weights = Matrix.From(new[,] { { 1f, -2.5f, float.NaN }, { 3e-39f, float.PositiveInfinity, -0f } });
        using var none = new Matrix(0, 5);
        using Matrix large = Filled(517, 1021);

        SafetensorsWriter.Write(FilePath, [("z.weights", weights), ("none", none), ("large \"ü\"", large)]);
        IReadOnlyList<(string Name, Matrix Value)> read = SafetensorsReader.Read(FilePath);

        Assert.Equal(["z.weights", "none", "large \"ü\""], read.Select(tensor => tensor.Name));
        AssertSame(weights, read[0].Value);
        AssertSame(none, read[1].Value);
        AssertSame(large, read[2].Value);
    }

    [Fact]
    public void The_file_has_the_published_form_with_data_aligned_to_64_bytes()
    {
        using Matrix first = Matrix.From(new[,] { { 1f, 2f } });
        using Matrix second = Matrix.From(new[,] { { 3f } });
        var metadata = new Dictionary<string, string> { ["model"] = "LIRDRec", ["format"] = "tessera" };

        SafetensorsWriter.Write(FilePath, [("a", first), ("b", second)], metadata);

        byte[] bytes = File.ReadAllBytes(FilePath);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, (8 + length) % 64);
        Assert.Equal(
            """{"__metadata__":{"format":"tessera","model":"LIRDRec"}"""
            + ""","a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"""
            + ""","b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal("0000803F0000004000004040", Convert.ToHexString(bytes.AsSpan(8 + length)));
        using SafetensorsReader reader = SafetensorsReader.Open(FilePath);
        Assert.Equal(metadata, reader.Metadata);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        using Matrix matrix = Filled(10, 10);

        string first = SafetensorsWriter.Write(FilePath, [("a", matrix)]);
        string second = SafetensorsWriter.Write(FilePath, [("a", matrix)]);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Tensors_are_read_lazily_by_name_in_any_order()
    {
        using Matrix first = Filled(3, 4);
        using Matrix second = Filled(5, 6);
        SafetensorsWriter.Write(FilePath, [("first", first), ("second", second)]);

        using SafetensorsReader reader = SafetensorsReader.Open(FilePath);

        Assert.Equal(new SafetensorsEntry("second", "F32", 5, 6, 48, 168), reader.Entries[1]);
        AssertSame(second, reader.ReadTensor("second"));
        AssertSame(first, reader.ReadTensor("first"));
        AssertSame(second, reader.ReadTensor("second"));
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => reader.ReadTensor("third"));
        Assert.Contains("no tensor 'third'; it holds first, second", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Halves_doubles_vectors_and_scalars_are_converted()
    {
        byte[] data = new byte[4 + 16 + 4];
        BinaryPrimitives.WriteHalfLittleEndian(data, (Half)1.5f);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(2), (Half)(-65504f));
        BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(4), 0.1);
        BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(12), double.NegativeInfinity);
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(20), 7f);
        WriteRaw(
            """
            {"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
             "double":{"dtype":"F64","shape":[2,1],"data_offsets":[4,20]},
             "scalar":{"dtype":"F32","shape":[],"data_offsets":[20,24]}}
            """,
            data);

        using SafetensorsReader reader = SafetensorsReader.Open(FilePath);

        AssertSame(Matrix.From(new[,] { { 1.5f, -65504f } }), reader.ReadTensor("half"));
        AssertSame(Matrix.From(new[,] { { 0.1f }, { float.NegativeInfinity } }), reader.ReadTensor("double"));
        AssertSame(Matrix.From(new[,] { { 7f } }), reader.ReadTensor("scalar"));
    }

    [Fact]
    public void A_double_beyond_float32_is_refused()
    {
        var data = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(data, 1e300);
        WriteRaw("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", data);

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SafetensorsReader.Read(FilePath));

        Assert.Contains("1E+300", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("""{"a":1}""", 0, "'a' is not described")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "type 'I64'; expected F16, F32 or F64")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "type ''")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1],"data_offsets":[0,4]}}""", 4, "3 dimensions")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape [-1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "shape [1.5]")]
    [InlineData("""{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""", 4, "1 x 3 F32 elements, 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,4]}}""", 4, "65536 x 65536 elements")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data offsets [4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "starts at byte 4 of the data; expected 0")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        8,
        "'b' starts at byte 4 of the data; expected 8")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        12,
        "'b' starts at byte 8 of the data; expected 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""",
        0,
        "not valid JSON")]
    [InlineData(OneFloat, 3, "take 4 bytes and the file holds 3")]
    [InlineData(OneFloat, 5, "take 4 bytes and the file holds 5")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'a' is not a text")]
    [InlineData("""{"__metadata__":"a"}""", 0, "not a JSON object of texts")]
    public void A_file_that_breaks_the_format_is_refused_with_its_path(string header, int dataBytes, string finding)
    {
        WriteRaw(header, new byte[dataBytes]);

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SafetensorsReader.Open(FilePath));

        Assert.StartsWith(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(61UL)]
    public void A_header_length_beyond_the_file_is_refused_without_allocating_it(ulong length)
    {
        WriteRaw(OneFloat, new byte[4]);
        byte[] bytes = File.ReadAllBytes(FilePath);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(FilePath, bytes);

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SafetensorsReader.Open(FilePath));

        Assert.Contains("header", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_of_a_valid_file_is_refused()
    {
        using Matrix matrix = Filled(2, 3);
        SafetensorsWriter.Write(FilePath, [("a", matrix)]);
        byte[] bytes = File.ReadAllBytes(FilePath);
        string cut = _folder.In("cut.safetensors");

        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(cut, bytes.AsSpan(0, length));
            Assert.Throws<InvalidInputException>(() => SafetensorsReader.Read(cut));
        }
    }

    [Fact]
    public void A_damaged_header_is_refused_or_read_but_never_crashes()
    {
        using Matrix matrix = Filled(2, 3);
        SafetensorsWriter.Write(FilePath, [("a", matrix), ("b", matrix)], new Dictionary<string, string> { ["k"] = "v" });
        byte[] bytes = File.ReadAllBytes(FilePath);
        int headerEnd = bytes.Length - 48;
        var rng = new Rng(1);
        int refused = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            byte[] damaged = [.. bytes];
            damaged[rng.Next(headerEnd)] = (byte)rng.Next(256);
            File.WriteAllBytes(FilePath, damaged);
            if (Record.Exception(() => SafetensorsReader.Read(FilePath)) is not { } error) continue;
            Assert.IsType<InvalidInputException>(error);
            refused++;
        }

        Assert.InRange(refused, 500, 1000);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SafetensorsReader.Open(FilePath));

        Assert.Contains("no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeated_and_reserved_names_are_not_written()
    {
        using Matrix matrix = Filled(1, 1);

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("a", matrix), ("a", matrix)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("__metadata__", matrix)]));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Writing_and_reading_large_tensors_takes_little_managed_memory()
    {
        using Matrix matrix = Filled(2000, 1000);
        SafetensorsWriter.Write(FilePath, [("warm", matrix)]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        SafetensorsWriter.Write(FilePath, [("a", matrix)]);
        using Matrix read = SafetensorsReader.Read(FilePath)[0].Value;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        AssertSame(matrix, read);
        Assert.True(allocated < 1_500_000, $"{allocated} bytes for a matrix of 8,000,000");
    }

    private static Matrix Filled(int rows, int columns)
    {
        var matrix = new Matrix(rows, columns);
        var rng = new Rng(9);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }

    private static void AssertSame(Matrix expected, Matrix actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(BitConverter.SingleToInt32Bits(expected.Span[i]), BitConverter.SingleToInt32Bits(actual.Span[i]));
    }

    private void WriteRaw(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(FilePath, [.. length, .. json, .. data]);
    }
}
