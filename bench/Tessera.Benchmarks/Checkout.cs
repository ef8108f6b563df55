using Tessera.Data;

namespace Tessera.Benchmarks;

/// <summary>The checkout this program runs from, and the published data, which is no part of it.</summary>
internal static class Checkout
{
    private const string DataVariable = "TESSERA_DATA";
    private static readonly string? Given = Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } folder ? folder : null;

    public static string Root { get; } = Find();

    /// <summary>The data of a name, in the folder that TESSERA_DATA names, else in the nearest <c>shared/data</c> above; or null.</summary>
    public static string? FindData(string name)
    {
        if (Given is not null) return Path.Combine(Given, name) is var there && Directory.Exists(there) ? there : null;
        for (DirectoryInfo? folder = new(Root); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", name);
            if (Directory.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>As <see cref="FindData"/>.</summary>
    /// <exception cref="InvalidInputException">It is not there.</exception>
    public static string Data(string name) => FindData(name) ?? throw new InvalidInputException(
        $"The data '{name}' is not at hand; expected it in {Given ?? $"a folder shared/data above {Root}"}, so put it there, or name the folder that holds it by {DataVariable}.");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tessera.slnx"))) return folder.FullName;
        throw new InvalidInputException($"No folder above {AppContext.BaseDirectory} holds Tessera.slnx; run from a checkout.");
    }
}
