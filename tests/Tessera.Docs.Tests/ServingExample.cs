using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tessera.Encoders.Onnx;
using Tessera.Serving;

namespace Tessera.Docs.Tests;

/// <summary>The manual's program that serves, line by line: <see cref="ManualTests"/> holds the two to each other.</summary>
internal static class ServingExample
{
    public static async Task<RecommendationResponse> RunAsync(string run)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddTessera(options => options.Model = run).UseEncoders(OnnxModels.MiniLm(), OnnxModels.ResNet18());
        using IHost host = builder.Build();
        await host.StartAsync();
        IItemCatalog catalog = host.Services.GetRequiredService<IItemCatalog>();
        IEventLog events = host.Services.GetRequiredService<IEventLog>();
        IRecommender recommender = host.Services.GetRequiredService<IRecommender>();

        await catalog.PatchAsync("7", new() { ["attributes"] = new JsonObject { ["price"] = 80 } });
        await events.AppendAsync([new UserEvent("event-1", "anna", "17", "like", DateTimeOffset.UtcNow)]);
        RecommendationResponse list = await recommender.RecommendAsync(new RecommendationRequest
        {
            User = "anna",
            Count = 5,
            Explain = true,
            Filter = new ItemFilter { None = [new AttributeCondition { Attr = "price", Gt = 50 }] },
        });
        foreach (RecommendedItem item in list.Items)
            Console.WriteLine($"{item.Id}: {item.Score:F3}, {item.Reason}, because of {string.Join(", ", item.Because)}");
        await host.StopAsync();
        return list;
    }
}
