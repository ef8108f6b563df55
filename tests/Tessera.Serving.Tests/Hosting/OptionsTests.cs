using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Serving.Hosting;

namespace Tessera.Serving.Tests.Hosting;

public sealed class OptionsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Settings_that_cannot_be_are_refused_with_a_sentence()
    {
        Assert.Equal("The setting Tessera:Model names no run; expected the folder of a finished run, such as 'runs/shop'.", Fault(new TesseraOptions()));
        Assert.StartsWith("The setting Tessera:Namespace is 'My Shop'; expected", Fault(new TesseraOptions { Model = "r", Namespace = "My Shop" }), StringComparison.Ordinal);
        Assert.StartsWith("The setting Tessera:Likes has an empty type", Fault(new TesseraOptions { Model = "r", Likes = [" "] }), StringComparison.Ordinal);
        Assert.StartsWith("The setting Tessera:SnapshotEvery is 00:00:00;", Fault(new TesseraOptions { Model = "r", SnapshotEvery = TimeSpan.Zero }), StringComparison.Ordinal);
        Assert.StartsWith("The setting Tessera:KeepRecommendations is 00:01:00;", Fault(new TesseraOptions { Model = "r", KeepRecommendations = TimeSpan.FromMinutes(1) }), StringComparison.Ordinal);
        Assert.StartsWith("The setting Tessera:RetrainEvery is 00:00:01;", Fault(new TesseraOptions { Model = "r", RetrainEvery = TimeSpan.FromSeconds(1) }), StringComparison.Ordinal);
        Assert.StartsWith("The setting Tessera:Data is blank;", Fault(new TesseraOptions { Model = "r", Data = " " }), StringComparison.Ordinal);
        Assert.Null(Fault(new TesseraOptions { Model = "r", RetrainEvery = TimeSpan.Zero }));

        static string? Fault(TesseraOptions options) => new OptionsRules(new ConfigurationBuilder().Build(), []).Validate(null, options).FailureMessage;
    }

    [Theory]
    [InlineData("SnapshotEvry", "1", "There is no setting Tessera:SnapshotEvry; did you mean Tessera:SnapshotEvery?")]
    [InlineData(
        "Timeout", "1", "There is no setting Tessera:Timeout; expected one of Model, Data, Namespace, Likes, Clicks, Purchases, RetrainEvery, SnapshotEvery, "
        + "KeepRecommendations, Server, books in its place.")]
    [InlineData("Srever:RequestsPerSecond", "1", "There is no setting Tessera:Srever; did you mean Tessera:Server?")]
    [InlineData("OwnSection", "x", "There is no setting Tessera:OwnSection; expected one of Model, *")]
    [InlineData("SnapshotEvery:Minutes", "1", "There is no setting Tessera:SnapshotEvery:Minutes; expected Tessera:SnapshotEvery itself.")]
    [InlineData("Likes", "view", "The setting Tessera:Likes is 'view' rather than a list; expected Tessera:Likes:0 for the first entry, and so on.")]
    [InlineData("books:Like:0", "view", "There is no setting Tessera:books:Like; did you mean Tessera:books:Likes?")]
    [InlineData("books:Server:RequestsPerSecond", "1", "There is no setting Tessera:books:Server; expected one of Model, *")]
    [InlineData("snapshotEVERY", "00:05:00", null)]
    [InlineData("Server:RequestsPerSecond", "1", null)]
    public void Settings_that_there_are_not_are_refused_with_those_that_there_are(string key, string value, string? refusal)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create($"Tessera:{key}", (string?)value)]);
        builder.Services.AddTessera(options => options.Model = _folder.Path);
        builder.Services.AddTessera("books", options => options.Model = _folder.Path);
        using IHost host = builder.Build();
        Exception? failure = Record.Exception(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
        if (refusal is null) Assert.Null(failure);
        else if (refusal.EndsWith('*')) Assert.StartsWith(refusal[..^1], Assert.IsType<OptionsValidationException>(failure).Message, StringComparison.Ordinal);
        else Assert.Equal(refusal, Assert.IsType<OptionsValidationException>(failure).Message);
    }

    [Fact]
    public async Task A_host_does_not_start_with_settings_that_cannot_be_or_without_a_run()
    {
        OptionsValidationException settings = await Assert.ThrowsAsync<OptionsValidationException>(
            () => Service.StartAsync(_folder.Path, _folder.In("store.db"), null, ("Tessera:Namespace", "My Shop")));
        Assert.Contains("Tessera:Namespace", settings.Message, StringComparison.Ordinal);
        InvalidInputException run = await Assert.ThrowsAsync<InvalidInputException>(() => Service.StartAsync(_folder.In("none"), _folder.In("store.db")));
        Assert.Contains("expected a folder that 'tessera train --out' made", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_section()
    {
        MadeUpRun.Write(_folder.In("run"), users: 20, items: 30, dimensions: 8);
        await using Service service = await Service.StartAsync(
            _folder.In("run"), _folder.In("store.db"), null, ("Tessera:Namespace", "shop-1"), ("Tessera:Likes:0", "view"), ("Tessera:SnapshotEvery", "00:05:00"));
        TesseraOptions options = service.Get<IOptions<TesseraOptions>>().Value;
        Assert.Equal(("shop-1", TimeSpan.FromMinutes(5)), (options.Namespace, options.SnapshotEvery));
        Assert.Equal(["view"], options.Likes);
        Assert.Equal("shop-1", (await service.Store).Name);
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "i1", type: "view")]);
        Assert.DoesNotContain("i1", await service.ListOf("somebody"));
    }
}
