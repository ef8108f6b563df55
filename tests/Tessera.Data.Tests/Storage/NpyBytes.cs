using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tessera.Data.Tests.Storage;

/// <summary>Builds NPY files byte by byte, independently of the code under test.</summary>
internal static class NpyBytes
{
    public static byte[] Of(string descr, double[,] values, bool fortran = false, int version = 1)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        string order = fortran ? "True" : "False";
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({rows}, {columns}), }}");
        var data = new List<byte>();
        for (int i = 0; i < rows * columns; i++)
        {
            double value = fortran ? values[i % rows, i / rows] : values[i / columns, i % columns];
            data.AddRange(Element(descr, value));
        }

        return WithHeader(header, [.. data], version);
    }

    public static byte[] WithHeader(string header, byte[] data, int version = 1)
    {
        int preamble = version == 1 ? 10 : 12;
        int length = ((preamble + header.Length + 64) / 64 * 64) - preamble;
        byte[] text = Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n");
        var size = new byte[version == 1 ? 2 : 4];
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)length);
        else BinaryPrimitives.WriteInt32LittleEndian(size, length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. size, .. text, .. data];
    }

    private static byte[] Element(string descr, double value) => descr[^1] switch
    {
        '2' => BitConverter.GetBytes((Half)value),
        '4' => BitConverter.GetBytes((float)value),
        _ => BitConverter.GetBytes(value),
    };
}
