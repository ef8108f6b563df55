using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tessera.Compute.Tensors;

namespace Tessera.Docs.Tests;

public sealed partial class LayoutTests
{
    private const int MaxLines = 400;

    /// <summary>From the ground up: a project may refer to those before it.</summary>
    private static readonly string[] Floors =
    [
        "Tessera.Compute", "Tessera.Data", "Tessera.Encoders", "Tessera.Encoders.Onnx", "Tessera.Recommendation", "Tessera.Models", "Tessera.Serving.Contracts",
        "Tessera.Client", "Tessera.Serving", "Tessera.Serving.Postgres", "Tessera.Server", "Tessera.Studies", "Tessera.Cli",
    ];

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

    /// <summary>Words of the field, none of which an identifier of Tessera.Compute may hold.</summary>
    private static readonly string[] FieldWords =
        ["user", "item", "bpr", "recommend", "recommender", "recommendation", "interaction", "modality", "rating", "batch", "epoch"];

    [Fact]
    public void Compute_needs_no_package()
    {
        XDocument project = XDocument.Parse(Repository.Read("src/Tessera.Compute/Tessera.Compute.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.DoesNotContain(project.Descendants("PackageReference"), package => (string?)package.Attribute("Include") != "System.Numerics.Tensors");
    }

    [Fact]
    public void Compute_knows_no_word_of_recommendation()
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Type[] types = [.. typeof(Matrix).Assembly.GetTypes().Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal))];
        MemberInfo[] members = [.. types.SelectMany(type => type.GetMembers(All))];
        IEnumerable<ParameterInfo> parameters = members.OfType<MethodBase>().SelectMany(method => method.GetParameters());
        Assert.DoesNotContain(types, type => SaysTheField(type.FullName));
        string[] indexer = ["Item", "get_Item", "set_Item"];
        Assert.DoesNotContain(members, member => SaysTheField(member.Name) && !indexer.Contains(member.Name));
        Assert.DoesNotContain(parameters, parameter => SaysTheField(parameter.Name));
        Assert.DoesNotContain(Repository.Files(".cs", "src/Tessera.Compute"), file => SaysTheField(Repository.Read(file)));
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

    /// <summary>A length that came from a file or an option would overflow the stack and end the process.</summary>
    [Fact]
    public void Nothing_on_the_stack_is_longer_than_constants_say()
    {
        string[] lengths = [.. Repository.Files(".cs", "src").SelectMany(file => StackLength().Matches(Repository.Read(file))).Select(match => match.Groups["length"].Value)];
        Assert.NotEmpty(lengths);
        Assert.DoesNotContain(lengths, length => Variable().IsMatch(length));
    }

    [GeneratedRegex(@"stackalloc(?:\s+\w+)?\s*\[(?<length>[^\]]*)\]")]
    private static partial Regex StackLength();

    /// <summary>Fields, locals and parameters; constants and static properties of types begin with a capital.</summary>
    [GeneratedRegex(@"(?<![\w.])(?!sizeof\b|int\b|long\b|ulong\b)[a-z_]\w*")]
    private static partial Regex Variable();

    /// <summary>A pipe or a device must not be opened, which InputFile alone makes sure of.</summary>
    [Fact]
    public void Files_are_opened_to_read_in_one_place()
    {
        string[] storage = ["InputFile.cs", "AtomicFile.cs", "TemporaryFile.cs"];
        string[] around =
        [
            .. from file in Repository.Files(".cs", "src")
               where !storage.Contains(Path.GetFileName(file)) || !file.Replace('\\', '/').StartsWith("src/Tessera.Data/Storage/", StringComparison.Ordinal)
               from Match match in OpensFile().Matches(Repository.Read(file))
               select $"{file}: {match.Value}",
        ];
        Assert.True(around.Length == 0, string.Join('\n', around));
    }

    [GeneratedRegex(@"\bFile\.(Open\w*|Read\w+|Copy)\(|new FileStream\(|new StreamReader\((path|file|name)\w*[,)]|MemoryMappedFile\.CreateFromFile\(path")]
    private static partial Regex OpensFile();

    // The words of an identifier: MeanRatings holds "mean" and "ratings", Iterating no "rating".
    private static bool SaysTheField(string? name) => Word().Matches(name ?? "")
        .SelectMany(match => Hump().Matches(match.Value))
        .Select(hump => hump.Value.ToLowerInvariant())
        .Any(word => FieldWords.Contains(word) || (word.EndsWith('s') && FieldWords.Contains(word[..^1])) || word == "modalities");

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Hump();

    private static IEnumerable<string> References(string project) => XDocument.Parse(Repository.Read(project))
        .Descendants("ProjectReference")
        .Select(reference => ((string)reference.Attribute("Include")!).Replace('\\', '/'));
}
