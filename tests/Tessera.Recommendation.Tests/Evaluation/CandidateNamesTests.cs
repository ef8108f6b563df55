using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;

namespace Tessera.Recommendation.Tests.Evaluation;

public sealed class CandidateNamesTests
{
    // Items 1 and 3 are in validation, item 2 in test.
    private static readonly Dataset Cold = new(
        "cold",
        Interactions.FromPairs(2, 5, [(0, 0), (0, 4), (1, 0)]),
        Interactions.FromPairs(2, 5, [(0, 1), (1, 3)]),
        Interactions.FromPairs(2, 5, [(0, 2)]),
        []);

    [Fact]
    public void Cold_candidates_are_those_of_the_split_asked_for()
    {
        var split = new SplitRecord("cold-items", 7, 2, 5, 3, 2, 1) { ColdValidationItems = [1, 3], ColdTestItems = [2] };

        Assert.Equal([2], CandidateNames.Restrict(HeldOut.Test(Cold, Protocol.Strict), "cold", split).Candidates);
        Assert.Equal([1, 3], CandidateNames.Restrict(HeldOut.Validation(Cold), "cold", split).Candidates);
        Assert.Null(CandidateNames.Restrict(HeldOut.Validation(Cold), "all", split).Candidates);
    }

    [Theory]
    [InlineData("cold", "it has no split.json")]
    [InlineData("warm", "There are no candidates 'warm'; expected all (every item) or cold")]
    public void Candidates_that_cannot_be_had_are_refused(string name, string sentence)
    {
        var refused = Assert.Throws<InvalidInputException>(() => CandidateNames.Restrict(HeldOut.Validation(Cold), name, null));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cold_candidates_of_a_mixed_split_are_refused_for_its_parts_are_told_anyway()
    {
        var split = new SplitRecord("cold-mixed", 7, 2, 5, 3, 2, 1) { ColdValidationItems = [1], ColdTestItems = [2] };

        var refused = Assert.Throws<InvalidInputException>(() => CandidateNames.Restrict(HeldOut.Validation(Cold), "cold", split));

        Assert.Contains("warm and cold items are measured apart", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cold_candidates_of_another_scheme_are_refused()
    {
        var split = new SplitRecord("random-8-1-1", 7, 2, 5, 3, 2, 1);

        var refused = Assert.Throws<InvalidInputException>(() => CandidateNames.Restrict(HeldOut.Validation(Cold), "cold", split));

        Assert.Contains("its scheme is random-8-1-1", refused.Message, StringComparison.Ordinal);
    }
}
