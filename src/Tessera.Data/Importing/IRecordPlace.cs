namespace Tessera.Data.Importing;

/// <summary>Where the record that is being read stands.</summary>
internal interface IRecordPlace
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>Line or row of the record, from 1.</summary>
    long Line { get; }

    /// <summary>Both in words, such as "Line 3 of 'events.jsonl'".</summary>
    string Here { get; }
}
