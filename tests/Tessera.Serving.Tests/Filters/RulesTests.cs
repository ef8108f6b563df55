using Tessera.Data;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Tests.Filters;

/// <summary>Filters and boosts against a plain evaluation, item by item.</summary>
public sealed class RulesTests
{
    private static readonly string[] Names = ["price", "brand", "tags", "own", "mixed"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1024)]
    [InlineData(2500)]
    public void A_filter_leaves_what_a_plain_evaluation_leaves(int items)
    {
        var random = new System.Random(items);
        (AttributeTable table, Dictionary<string, AttributeValue>[] plain) = Made(random, items);
        for (int n = 0; n < 300; n++)
        {
            var filter = new ItemFilter { All = Some(random, 2), Any = Some(random, 3), None = Some(random, 2) };
            using var left = new ItemSet(items);
            left.Fill();
            new Rules(filter, [], table).Filter(left);

            int[] expected = [.. Enumerable.Range(0, items).Where(item => Passes(filter, plain[item]))];
            Assert.Equal(expected, Enumerable.Range(0, items).Where(left.Contains));
            Assert.Equal(expected.Length, left.Count());
        }
    }

    [Fact]
    public void Boosts_add_up_over_the_items_they_hold_for()
    {
        const int Items = 1500;
        var random = new System.Random(5);
        (AttributeTable table, Dictionary<string, AttributeValue>[] plain) = Made(random, Items);
        for (int n = 0; n < 100; n++)
        {
            ItemBoost[] boosts = [.. Some(random, 4).Select(of => new ItemBoost { Attr = of.Attr, Eq = of.Eq, In = of.In, Le = of.Le, Ge = of.Ge, Lt = of.Lt, Gt = of.Gt, Exists = of.Exists, By = random.Next(-4, 8) / 4f })];
            var result = new float[Items];
            new Rules(null, boosts, table).Boost(result);
            Assert.Equal(Enumerable.Range(0, Items).Select(item => boosts.Where(boost => Holds(boost, plain[item])).Sum(boost => boost.By)), result);
        }
    }

    [Fact]
    public void Items_without_any_attribute_pass_what_asks_for_none()
    {
        using var left = new ItemSet(3000);
        left.Fill();
        var rules = new Rules(new ItemFilter { All = [new() { Attr = "price", Exists = false }] }, [], new AttributeTable());
        rules.Filter(left);
        Assert.Equal(3000, left.Count());
        Assert.Equal(["No item has an attribute 'price', so what the request says of it holds for none."], rules.Notes);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_what_is_expected()
    {
        Assert.Equal("A condition on 'price' says nothing; expected one or more of eq, in, le, ge, lt, gt and exists.", Refusal(new() { Attr = "price" }));
        Assert.Equal(
            "A condition on 'price' compares with a list; expected a text, a number, true or false, or several of them in 'in'.",
            Refusal(new() { Attr = "price", Eq = new[] { "x" } }));
        Assert.Equal("A condition on 'price' has a bound that is not finite; expected a number.", Refusal(new() { Attr = "price", Lt = double.NaN }));
        Assert.Equal(
            "A condition on 'price' names 1,001 values; expected at most 1,000.",
            Refusal(new() { Attr = "price", In = [.. Enumerable.Range(0, 1001).Select(n => (AttributeValue)n)] }));
        Assert.Equal(
            "The filter has 101 conditions; expected at most 100.",
            Assert.Throws<InvalidInputException>(() => new Rules(new ItemFilter { None = [.. Enumerable.Repeat(new AttributeCondition { Attr = "x", Exists = true }, 101)] }, [], new AttributeTable())).Message);
        foreach (float by in (float[])[-1.5f, 11, float.NaN])
            Assert.Contains("expected a number from -1 to 10", Assert.Throws<InvalidInputException>(() => new Rules(null, [new() { Attr = "x", Exists = true, By = by }], new AttributeTable())).Message, StringComparison.Ordinal);

        static string Refusal(AttributeCondition condition) =>
            Assert.Throws<InvalidInputException>(() => new Rules(new ItemFilter { Any = [condition] }, [], new AttributeTable())).Message;
    }

    private static (AttributeTable Table, Dictionary<string, AttributeValue>[] Plain) Made(System.Random random, int items)
    {
        var table = new AttributeTable();
        Dictionary<string, AttributeValue>[] plain = [.. Enumerable.Range(0, items).Select(_ => Attributes(random))];
        table.Set(plain.Select((attributes, item) => (item, (IReadOnlyDictionary<string, AttributeValue>)attributes)));
        for (int n = 0; n < items / 3; n++) // and changed again, one by one
        {
            int item = random.Next(items);
            table.Set(item, plain[item] = Attributes(random));
        }

        return (table, plain);
    }

    private static Dictionary<string, AttributeValue> Attributes(System.Random random)
    {
        var attributes = new Dictionary<string, AttributeValue>();
        if (random.Next(4) > 0) attributes["price"] = random.Next(20) / 2.0;
        if (random.Next(4) > 0) attributes["brand"] = Text(random);
        if (random.Next(4) > 0) attributes["tags"] = Enumerable.Range(0, random.Next(4)).Select(_ => Text(random)).ToArray();
        if (random.Next(4) > 0) attributes["own"] = random.Next(2) == 0;
        if (random.Next(4) > 0) attributes["mixed"] = Value(random);
        return attributes;
    }

    private static AttributeCondition[] Some(System.Random random, int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => Condition(random))];

    private static AttributeCondition Condition(System.Random random)
    {
        string name = Names[random.Next(Names.Length)];
        return random.Next(8) switch
        {
            0 => new() { Attr = name, Eq = Value(random) },
            1 => new() { Attr = name, In = [.. Enumerable.Range(0, random.Next(2) == 0 ? random.Next(6) : random.Next(20, 60)).Select(_ => Value(random))] },
            2 => new() { Attr = name, Le = random.Next(20) / 2.0 },
            3 => new() { Attr = name, Ge = random.Next(20) / 2.0, Lt = random.Next(20) / 2.0 },
            4 => new() { Attr = name, Gt = random.Next(20) / 2.0 },
            5 => new() { Attr = name, Exists = random.Next(2) == 0 },
            6 => new() { Attr = name, Eq = Value(random), In = [.. Enumerable.Range(0, 5).Select(_ => Value(random))] },
            _ => new() { Attr = name, Exists = random.Next(2) == 0, Gt = 3, Le = 7 },
        };
    }

    private static AttributeValue Value(System.Random random) => random.Next(3) switch { 0 => Text(random), 1 => random.Next(20) / 2.0, _ => random.Next(2) == 0 };

    private static string Text(System.Random random) => $"t{random.Next(30)}";

    private static bool Passes(ItemFilter filter, Dictionary<string, AttributeValue> attributes) =>
        filter.All.All(condition => Holds(condition, attributes))
        && (filter.Any.Count == 0 || filter.Any.Any(condition => Holds(condition, attributes)))
        && !filter.None.Any(condition => Holds(condition, attributes));

    private static bool Holds(AttributeCondition condition, Dictionary<string, AttributeValue> attributes)
    {
        bool has = attributes.TryGetValue(condition.Attr, out AttributeValue value) && value.Texts is not { Count: 0 };
        double? number = has ? value.Number : null;
        return (condition.Exists is not { } exists || exists == has)
            && (condition.Eq is not { } eq || (has && Is(eq)))
            && (condition.In is not { } some || (has && some.Any(Is)))
            && (condition.Le is not { } le || number <= le) && (condition.Ge is not { } ge || number >= ge)
            && (condition.Lt is not { } lt || number < lt) && (condition.Gt is not { } gt || number > gt);

        bool Is(AttributeValue wanted) => value == wanted || (wanted.Text is { } text && value.Texts?.Contains(text) == true);
    }
}
