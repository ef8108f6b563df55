using System.Reflection;
using Tessera.Data;
using Tessera.Recommendation.Options;

namespace Tessera.Recommendation.Recommenders;

/// <summary>A model the catalog knows.</summary>
public sealed class ModelDescription
{
    private readonly ConstructorInfo _constructor;
    private readonly RecommenderAttribute _attribute;

    internal ModelDescription(Type type, RecommenderAttribute attribute)
    {
        if (type.GetConstructors() is not [var constructor] || constructor.GetParameters() is not [var inputs, var options] || inputs.ParameterType != typeof(RecommenderInputs))
            throw new InvalidOperationException($"{type} must have one public constructor, (RecommenderInputs, options).");
        if (!typeof(Recommender).IsAssignableFrom(type) && !typeof(ItemBasedRecommender).IsAssignableFrom(type))
            throw new InvalidOperationException($"{type} is marked as a model; it must derive from {nameof(Recommender)} or {nameof(ItemBasedRecommender)}.");
        _constructor = constructor;
        _attribute = attribute;
        OptionsType = options.ParameterType;
    }

    /// <summary>Name on the command line.</summary>
    public string Name => _attribute.Name;

    /// <summary>Name in the literature.</summary>
    public string Title => _attribute.Title;

    /// <summary>Where it was published.</summary>
    public string Paper => _attribute.Paper;

    /// <summary>Year of publication.</summary>
    public int Year => _attribute.Year;

    /// <summary>Whether it cannot be created without a modality.</summary>
    public bool NeedsFeatures => _attribute.NeedsFeatures;

    /// <summary>Whether it is an <see cref="ItemBasedRecommender"/>, computed at once, without epochs and vectors.</summary>
    public bool IsItemBased => typeof(ItemBasedRecommender).IsAssignableFrom(_constructor.DeclaringType);

    /// <summary>The sealed record of the model's options.</summary>
    public Type OptionsType { get; }

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">An instance of <see cref="OptionsType"/>.</param>
    /// <exception cref="ArgumentException">The options are another model's.</exception>
    /// <exception cref="InvalidInputException">
    /// An option is out of its range, the inputs do not fit the model, or a modality is named like a part of it.
    /// </exception>
    public Recommender Create(RecommenderInputs inputs, object options)
    {
        if (Construct(inputs, options) is not Recommender model)
            throw new InvalidInputException($"{Title} is item-based and is not trained; expected a model with vectors, so choose another.");
        string? name = Repeated(model.Parameters.Select(p => p.Name).Concat(model.Buffers.Select(b => b.Name))) ?? Repeated(model.Chunks);
        if (name is null) return model;
        model.Dispose();
        throw new InvalidInputException(
            $"{Title} has a part of its own named '{name}', as a modality's would be; rename the modality's feature file.");
    }

    /// <summary>Creates an item-based model.</summary>
    /// <exception cref="InvalidInputException">An option is out of its range, or the inputs do not fit the model.</exception>
    internal ItemBasedRecommender CreateItemBased(RecommenderInputs inputs, object options) => (ItemBasedRecommender)Construct(inputs, options);

    /// <exception cref="ArgumentException">The options are another model's.</exception>
    internal void RequireOptions(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OptionsType.IsInstanceOfType(options))
            throw new ArgumentException($"The options are {options.GetType().Name}; {Title} takes {OptionsType.Name}.", nameof(options));
    }

    private object Construct(RecommenderInputs inputs, object options)
    {
        RequireOptions(options);
        OptionsBinder.Check(options);
        return _constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [inputs, options], null);
    }

    private static string? Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(alike => alike.Count() > 1)?.Key;
}
