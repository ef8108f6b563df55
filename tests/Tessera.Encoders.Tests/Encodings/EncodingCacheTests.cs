using Microsoft.Data.Sqlite;
using Tessera.Data;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class EncodingCacheTests : IDisposable
{
    private static readonly EncoderIdentity Identity = new("test", "1");
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_stored_is_found_after_reopening()
    {
        using (var cache = EncodingCache.Open(_folder.CachePath)) cache.Store([(Key("a"), [1, 2, 3]), (Key("b"), [])]);
        using var again = EncodingCache.Open(_folder.CachePath);
        Assert.Equal([1, 2, 3], again.Find(Key("a")));
        Assert.Empty(again.Find(Key("b"))!);
        Assert.Null(again.Find(Key("c")));
    }

    [Fact]
    public void The_key_depends_on_every_part_and_on_where_the_parts_end()
    {
        ContentKey[] keys =
        [
            new EncoderIdentity("n", "v", "s").KeyOf("c"u8), new EncoderIdentity("m", "v", "s").KeyOf("c"u8), new EncoderIdentity("n", "w", "s").KeyOf("c"u8),
            new EncoderIdentity("n", "v", "t").KeyOf("c"u8), new EncoderIdentity("n", "v", "s").KeyOf("d"u8), new EncoderIdentity("nv", "", "s").KeyOf("c"u8),
            new EncoderIdentity("n", "v", "").KeyOf("sc"u8), new EncoderIdentity("", "nv", "s").KeyOf("c"u8),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], new EncoderIdentity("n", "v", "s").KeyOf("c"u8));
        Assert.Equal(keys[0], new ContentKey(keys[0].ToArray()));
        Assert.NotEqual(EncoderIdentity.Join("ab", null), EncoderIdentity.Join("ab", ""));
        Assert.NotEqual(EncoderIdentity.Join("a", "b"), EncoderIdentity.Join("a:1", "b"));
    }

    [Fact]
    public void A_result_that_was_changed_counts_as_absent_and_can_be_stored_again()
    {
        using (var cache = EncodingCache.Open(_folder.CachePath)) cache.Store([(Key("a"), [1, 2, 3]), (Key("b"), [4])]);
        Sql("UPDATE results SET value = X'010204' WHERE length(value) = 3");
        using (var cache = EncodingCache.Open(_folder.CachePath))
        {
            Assert.Null(cache.Find(Key("a")));
            Assert.Null(cache.Find(Key("a")));
            Assert.Equal([4], cache.Find(Key("b")));
            Assert.Equal(1, cache.Damaged);
            cache.Store([(Key("a"), [1, 2, 3])]);
            Assert.Equal([1, 2, 3], cache.Find(Key("a")));
        }

        Sql("UPDATE results SET value = 'text', checksum = NULL WHERE 0; DELETE FROM results");
        using var empty = EncodingCache.Open(_folder.CachePath);
        Assert.Null(empty.Find(Key("a")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void A_file_that_is_no_database_is_named_with_the_remedy(int at)
    {
        using (var cache = EncodingCache.Open(_folder.CachePath)) cache.Store([(Key("a"), new byte[5000])]);
        byte[] bytes = File.ReadAllBytes(_folder.CachePath);
        Array.Fill(bytes, (byte)'x', at, bytes.Length - at);
        File.WriteAllBytes(_folder.CachePath, bytes);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() =>
        {
            using var cache = EncodingCache.Open(_folder.CachePath);
            cache.Find(Key("a"));
        });
        Assert.Contains($"The cache '{_folder.CachePath}' is damaged or no cache at all; delete it", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_named_with_the_remedy()
    {
        using (var cache = EncodingCache.Open(_folder.CachePath)) cache.Store(Enumerable.Range(0, 50).Select(i => (Key($"{i}"), new byte[5000])));
        using (FileStream file = File.OpenWrite(_folder.CachePath)) file.SetLength(file.Length / 2);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() =>
        {
            using var cache = EncodingCache.Open(_folder.CachePath);
            for (int i = 0; i < 50; i++) cache.Find(Key($"{i}"));
        });
        Assert.Contains("is damaged or no cache at all; delete it", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_programs_database_is_refused_and_left_as_it_is()
    {
        string folder = Path.GetDirectoryName(_folder.CachePath)!;
        Directory.CreateDirectory(folder);
        Sql("CREATE TABLE precious (x)");
        byte[] before = File.ReadAllBytes(_folder.CachePath);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => EncodingCache.Open(_folder.CachePath));
        Assert.Contains("is a database, but no cache", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.CachePath));
        Assert.Equal([_folder.CachePath], Directory.GetFiles(folder));
        Sql("INSERT INTO precious VALUES (1)");
    }

    [Fact]
    public void A_folder_in_its_place_is_named()
    {
        Directory.CreateDirectory(_folder.CachePath);
        StorageException e = Assert.Throws<StorageException>(() => EncodingCache.Open(_folder.CachePath));
        Assert.Contains($"The cache '{_folder.CachePath}' cannot be used", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_its_folder_is_named()
    {
        File.WriteAllText(_folder.File("cache"), "");
        StorageException e = Assert.Throws<StorageException>(() => EncodingCache.Open(_folder.CachePath));
        Assert.Contains($"The cache '{_folder.CachePath}' cannot be written", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_loses_nothing_that_was_stored()
    {
        using (var cache = EncodingCache.Open(_folder.CachePath))
        {
            cache.Store([(Key("a"), new byte[100])]);
            cache.LimitPages(8);
            StorageException e = Assert.Throws<StorageException>(() => cache.Store([(Key("b"), [1]), (Key("c"), new byte[100_000])]));
            Assert.Contains($"There is no room left for the cache '{_folder.CachePath}'", e.Message, StringComparison.Ordinal);
            Assert.Null(cache.Find(Key("b")));
            Assert.NotNull(cache.Find(Key("a")));
        }

        using var again = EncodingCache.Open(_folder.CachePath);
        Assert.Equal(new byte[100], again.Find(Key("a")));
    }

    [Fact]
    public void A_cache_can_be_read_while_it_is_written()
    {
        using var cache = EncodingCache.Open(_folder.CachePath);
        cache.Store([(Key("a"), [1])]);
        Assert.True(File.Exists(_folder.CachePath + "-wal"));
    }

    [Fact]
    public void Two_connections_can_write_at_the_same_time()
    {
        using var first = EncodingCache.Open(_folder.CachePath);
        using var second = EncodingCache.Open(_folder.CachePath);
        Parallel.For(0, 200, i => (i % 2 == 0 ? first : second).Store([(Key($"{i}"), BitConverter.GetBytes(i)), (Key("all"), [7])]));
        for (int i = 0; i < 200; i++) Assert.Equal(BitConverter.GetBytes(i), first.Find(Key($"{i}")));
        Assert.Equal([7], second.Find(Key("all")));
    }

    private static ContentKey Key(string content) => Identity.KeyOf(System.Text.Encoding.UTF8.GetBytes(content));

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.CachePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
