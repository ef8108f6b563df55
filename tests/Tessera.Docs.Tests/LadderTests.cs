using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Tessera.Docs.Tests;

/// <summary>The folders of a project form a ladder: what stands in one uses only what stands in it or below it.</summary>
public sealed class LadderTests
{
    /// <summary>The folders of each project from the ground up, the root first: a folder may use those before it.</summary>
    private static readonly Dictionary<string, string[]> Ladders = new()
    {
        ["Tessera.Compute"] =
            ["", "Tensors", "Random", "Threads", "Kernels", "Devices", "Autograd", "Ops", "Layers", "Optimizers", "Decompositions"],
        ["Tessera.Data"] = ["", "Storage", "DatasetFolder", "EventLogs", "Filtering", "Splitting", "Importing", "Synthetic"],
        ["Tessera.Encoders"] = ["", "Texts", "Images", "Endpoints", "Encodings"],
        ["Tessera.Encoders.Onnx"] = [""],
        ["Tessera.Recommendation"] =
            ["", "Options", "Metrics", "Features", "Graphs", "Sampling", "Losses", "Scoring", "Evaluation", "Recommenders", "Checkpoints", "Training", "Runs", "Live"],
        ["Tessera.Models"] = [""],
        ["Tessera.Serving"] =
            ["", "Stores", "Stores.Sqlite", "Filters", "Generations", "Ranking", "Following", "Telemetry", "Catalog", "Experiments", "Retraining", "Health", "Hosting"],
        ["Tessera.Serving.Postgres"] = [""],
        ["Tessera.Server"] = ["", "Http", "Access", "Transfers", "Endpoints", "OpenApi"],
        ["Tessera.Client"] = [""],
        ["Tessera.Studies"] = ["", "Statistics", "Reports", "Tuning", "Plans", "Cells", "Paper"],
        ["Tessera.Cli"] = ["", "Output", "Demo", "Serving", "Commands"],
    };

    /// <summary>Has no folders, and shares a namespace with the root of another.</summary>
    private const string OneFolder = "Tessera.Serving.Contracts";

    public static TheoryData<string> Projects { get; } = [.. Ladders.Keys];

    [Fact]
    public void Every_project_has_its_ladder() => Assert.Equal(
        Repository.Files(".csproj", "src").Select(path => Path.GetFileNameWithoutExtension(path)).Order(), Ladders.Keys.Append(OneFolder).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_use_only_what_stands_below_them(string project)
    {
        string[] ladder = Ladders[project];
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(Repository.Types.First(type => FolderOf(type.Namespace, project) is not null).Assembly.Location);
        string[] upward =
        [
            .. from type in assembly.MainModule.Types
               let folder = FolderOf(type.Namespace, project)
               where folder is not null
               from used in UsedBy(type)
               let below = FolderOf(used.Namespace, project)
               where below is not null && Step(below) > Step(folder)
               let sentence = $"{type.FullName} uses {used.FullName}"
               group sentence by sentence into once
               orderby once.Key
               select once.Key,
        ];
        Assert.True(upward.Length == 0, string.Join('\n', upward));

        int Step(string folder)
        {
            int step = Array.IndexOf(ladder, folder);
            Assert.True(step >= 0, $"{project} has a folder '{folder}' that its ladder does not name.");
            return step;
        }
    }

    private static string? FolderOf(string? name, string project) =>
        name == project ? "" : name?.StartsWith(project + '.', StringComparison.Ordinal) == true ? name[(project.Length + 1)..] : null;

    /// <summary>The types of all projects that a type names: in its declaration, its members, their bodies, and its nested types.</summary>
    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference?> named =
        [
            type.BaseType, .. type.Interfaces.Select(i => i.InterfaceType), .. type.Fields.Select(field => field.FieldType),
            .. type.CustomAttributes.Select(attribute => attribute.AttributeType), .. type.Methods.SelectMany(UsedBy),
            .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        ];
        return named.OfType<TypeReference>().SelectMany(Parts).Concat(type.NestedTypes.SelectMany(UsedBy));
    }

    private static IEnumerable<TypeReference> UsedBy(MethodDefinition method)
    {
        IEnumerable<TypeReference> signature =
            [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType),
             .. method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType)];
        if (!method.HasBody) return signature;
        return
        [
            .. signature, .. method.Body.Variables.Select(variable => variable.VariableType),
            .. method.Body.ExceptionHandlers.Select(handler => handler.CatchType).OfType<TypeReference>(),
            .. method.Body.Instructions.SelectMany(UsedBy),
        ];
    }

    private static IEnumerable<TypeReference> UsedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    /// <summary>A type as written, element and argument types apart, nested types as those that hold them.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.Append(generic.ElementType).SelectMany(Parts),
        FunctionPointerType function => function.Parameters.Select(parameter => parameter.ParameterType).Append(function.ReturnType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        { DeclaringType: { } outer } => Parts(outer),
        _ => [type],
    };
}
