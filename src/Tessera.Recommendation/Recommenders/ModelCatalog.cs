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
    /// <exception cref="InvalidOperationException">A class so marked is no model, lacks the constructor, or has the name of another.</exception>
    public static ModelCatalog Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ModelDescription[] models =
        [
            .. from type in assembly.GetExportedTypes()
               let attribute = type.GetCustomAttribute<RecommenderAttribute>()
               where attribute is not null
               orderby attribute.Year, attribute.Name
               select new ModelDescription(type, attribute),
        ];
        if (models.CountBy(model => model.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(named => named.Value > 1) is { Key: { } name })
            throw new InvalidOperationException($"Two models of {assembly.GetName().Name} have the name '{name}'; give each a name of its own.");
        return new ModelCatalog(models);
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
