namespace Tessera.Server.OpenApi;

/// <summary>A body for each operation that takes one, which any server with an item <c>i1</c> answers.</summary>
internal static class Examples
{
    /// <summary>The bodies, JSON, by the operation's name.</summary>
    public static readonly IReadOnlyDictionary<string, string> Requests = new Dictionary<string, string>
    {
        ["Recommend"] = """
            {
              "user": "u1", "session": ["i1"], "count": 12, "placement": "home",
              "filter": { "all": [{ "attr": "price", "le": 50 }], "none": [{ "attr": "brand", "in": ["x"] }] },
              "exclude": ["i3"], "boost": [{ "attr": "own", "eq": true, "by": 0.1 }], "diversity": 0.3, "explain": true
            }
            """,
        ["RecommendBatch"] = """[{ "user": "u1", "count": 5 }, { "session": ["i1"], "count": 5 }, { "user": "u1", "count": 5, "model": "champion" }]""",
        ["PutItem"] = """
            {
              "title": "Striped mug", "attributes": { "price": 12.5, "brand": "own", "tags": ["kitchen", "gift"] },
              "texts": { "description": "A mug with blue stripes." }, "image": "https://shop.example/i1.jpg"
            }
            """,
        ["PatchItem"] = """{ "attributes": { "price": 9.5 }, "hidden": false }""",
        ["AppendEvents"] = """[{ "id": "e1", "user": "u1", "item": "i1", "type": "like", "time": "2026-01-31T12:00:00Z" }]""",
        ["MergeUsers"] = """{ "from": "session-1" }""",
        ["SetAlias"] = """{ "model": "demo" }""",
        ["CreateKey"] = """{ "name": "shop front", "scopes": ["read", "write"] }""",
    };
}
