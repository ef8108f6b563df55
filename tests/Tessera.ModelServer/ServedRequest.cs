namespace Tessera.ModelServer;

/// <summary>A request that the server has answered.</summary>
/// <param name="Path">Path of its address.</param>
/// <param name="Status">HTTP status of the answer; 0 for a request that is held and never answered.</param>
/// <param name="Inputs">The texts it asked about, or the SHA-256 of the images.</param>
public sealed record ServedRequest(string Path, int Status, IReadOnlyList<string> Inputs);
