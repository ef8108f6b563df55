using System.Reflection;

namespace Tessera.Recommendation;

/// <summary>A model the catalogue knows.</summary>
public sealed class ModelDescription
{
    private readonly ConstructorInfo _constructor;

    internal ModelDescription(Type type, RecommenderAttribute attribute)
    {
        _constructor = type.GetConstructors().Single();
        ParameterInfo[] parameters = _constructor.GetParameters();
        if (parameters.Length != 2 || parameters[0].ParameterType != typeof(RecommenderInputs))
            throw new InvalidOperationException($"{type} must have the one constructor (RecommenderInputs, options).");
        OptionsType = parameters[1].ParameterType;
        Name = attribute.Name;
        Title = attribute.Title;
        Paper = attribute.Paper;
        Year = attribute.Year;
    }

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>Name in the literature.</summary>
    public string Title { get; }

    /// <summary>Where it was published.</summary>
    public string Paper { get; }

    /// <summary>Year of publication.</summary>
    public int Year { get; }

    /// <summary>The sealed record of the model's options.</summary>
    public Type OptionsType { get; }

    /// <summary>Creates an untrained model.</summary>
    /// <param name="inputs">What it learns from.</param>
    /// <param name="options">An instance of <see cref="OptionsType"/>.</param>
    public Recommender Create(RecommenderInputs inputs, object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (Recommender)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [inputs, options], null);
    }
}
