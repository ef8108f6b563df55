namespace Tessera.Client;

/// <summary>Where the server is, and who asks.</summary>
public sealed class TesseraClientOptions
{
    /// <summary>Address of the server, such as <c>https://recommend.example</c>; paths begin there with <c>v1</c>.</summary>
    public Uri? Address { get; set; }

    /// <summary>The key.</summary>
    public string Key { get; set; } = "";
}
