using Tessera.Compute.Tensors;

namespace Tessera.Data.Tests;

public sealed class DatasetTests
{
    private static readonly Interactions None = Interactions.FromPairs(2, 3, []);

    [Fact]
    public void A_comma_in_the_name_of_a_modality_is_refused()
    {
        using var features = new Matrix(1, 1);
        Assert.StartsWith("Modality 'a,b' has a comma in its name;", Assert.Throws<ArgumentException>(() => new Modality("a,b", features)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Features_that_are_not_finite_are_refused(float value)
    {
        using var features = Matrix.From(new float[,] { { 1, 2 }, { 3, value } });
        Assert.StartsWith("Item 1 of modality 'image' has a feature that is not finite;", Assert.Throws<ArgumentException>(() => new Modality("image", features)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_modalities_of_one_name_are_refused()
    {
        using var features = new Matrix(3, 1);
        var error = Assert.Throws<ArgumentException>(() => new Dataset("d", None, None, None, [new Modality("image", features), new Modality("image", features)]));
        Assert.StartsWith("Two modalities are named 'image';", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_as_many_as_users_and_items()
    {
        Assert.StartsWith("There are 1 ids for 2 users.", Assert.Throws<ArgumentException>(() => new Dataset("d", None, None, None, []) { UserIds = ["a"] }).Message, StringComparison.Ordinal);
        Assert.StartsWith("There are 4 ids for 3 items.", Assert.Throws<ArgumentException>(() => new Dataset("d", None, None, None, []) { ItemIds = ["a", "b", "c", "d"] }).Message, StringComparison.Ordinal);
        Assert.Equal("c", new Dataset("d", None, None, None, []) { ItemIds = ["a", "b", "c"] }.ItemId(2));
        Assert.Equal("2", new Dataset("d", None, None, None, []).ItemId(2));
    }
}
