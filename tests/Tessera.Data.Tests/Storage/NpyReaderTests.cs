using System.Buffers.Binary;
using Tessera.Compute.Tensors;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class NpyReaderTests : IDisposable
{
    private const string Shape32 = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
    private static readonly double[,] Values = { { 0.5, -1.25 }, { 3, 1024 }, { 0, -0.0625 } };
    private readonly TemporaryDirectory _directory = new();

    public static MatrixTheoryData<string, bool, int> Headers { get; } = new(["<f2", "<f4", "<f8"], [false, true], [1, 2, 3]);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public void Every_type_order_and_version_reads_the_same_values(string descr, bool fortran, int version)
    {
        string path = _directory.Write("a.npy", NpyBytes.Of(descr, Values, fortran, version));

        using Matrix matrix = NpyReader.Read(path);

        Assert.Equal((3, 2), (matrix.Rows, matrix.Columns));
        Assert.Equal([0.5f, -1.25f, 3f, 1024f, 0f, -0.0625f], matrix.Span.ToArray());
    }

    [Theory]
    [InlineData("=f4")]
    [InlineData("|f4")]
    public void Native_order_is_little_endian(string descr)
    {
        using Matrix matrix = NpyReader.Read(_directory.Write("a.npy", NpyBytes.Of(descr, Values)));

        Assert.Equal(1024f, matrix[1, 1]);
    }

    [Fact]
    public void Fortran_order_is_transposed_across_several_strips_of_rows()
    {
        var values = new double[150, 7];
        for (int i = 0; i < values.Length; i++) values[i / 7, i % 7] = i;

        using Matrix matrix = NpyReader.Read(_directory.Write("a.npy", NpyBytes.Of("<f8", values, fortran: true)));

        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => (float)i), matrix.Span.ToArray());
    }

    [Theory]
    [InlineData("{'shape': (3, 2), 'fortran_order': False, 'descr': '<f4'}")]
    [InlineData("{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(3,2,)}")]
    public void Keys_may_come_in_any_order_and_quotes(string header)
    {
        using Matrix matrix = NpyReader.Read(_directory.Write("a.npy", NpyBytes.WithHeader(header, new byte[24])));

        Assert.Equal((3, 2), (matrix.Rows, matrix.Columns));
    }

    [Fact]
    public void Written_files_read_back_bit_for_bit_and_begin_their_elements_at_64_bytes()
    {
        string path = Path.Combine(_directory.Path, "a.npy");
        using Matrix written = Matrix.From(new[,] { { 1.5f, float.MaxValue, float.Epsilon }, { -0f, 1e-30f, -7f } });

        NpyWriter.Write(path, written);
        using Matrix read = NpyReader.Read(path);

        Assert.Equal(written.Span.ToArray().Select(BitConverter.SingleToUInt32Bits), read.Span.ToArray().Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(0, (new FileInfo(path).Length - (written.Length * 4)) % 64);
        Assert.Equal([path], Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }", "Python objects")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (3, 2), }", "big-endian")]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (3, 2), }", "type '<i4'")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (3, 2), }", "type '<f16'")]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (3, 2), }", "structured array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", "1 dimensions, shape (6)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "0 dimensions")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2, 1), }", "3 dimensions, shape (3, 2, 1)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0), }", "without any number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", "without any number")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", "at most 2,147,483,647 numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }", "a size is expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (3, 2), }", "True or False")]
    [InlineData("{'descr': '<f4', 'shape': (3, 2), }", "a key is absent")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", "unknown or repeated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'x': 1}", "unknown or repeated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } import os", "text follows")]
    [InlineData("__import__('os')", "'{' is expected")]
    public void Other_headers_are_refused_with_a_remedy(string header, string found)
    {
        string path = _directory.Write("a.npy", NpyBytes.WithHeader(header, new byte[24]));

        string message = Refusal(path);

        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Matches("so (re)?(save|shape|duce)", message);
    }

    [Theory]
    [InlineData(-1, "truncated")]
    [InlineData(-24, "truncated")]
    [InlineData(1, "followed by something else")]
    public void Files_of_another_length_than_their_shape_says_are_refused(int difference, string found)
    {
        string path = _directory.Write("a.npy", NpyBytes.WithHeader(Shape32, new byte[24 + difference]));

        string message = Refusal(path);

        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains("expected 152 for 3 x 2 numbers of 4 bytes, so copy or save it again", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(60)]
    public void Files_that_end_in_the_header_are_refused(int length)
    {
        string path = _directory.Write("a.npy", NpyBytes.WithHeader(Shape32, new byte[24])[..length]);

        Assert.Matches("truncated.*copy or save it again|signature.*save it again", Refusal(path));
    }

    [Fact]
    public void A_huge_announced_header_is_refused_without_reading_it()
    {
        byte[] file = NpyBytes.WithHeader(Shape32, new byte[24], version: 2);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), uint.MaxValue);

        Assert.Contains("header of 4,294,967,295 bytes; expected at most 65,535", Refusal(_directory.Write("a.npy", file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(1, 1)]
    public void Unknown_versions_are_refused(byte major, byte minor)
    {
        byte[] file = NpyBytes.WithHeader(Shape32, new byte[24]);
        (file[6], file[7]) = (major, minor);

        Assert.Contains($"version {major}.{minor}; expected 1.0, 2.0 or 3.0, so save it again", Refusal(_directory.Write("a.npy", file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<f2", double.NaN, false, "NaN")]
    [InlineData("<f4", double.PositiveInfinity, false, "Infinity")]
    [InlineData("<f8", double.NegativeInfinity, true, "-Infinity")]
    [InlineData("<f8", 1e300, true, "1E+300 at row 1, column 0 (counted from 0), which overflows float32")]
    public void Values_that_are_not_finite_are_refused_with_their_place(string descr, double value, bool fortran, string found)
    {
        var values = (double[,])Values.Clone();
        values[1, 0] = value;

        string message = Refusal(_directory.Write("image_feat.npy", NpyBytes.Of(descr, values, fortran)));

        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains("row 1, column 0", message, StringComparison.Ordinal);
        Assert.Contains("so fix the value", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_file_is_named()
    {
        string path = Path.Combine(_directory.Path, "none.npy");

        Assert.Equal($"File '{path}' does not exist; check the path.", Refusal(path));
    }

    private static string Refusal(string path)
    {
        string message = Assert.Throws<InvalidInputException>(() => NpyReader.Read(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
