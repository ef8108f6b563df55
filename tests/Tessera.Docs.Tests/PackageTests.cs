using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Tessera.Docs.Tests;

/// <summary>Packs what is built, installs it from the folder of packages and uses it in folders elsewhere.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Tool = "Tessera.Tool";
    private static readonly string[] Libraries = ["Tessera.Compute", "Tessera.Data", "Tessera.Encoders", "Tessera.Encoders.Onnx", "Tessera.Recommendation", "Tessera.Models"];
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-packages-").FullName;

    private string Feed => In("feed");

    [Fact]
    public void What_is_packed_installs_elsewhere_and_the_tool_and_the_readmes_csharp_run()
    {
        string platform = RuntimeInformation.RuntimeIdentifier;
        XDocument tool = XDocument.Parse(Repository.Read("src/Tessera.Cli/Tessera.Cli.csproj"));
        Assert.SkipUnless(
            tool.Descendants("ToolPackageRuntimeIdentifiers").Single().Value.Split(';').Contains(platform), $"The tool is not packed for {platform}.");
        Pack(platform);
        string version = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;
        foreach (string library in Libraries) CheckLibrary(library, version);

        // Packages of others lie where the repository's own restore put them, so nothing is downloaded.
        string others = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(In("nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="others" value="{others}" /></fallbackPackageFolders>
            </configuration>
            """);
        Run("dotnet", "tool", "install", Tool, "--tool-path", In("bin"), "--version", version, "--configfile", In("nuget.config"));
        string demo = Run(In("bin/tessera"), "demo");
        foreach (string part in DemoTests.Sections) Assert.Contains(part, demo, StringComparison.Ordinal);

        File.WriteAllText(In("consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.cs" />
                <PackageReference Include="Tessera.Models" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(In("Program.cs"), Repository.Blocks(Repository.Read("README.md"), "csharp").Single());
        string output = Run("dotnet", "run", "--project", In("consumer.csproj"));
        Assert.Contains("Recall@20 on test: 0.", output, StringComparison.Ordinal);
        Assert.Equal(5, output.Split('\n').Count(line => line.StartsWith("item ", StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The libraries as they are built; the tool for one platform, whose build touches no file of the usual one.</summary>
    private void Pack(string platform)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string[] common = ["-c", configuration, "-o", Feed, "--no-restore"];
        foreach (string library in Libraries) Run("dotnet", ["pack", ProjectOf(library), "--no-build", .. common]);
        Run("dotnet", [
            "pack", ProjectOf("Tessera.Cli"), .. common, "-p:BuildProjectReferences=false", $"-p:ToolPackageRuntimeIdentifiers={platform}",
        ]);
    }

    private void CheckLibrary(string library, string version)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(Feed, $"{library}.{version}.nupkg"));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Superset(new HashSet<string> { "README.md", $"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml" }, files.ToHashSet());
        using Stream stream = package.GetEntry($"{library}.nuspec")!.Open();
        XElement metadata = XDocument.Load(stream).Root!.Elements().Single();
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.True(Value("description").Length > 40);
        Assert.NotEmpty(Value("tags"));

        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    private static string ProjectOf(string name) => Path.Combine(Repository.Root, "src", name, name + ".csproj");

    private string In(string name) => Path.Combine(_folder, name);

    private string Run(string program, params string[] args)
    {
        (int code, string output, string error) = TesseraProcess.RunProgram(program, _folder, args);
        Assert.True(code == 0, $"{program} {string.Join(' ', args)}\n{output}{error}");
        return output;
    }
}
