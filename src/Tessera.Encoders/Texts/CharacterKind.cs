namespace Tessera.Encoders.Texts;

/// <summary>What a character does to the word it meets.</summary>
internal enum CharacterKind
{
    /// <summary>Ends a word and is none.</summary>
    Separator,

    /// <summary>A letter or number: starts or continues a word.</summary>
    Word,

    /// <summary>A letter of a script written without spaces: a word by itself, with its marks.</summary>
    Single,

    /// <summary>A combining mark: continues a word and starts none.</summary>
    Mark,

    /// <summary>Continues a word where letters or numbers follow.</summary>
    Apostrophe,
}
