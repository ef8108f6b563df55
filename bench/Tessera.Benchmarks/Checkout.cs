using Tessera.Recommendation;

namespace Tessera.Benchmarks;

/// <summary>The checkout this program runs from, and the data beside it.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>The folder <c>shared/data/NAME</c> beside the checkout, or null.</summary>
    public static string? FindData(string name)
    {
        for (DirectoryInfo? folder = new(Root); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(path)) return path;
        }

        return null;
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tessera.slnx"))) return folder.FullName;
        throw new InvalidInputException($"No folder above {AppContext.BaseDirectory} holds Tessera.slnx; run from a checkout.");
    }
}
