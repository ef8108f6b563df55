using System.Text.Json.Nodes;

namespace Tessera.Serving.Stores;

internal sealed partial class ItemStore
{
    private const string Select = """
        SELECT items.item_id AS id, title, attributes, texts, image_address AS image, hidden, version, added, content_type AS imageType, hash AS imageHash
        FROM items LEFT JOIN item_images ON item_images.namespace = items.namespace AND item_images.item_id = items.item_id
        WHERE items.namespace = @Number
        """;

    private const string Image = "SELECT content_type AS contentType, bytes FROM item_images WHERE namespace = @Number AND item_id = @Id";

    /// <summary>Image and vectors go with the item.</summary>
    private const string Delete = "DELETE FROM items WHERE namespace = @Number AND item_id = @Id";

    private const string Touch = "UPDATE items SET version = @Version, position = @At WHERE namespace = @Number AND item_id = @Id";

    private const string SetImage = """
        INSERT INTO item_images (namespace, item_id, content_type, hash, bytes)
        VALUES (@Number, @Id, @ContentType, @Hash, @Bytes)
        ON CONFLICT (namespace, item_id) DO UPDATE SET content_type = excluded.content_type, hash = excluded.hash, bytes = excluded.bytes
        """;

    private const string SetVector = """
        INSERT INTO item_vectors (namespace, item_id, modality, vector, source)
        VALUES (@Number, @Id, @Modality, @Bytes, @Source)
        ON CONFLICT (namespace, item_id, modality) DO UPDATE SET vector = excluded.vector, source = excluded.source
        """;

    private const string RemoveVector = "DELETE FROM item_vectors WHERE namespace = @Number AND item_id = @Id AND modality = @Modality";

    private static string Find(Session session) => $"""
        {Select} AND items.item_id IN (SELECT value ->> 'id' FROM {session.Rows("Ids")})
        ORDER BY items.item_id
        """;

    private static string Page(int words) => $"""
        {Select} AND items.item_id > @After {string.Concat(Enumerable.Range(0, words).Select(word => $@"AND search LIKE @Word{word} ESCAPE '\' "))}
        ORDER BY items.item_id
        LIMIT @Limit
        """;

    private static string Vectors(Session session) => $"""
        SELECT item_id AS id, modality, vector, source
        FROM item_vectors
        WHERE namespace = @Number AND item_id IN (SELECT value ->> 'id' FROM {session.Rows("Ids")})
        """;

    private static string States(Session session) => $"""
        SELECT item_id AS id, image_address AS image, version, position
        FROM items
        WHERE namespace = @Number AND item_id IN (SELECT value ->> 'id' FROM {session.Rows("Ids")})
        """;

    private static string Put(Session session) => $"""
        INSERT INTO items (namespace, item_id, title, attributes, texts, image_address, hidden, search, version, position, added)
        SELECT @Number, value ->> 'id', value ->> 'title', value ->> 'attributes', value ->> 'texts', value ->> 'image',
               CAST(value ->> 'hidden' AS boolean), value ->> 'search', CAST(value ->> 'position' AS bigint), CAST(value ->> 'position' AS bigint), @Added
        FROM {session.Rows("Rows")}
        WHERE true
        ON CONFLICT (namespace, item_id) DO UPDATE SET
            title = excluded.title, attributes = excluded.attributes, texts = excluded.texts, image_address = excluded.image_address,
            hidden = excluded.hidden, search = excluded.search, version = excluded.version, position = excluded.position
        """;

    private static string DropImages(Session session) => $"""
        DELETE FROM item_images WHERE namespace = @Number AND item_id IN (SELECT value ->> 'id' FROM {session.Rows("Ids")})
        """;

    private static string Supersede(Session session) => $"""
        DELETE FROM log
        WHERE namespace = @Number AND position IN (SELECT CAST(value ->> 'position' AS bigint) FROM {session.Rows("Rows")})
        """;

    private static string LogItems(Session session) => $"""
        INSERT INTO log (position, namespace, kind, item_id)
        SELECT CAST(value ->> 'position' AS bigint), @Number, @Kind, value ->> 'id'
        FROM {session.Rows("Rows")}
        """;

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string? Title { get; init; }

        public string Attributes { get; init; } = "";

        public string Texts { get; init; } = "";

        public string? Image { get; init; }

        public bool Hidden { get; init; }

        public long Version { get; init; }

        public long Added { get; init; }

        public string? ImageType { get; init; }

        public string? ImageHash { get; init; }

        public StoredItem ToItem() => new(
            new ItemDraft(Id)
            {
                Title = Title,
                Attributes = JsonNode.Parse(Attributes)!.AsObject(),
                Texts = StoredJson.Read<Dictionary<string, string>>(Texts),
                Image = Image,
                Hidden = Hidden,
            },
            Version, StoredTime.Read(Added), ImageType, ImageHash);
    }

    private sealed record StateRow
    {
        public string Id { get; init; } = "";

        public string? Image { get; init; }

        public long Version { get; init; }

        public long Position { get; init; }
    }

    private sealed record VectorRow
    {
        public string Id { get; init; } = "";

        public string Modality { get; init; } = "";

        public byte[] Vector { get; init; } = [];

        public string? Source { get; init; }
    }

    private sealed record ImageRow
    {
        public string ContentType { get; init; } = "";

        public byte[] Bytes { get; init; } = [];
    }
}
