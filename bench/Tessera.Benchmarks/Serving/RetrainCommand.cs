using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks.Serving;

/// <summary>
/// Recommendations over HTTP while the next generation of the model is prepared, trained and judged, all of which has the server's core and no other; the
/// client has another.
/// </summary>
internal static class RetrainCommand
{
    private const int ClientCore = 0, ServerCore = 1, Users = 5000, Items = 7000, Interactions = 10, Epochs = 2;
    private static readonly string[] Phases = ["before", "while data are prepared", "while it trains", "while it is judged"];

    public static Command Create()
    {
        var rate = new Option<double>("--rate") { Description = "recommendations a second", DefaultValueFactory = _ => 200 };
        var seconds = new Option<double>("--seconds") { Description = "seconds of a measurement before the training", DefaultValueFactory = _ => 10 };
        var command = new Command("retrain", "latency of recommendations while the next model is trained on the same core") { rate, seconds };
        command.SetAction(parsed =>
        {
            string folder = Directory.CreateTempSubdirectory("tessera-retrain-").FullName;
            try
            {
                Measure(folder, parsed.GetValue(rate), parsed.GetValue(seconds));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static void Measure(string folder, double rate, double seconds)
    {
        string run = Path.Combine(folder, "runs", "shop"), data = Path.Combine(folder, "data");
        Console.Error.WriteLine($"making a run of LIRDRec with {Epochs} epochs");
        Make(run, data);
        double load = Figures.Load;
        ServeCommand.Pin(ClientCore);
        using ServerProcess server = ServerProcess.Start(run, $"sqlite:{Path.Combine(folder, "store.db")}", ServerProcess.FreePort(), ServerCore, settings: new Dictionary<string, string> { ["Tessera__Data"] = data });
        var traffic = new Traffic(Users, Items, []);
        OpenLoop.Run(server.Client, traffic.Recommend, rate, 5);
        var phases = new List<LoopResult>?[Phases.Length];
        phases[0] = [OpenLoop.Run(server.Client, traffic.Recommend, rate, seconds)];
        using (HttpRequestMessage liked = traffic.Event()) server.Client.Send(liked).EnsureSuccessStatusCode();
        string job = Train(server.Client);
        while (JobOf(server.Client, job) is { } now && (string)now["state"]! is "waiting" or "running")
        {
            double progress = (double)now["progress"]!;
            (phases[progress < 0.05 ? 1 : progress < 0.95 ? 2 : 3] ??= []).Add(OpenLoop.Run(server.Client, traffic.Recommend, rate, 0.5));
        }

        JsonObject end = JobOf(server.Client, job);
        if ((string)end["state"]! != "succeeded") throw new InvalidInputException($"The training failed: {end["error"]}");
        Print(rate, phases, load, (string)end["result"]!["note"]!);
    }

    private static void Make(string run, string data)
    {
        Dataset dataset = SyntheticDataset.Create(new SyntheticDatasetOptions { Users = Users, Items = Items, MeanInteractions = Interactions }).Dataset;
        DatasetWriter.Write(dataset, data);
        Dataset written = DatasetReader.Read(data);
        ModelDescription model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
        using var device = new Device();
        new TrainingRun(written, model, OptionsBinder.Bind(model.OptionsType, []), new TrainingOptions { Epochs = Epochs }, 1, Protocol.Strict).Execute(run, device);
    }

    private static string Train(HttpClient client)
    {
        using HttpResponseMessage answer = client.Send(new HttpRequestMessage(HttpMethod.Post, "/v1/models"));
        return answer.EnsureSuccessStatusCode().Headers.Location!.ToString();
    }

    private static JsonObject JobOf(HttpClient client, string job) => client.GetFromJsonAsync<JsonObject>(new Uri(job, UriKind.RelativeOrAbsolute)).Result!;

    private static void Print(double rate, List<LoopResult>?[] phases, double load, string note)
    {
        double before = 0;
        var rows = new List<string[]>();
        for (int phase = 0; phase < phases.Length; phase++)
        {
            if (phases[phase] is not [var first, ..] results) continue;
            foreach (LoopResult result in results.Skip(1)) first.Latencies.Add(result.Latencies);
            if (phase == 0) before = first.Ms(99);
            rows.Add([Phases[phase], $"{first.Latencies.TotalCount:N0}", .. new[] { 50, 90, 99, 99.9 }.Select(of => $"{Figures.Short(first.Ms(of))} ms"), $"{first.Ms(99) / before:F1}", $"{results.Sum(result => result.Failed)}"]);
        }

        Console.WriteLine(Figures.Table([$"{Machine.Cpu}, a core, {rate:F0}/s", "requests", "p50", "p90", "p99", "p99.9", "p99 : before", "failed"], rows));
        Console.WriteLine();
        Console.WriteLine($"{note} Load of the machine: {Figures.Short(load)} before, {Figures.Short(Figures.Load)} after.");
    }
}
