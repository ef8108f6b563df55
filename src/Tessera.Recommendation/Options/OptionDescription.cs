namespace Tessera.Recommendation.Options;

/// <summary>One option as help texts show it.</summary>
/// <param name="Name">Key of the option, such as <c>learningRate</c>.</param>
/// <param name="Type">Type of the value, such as <c>float</c>, or the choices, such as <c>item-2d | none</c>.</param>
/// <param name="Default">Value where none is given, as <c>--set</c> takes it.</param>
/// <param name="Description">What the option does; empty where its property has no <see cref="OptionAttribute"/>.</param>
/// <param name="Range">Valid numbers, such as <c>0..1</c> or <c>1 or more</c>; empty where every value is valid.</param>
internal sealed record OptionDescription(string Name, string Type, string Default, string Description, string Range);
