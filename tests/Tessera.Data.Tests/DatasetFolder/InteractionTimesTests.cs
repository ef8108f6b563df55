using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class InteractionTimesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_earliest_time_of_a_pair_counts()
    {
        Write("user_id:token,item_id:token,timestamp:float,x_label\n0,1,3.5,0\n0,1,2,0\n1,0,-7e1,2\n");

        Assert.Equal(new Dictionary<(int, int), double> { [(0, 1)] = 2, [(1, 0)] = -70 }, InteractionTimes.ReadIfPresent(_directory.Path));
    }

    [Fact]
    public void A_file_without_times_has_none()
    {
        Write("userID\titemID\tx_label\n0\t1\t0\n");
        Assert.Null(InteractionTimes.ReadIfPresent(_directory.Path));
    }

    [Theory]
    [InlineData("2026-01-01")]
    [InlineData("")]
    [InlineData("NaN")]
    public void What_is_no_number_is_refused_with_its_line(string time)
    {
        Write($"userID\titemID\ttimestamp\tx_label\n0\t1\t5\t0\n0\t2\t{time}\t0\n");
        Assert.Contains("Line 3 of ", Assert.Throws<InvalidInputException>(() => InteractionTimes.ReadIfPresent(_directory.Path)).Message, StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(_directory.In("made.inter"), text);
}
