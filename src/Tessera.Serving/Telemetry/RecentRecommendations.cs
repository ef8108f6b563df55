namespace Tessera.Serving.Telemetry;

/// <summary>The recommendations of this process in the last minutes: how many, how long they took, and what lists there were. Any number of threads count.</summary>
internal sealed class RecentRecommendations(TimeProvider time)
{
    private const int BucketsPerDoubling = 8, Doublings = 23; // 10 µs to 84 s; the middle of a bucket is at most 4.5 % off
    private const double Shortest = 10e-6;
    private readonly Lock _counting = new();
    private readonly Minute[] _minutes = [.. Enumerable.Range(0, Minutes).Select(_ => new Minute())];

    /// <summary>How many minutes are looked back, of which the last has just begun.</summary>
    public static int Minutes => 5;

    /// <summary>Counts a request that took some time.</summary>
    public void CountRequest(TimeSpan took)
    {
        int bucket = (int)Math.Clamp(Math.Log2(Math.Max(took.TotalSeconds, Shortest) / Shortest) * BucketsPerDoubling, 0, (BucketsPerDoubling * Doublings) - 1);
        lock (_counting) Current().Requests[bucket]++;
    }

    /// <summary>Counts a list.</summary>
    /// <param name="isFallback">Whether it is of what is popular and new alone.</param>
    public void CountList(bool isFallback)
    {
        lock (_counting)
        {
            Minute minute = Current();
            minute.Lists++;
            if (isFallback) minute.Fallbacks++;
        }
    }

    /// <summary>The figures as of now.</summary>
    public RecentFigures Read()
    {
        var requests = new long[BucketsPerDoubling * Doublings];
        long lists = 0, fallbacks = 0;
        lock (_counting)
        {
            long now = Number();
            foreach (Minute minute in _minutes.Where(minute => minute.Number > now - Minutes))
            {
                for (int bucket = 0; bucket < requests.Length; bucket++) requests[bucket] += minute.Requests[bucket];
                lists += minute.Lists;
                fallbacks += minute.Fallbacks;
            }
        }

        return new RecentFigures(requests.Sum(), Quantile(requests, 0.5), Quantile(requests, 0.99), lists, fallbacks);
    }

    private static double? Quantile(long[] requests, double share)
    {
        long wanted = (long)Math.Ceiling(requests.Sum() * share), passed = 0;
        if (wanted == 0) return null;
        int bucket = -1;
        while (passed < wanted) passed += requests[++bucket];
        return Shortest * Math.Pow(2, (bucket + 0.5) / BucketsPerDoubling);
    }

    private long Number() => time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;

    private Minute Current()
    {
        long number = Number();
        Minute minute = _minutes[number % Minutes];
        if (minute.Number != number)
        {
            Array.Clear(minute.Requests);
            (minute.Number, minute.Lists, minute.Fallbacks) = (number, 0, 0);
        }

        return minute;
    }

    private sealed class Minute
    {
        public long Number { get; set; } = -Minutes;

        public int[] Requests { get; } = new int[BucketsPerDoubling * Doublings];

        public long Lists { get; set; }

        public long Fallbacks { get; set; }
    }
}
