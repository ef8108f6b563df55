using System.Reflection;

namespace Tessera.Docs.Tests;

public sealed class PublicApiTests
{
    /// <summary>
    /// Public is what somebody else's program needs, and no more: 100 types of the five libraries, 5 for the models that encode in the process, 13 for runs that
    /// go on living, losses to choose, and item-based models, and 57 for the
    /// service: 4 interfaces, what goes in and out of them and of its endpoints, the client, and how a host adds each.
    /// </summary>
    private const int MaxPublicTypes = 175;

    private static readonly string[] Libraries =
    [
        "Tessera.Compute", "Tessera.Data", "Tessera.Encoders", "Tessera.Encoders.Onnx", "Tessera.Recommendation", "Tessera.Models", "Tessera.Serving.Contracts", "Tessera.Serving",
        "Tessera.Serving.Postgres", "Tessera.Server", "Tessera.Client",
    ];

    [Fact]
    public void The_libraries_show_no_more_types_than_others_need()
    {
        int types = Libraries.Sum(library => Assembly.Load(library).GetExportedTypes().Length);
        Assert.InRange(types, Libraries.Length, MaxPublicTypes);
    }

    [Fact]
    public void Every_library_records_its_public_members()
    {
        foreach (string library in Libraries)
        {
            string recorded = Repository.Read($"src/{library}/PublicAPI.Shipped.txt") + Repository.Read($"src/{library}/PublicAPI.Unshipped.txt");
            Assert.Contains("Tessera.", recorded, StringComparison.Ordinal);
        }
    }
}
