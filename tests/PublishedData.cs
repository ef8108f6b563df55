namespace Tessera.Tests;

/// <summary>The published data sets, where they are at hand.</summary>
internal static class PublishedData
{
    /// <summary>The path of a file in the folder named by TESSERA_DATA, else in the nearest <c>shared/data</c> above the tests; else skips the test.</summary>
    public static string Find(string path)
    {
        string? root = Environment.GetEnvironmentVariable("TESSERA_DATA");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null && string.IsNullOrEmpty(root); folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) root = candidate;
        }

        Assert.SkipWhen(string.IsNullOrEmpty(root), "No folder shared/data above the tests and none named by TESSERA_DATA.");
        string full = Path.Combine(root!, path);
        Assert.SkipUnless(File.Exists(full) || Directory.Exists(full), $"No {full}.");
        return full;
    }
}
