using System.Text;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Texts;

public sealed partial class TfidfEncoder
{
    private const string TermsName = "terms", IdfName = "idf", BasisName = "basis", FingerprintKey = "fingerprint";

    /// <summary>
    /// Writes the encoder as a safetensors file, whole or not at all: <c>terms</c>, a line of UTF-8 each, <c>idf</c> <c>[terms]</c> and <c>basis</c>
    /// <c>[terms x dimensions]</c>, float32: some 4 · terms · dimensions bytes.
    /// </summary>
    /// <param name="path">File to create or replace.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Of(TermsName, Encoding.UTF8.GetBytes(string.Concat(Terms.Select(term => $"{term}\n")))),
            SafetensorsTensor.Of(IdfName, _idf), SafetensorsTensor.Of((BasisName, _basis)),
        ];
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { [EncoderFile.EncoderKey] = Format, [FingerprintKey] = Fingerprint });
    }

    /// <summary>Opens an encoder that <see cref="Save"/> wrote; it gives the same vectors, bit for bit.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged, or of another version of the encoder.</exception>
    public static TfidfEncoder Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using SafetensorsReader file = SafetensorsReader.Open(path);
        if (file.Metadata.GetValueOrDefault(EncoderFile.EncoderKey, "none") is var format && format != Format)
            throw new InvalidInputException($"'{path}' holds the encoder {SourceText.Quoted(format)}; expected '{Format}', so restore the file or encode the texts again.");
        string[] terms = Encoding.UTF8.GetString(file.ReadBytes(TermsName)).Split('\n')[..^1];
        using Matrix idf = file.ReadTensor(IdfName);
        Matrix basis = file.ReadTensor(BasisName);
        bool fits = (idf.Rows, idf.Columns, basis.Rows) == (1, terms.Length, terms.Length) && terms.Zip(terms.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);
        TfidfEncoder? encoder = fits ? new TfidfEncoder(new Vocabulary(terms), idf.Span.ToArray(), basis) : null;
        if (encoder is not null && encoder.Fingerprint == file.Metadata.GetValueOrDefault(FingerprintKey)) return encoder;
        basis.Dispose();
        throw new InvalidInputException($"'{path}' is damaged: what it holds does not match its fingerprint; restore it or encode the texts again.");
    }
}
