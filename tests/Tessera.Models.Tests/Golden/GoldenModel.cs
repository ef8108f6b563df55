using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

/// <summary>How one model is built from a golden file, and which of its parameters the file's names mean.</summary>
public abstract class GoldenModel
{
    /// <summary>The file's name of the model.</summary>
    public abstract string Name { get; }

    public abstract Recommender Create(GoldenFile file, RecommenderInputs inputs);

    /// <summary>
    /// Our parameter of a public implementation's name, and whether it is stored transposed there (PyTorch keeps a linear
    /// layer's weight as <c>[out x in]</c>).
    /// </summary>
    public abstract (Parameter Parameter, bool Transposed) Find(Recommender model, string name);

    /// <summary>Whether the model has an array of the file: not one that the public implementation neither uses nor trains.</summary>
    public virtual bool Holds(string name) => true;

    /// <summary>
    /// Whether an array's gradient is zero but for rounding, whose sign Adam's first steps amplify: a bias that the loss does not
    /// depend on.
    /// </summary>
    public virtual bool Cancels(string name) => false;

    /// <summary>What the public implementation makes of a dot product.</summary>
    public virtual float Score(float product) => product;

    /// <summary>Further numbers a step of the file holds.</summary>
    public virtual void CheckStep(Recommender model, GoldenStep step)
    {
    }

    protected static Parameter ByName(Recommender model, string name) => model.Parameters.Single(parameter => parameter.Name == name);
}
