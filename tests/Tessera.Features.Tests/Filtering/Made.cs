namespace Tessera.Features.Tests.Filtering;

/// <summary>An event of a made-up catalogue.</summary>
internal readonly record struct Made(int User, int Item, long Time = 1, float Rating = 5);
