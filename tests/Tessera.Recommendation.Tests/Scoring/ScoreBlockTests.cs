using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Tests.Scoring;

public sealed class ScoreBlockTests
{
    [Theory]
    [InlineData(5000, 100, 1024)]
    [InlineData(5000, 8192, 512)]
    [InlineData(5000, 200_000, 256)]
    [InlineData(5000, 1_000_000, 67)]
    [InlineData(5000, int.MaxValue, 1)]
    [InlineData(3, 1_000_000, 3)]
    [InlineData(3, 0, 3)]
    [InlineData(0, 100, 1)]
    public void A_block_has_no_more_rows_than_users_and_no_more_numbers_than_a_quarter_of_a_gigabyte(int users, int items, int rows) =>
        Assert.Equal(rows, ScoreBlock.Rows(users, items));
}
