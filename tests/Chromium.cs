using Microsoft.Playwright;

namespace Tessera.Tests;

/// <summary>The machine's browser.</summary>
internal static class Chromium
{
    public const string Missing = "Chromium is not installed.";

    /// <summary>The one without windows first, with which the tests of pages take half the time.</summary>
    private static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser"];

    /// <returns>Null if there is none.</returns>
    public static async Task<IBrowser?> LaunchAsync(IPlaywright playwright)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? found = Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        return found is null ? null : await playwright.Chromium.LaunchAsync(new() { ExecutablePath = found, Args = ["--no-sandbox", "--disable-gpu"] });
    }
}
