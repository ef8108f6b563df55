namespace Tessera.Data.Tests.Filtering;

/// <summary>An event of a made-up event log.</summary>
internal readonly record struct Made(int User, int Item, long Time = 1, float Rating = 5);
