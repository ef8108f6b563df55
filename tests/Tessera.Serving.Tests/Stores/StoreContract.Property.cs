using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public abstract partial class StoreContract
{
    private static readonly string[] People = ["u1", "u2", "s1", "s2"];
    private static readonly string[] Things = ["i1", "i2", "Ä", "a"];

    private static readonly Gen<UserEvent> Events =
        from id in Gen.Choose(1, 12)
        from user in Gen.Elements(People)
        from item in Gen.Elements(Things)
        from second in Gen.Choose(0, 3)
        select Event($"e{id}", user, item, second);

    private static readonly Gen<Operation> Operations = Gen.Frequency(
        (8, from batch in Gen.ListOf(Events, 3) select (Operation)new Append([.. batch])),
        (2, from session in Gen.Elements(People) from user in Gen.Elements(People) select (Operation)new Merge(session, user)),
        (1, from user in Gen.Elements(People) select (Operation)new Erase(user)),
        (1, from user in Gen.Elements(People) select (Operation)new Readmit(user)),
        (3, from item in Gen.Elements(Things) from title in Gen.Elements("x", "y") select (Operation)new Put(item, title)),
        (1, from item in Gen.Elements(Things) select (Operation)new RemoveTitle(item)),
        (1, from item in Gen.Elements(Things) select (Operation)new SetImage(item)),
        (2, from item in Gen.Elements(Things) select (Operation)new Delete(item)));

    [Fact]
    public void Any_sequence_of_operations_gives_what_a_simple_model_gives() =>
        Prop.ForAll(Gen.ListOf(Operations, 25).ToArbitrary(), operations => Task.Run(() => CompareAsync([.. operations])).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20260301, 17));

    private async Task CompareAsync(Operation[] operations)
    {
        Store store = await Database.OpenAsync(NewName());
        var model = new StoreModel();
        foreach (Operation operation in operations) Assert.Equal(operation.On(model), await operation.OnAsync(store));

        AppendResult end = await store.Events.AppendAsync([Event("end", "nobody")]);
        model.Append([Event("end", "nobody")]);
        Dictionary<string, string> people = People.ToDictionary(store.HashOf);
        Assert.Equal(model.Log, (await LogAsync(end.Position, store: store)).Select(entry => Shown(entry, people)));
        foreach (string user in People) Assert.Equal(model.History(user), (await store.Events.HistoryAsync(user, 100)).Select(one => one.Id));
        Assert.Equal(
            model.Items.Select(item => (item.Key, item.Value.Title, item.Value.HasImage)),
            (await store.Items.PageAsync(null, 100)).Select(item => (item.Content.Id, item.Content.Title, item.ImageHash is not null)));
    }

    private static string Shown(LogEntry entry, Dictionary<string, string> people) => entry switch
    {
        LogEntry.EventAdded added => $"event {added.Event.Id} {added.Event.User}",
        LogEntry.ItemChanged changed => $"item {changed.Item}",
        LogEntry.ItemDeleted deleted => $"gone {deleted.Item}",
        LogEntry.UsersMerged merged => $"merge  {merged.Into} {merged.From}",
        LogEntry.UserErased erased => $"erasure {string.Join('+', erased.Hashes.Select(hash => people[hash]).Order(StringComparer.Ordinal))}",
        _ => "",
    };

    private abstract record Operation
    {
        /// <summary>Does it, and says what came of it.</summary>
        public abstract string On(StoreModel model);

        /// <inheritdoc cref="On"/>
        public abstract Task<string> OnAsync(Store store);
    }

    private sealed record Append(UserEvent[] Batch) : Operation
    {
        public override string On(StoreModel model) => model.Append(Batch);

        public override async Task<string> OnAsync(Store store)
        {
            AppendResult result = await store.Events.AppendAsync(Batch);
            return $"{result.Accepted} {result.Duplicates} {result.Rejected}";
        }
    }

    private sealed record Merge(string From, string Into) : Operation
    {
        public override string On(StoreModel model) => model.Merge(From, Into);

        public override async Task<string> OnAsync(Store store)
        {
            try
            {
                return $"{(await store.Users.MergeAsync(From, Into)).Events}";
            }
            catch (InvalidInputException)
            {
                return "refused";
            }
        }
    }

    private sealed record Erase(string User) : Operation
    {
        public override string On(StoreModel model) => model.Erase(User);

        public override async Task<string> OnAsync(Store store) => $"{(await store.Users.EraseAsync(User)).Events}";
    }

    private sealed record Readmit(string User) : Operation
    {
        public override string On(StoreModel model) => model.Readmit(User);

        public override async Task<string> OnAsync(Store store) => $"{await store.Users.ReadmitAsync(User)}";
    }

    private sealed record Put(string Item, string Title) : Operation
    {
        public override string On(StoreModel model) => model.Put(Item, Title);

        public override async Task<string> OnAsync(Store store) => $"{(await store.Items.PutAsync(new ItemDraft(Item) { Title = Title })).Outcome}";
    }

    private sealed record RemoveTitle(string Item) : Operation
    {
        public override string On(StoreModel model) => model.RemoveTitle(Item);

        public override async Task<string> OnAsync(Store store) => $"{(await store.Items.PatchAsync(Item, new JsonObject { ["title"] = null })).Outcome}";
    }

    private sealed record SetImage(string Item) : Operation
    {
        public override string On(StoreModel model) => model.SetImage(Item);

        public override async Task<string> OnAsync(Store store) => $"{(await store.Items.SetImageAsync(Item, new ItemImage([1, 2], "image/png"))).Outcome}";
    }

    private sealed record Delete(string Item) : Operation
    {
        public override string On(StoreModel model) => model.Delete(Item);

        public override async Task<string> OnAsync(Store store) => $"{(await store.Items.DeleteAsync(Item)).Outcome}";
    }
}
