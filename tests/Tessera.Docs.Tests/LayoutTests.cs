using System.Xml.Linq;

namespace Tessera.Docs.Tests;

public sealed class LayoutTests
{
    private const int MaxLines = 400;

    /// <summary>From the ground up: a project may refer to those before it.</summary>
    private static readonly string[] Floors = ["Tessera.Compute", "Tessera.Data", "Tessera.Encoders", "Tessera.Recommendation", "Tessera.Models", "Tessera.Cli"];

    [Fact]
    public void References_between_projects_go_down_only()
    {
        string[] projects = [.. Repository.Files(".csproj", "src")];
        Assert.Equal(Floors.Order(), projects.Select(path => Path.GetFileNameWithoutExtension(path)).Order());
        foreach (string project in projects)
        {
            int own = Array.IndexOf(Floors, Path.GetFileNameWithoutExtension(project));
            foreach (string reference in References(project))
                Assert.InRange(Array.IndexOf(Floors, Path.GetFileNameWithoutExtension(reference)), 0, own - 1);
        }
    }

    [Fact]
    public void Compute_needs_no_package_and_nothing_of_recommendation()
    {
        XDocument project = XDocument.Parse(Repository.Read("src/Tessera.Compute/Tessera.Compute.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.DoesNotContain(project.Descendants("PackageReference"), package => (string?)package.Attribute("Include") != "System.Numerics.Tensors");
        Assert.DoesNotContain(
            Repository.Files(".cs", "src/Tessera.Compute"),
            file => Repository.Read(file).Contains("Tessera.Recommendation", StringComparison.Ordinal));
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        IEnumerable<string> listed = XDocument.Parse(Repository.Read("Tessera.slnx")).Descendants("Project").Select(project => (string)project.Attribute("Path")!);
        const string outside = "bench/Tessera.Peer/Tessera.Peer.csproj"; // it brings libtorch, which is large and which no test needs
        IEnumerable<string> projects = Repository.Files(".csproj").Select(path => path.Replace('\\', '/'));
        Assert.Equal(projects.Order(StringComparer.Ordinal), listed.Append(outside).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_source_file_is_longer_than_the_wall()
    {
        Assert.DoesNotContain(Repository.Files(".cs", "src"), file => File.ReadLines(Path.Combine(Repository.Root, file)).Count() > MaxLines);
    }

    private static IEnumerable<string> References(string project) => XDocument.Parse(Repository.Read(project))
        .Descendants("ProjectReference")
        .Select(reference => ((string)reference.Attribute("Include")!).Replace('\\', '/'));
}
