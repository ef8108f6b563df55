namespace Tessera.Data.Storage;

/// <summary>Where and how a safetensors file holds one tensor.</summary>
/// <param name="Name">Name of the tensor, unique in its file.</param>
/// <param name="DataType">Stored type of the elements: <c>F16</c>, <c>F32</c> or <c>F64</c>.</param>
/// <param name="Rows">Number of rows; 1 for tensors of one dimension and for scalars.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Start">First byte of the data, counted from the end of the header.</param>
/// <param name="End">Byte after the data.</param>
public sealed record SafetensorsEntry(string Name, string DataType, int Rows, int Columns, long Start, long End);
