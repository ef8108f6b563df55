using System.Reflection;
using Tessera.Data;

namespace Tessera.Recommendation.Recommenders;

/// <summary>The models of an assembly: all classes with a <see cref="RecommenderAttribute"/>.</summary>
public sealed class ModelCatalog
{
    private ModelCatalog(IReadOnlyList<ModelDescription> models) => Models = models;

    /// <summary>The models, by year and name.</summary>
    public IReadOnlyList<ModelDescription> Models { get; }

    /// <summary>Collects the models of an assembly.</summary>
    public static ModelCatalog Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var models =
            from type in assembly.GetExportedTypes()
            let attribute = type.GetCustomAttribute<RecommenderAttribute>()
            where attribute is not null
            orderby attribute.Year, attribute.Name
            select new ModelDescription(type, attribute);
        return new ModelCatalog([.. models]);
    }

    /// <summary>The model of a name, in any case of letters.</summary>
    /// <exception cref="InvalidInputException">There is no such model.</exception>
    public ModelDescription Find(string name)
    {
        ModelDescription? found = Models.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found ?? throw new InvalidInputException(
            $"There is no model '{name}'; expected one of {string.Join(", ", Models.Select(model => model.Name))}.");
    }
}
