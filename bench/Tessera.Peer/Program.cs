using System.CommandLine;
using Tessera.Data;
using Tessera.Peer;

string[] models = ["lirdrec", "lightgcn", "mf"];
var model = new Option<string?>("--model") { Description = $"one of {string.Join(", ", models)}; unset: all" };
var steps = new Option<int>("--steps") { Description = "least training steps to measure in a round, more until 1 s is over", DefaultValueFactory = _ => 12 };
var rounds = new Option<int>("--rounds") { Description = "rounds, ours and the peer in turn", DefaultValueFactory = _ => 5 };
var threads = new Option<int>("--threads") { Description = "threads of each side; 0 for one per core" };
var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
model.AcceptOnlyFromAmong(models);
foreach (Option<int> count in new[] { steps, rounds })
{
    count.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1) result.AddError($"{count.Name} must be 1 or more.");
    });
}

// What the program starts itself with, so that a peak of memory belongs to one side.
var side = new Option<string>("--side") { Required = true };
var only = new Option<string>("--model") { Required = true };
var memory = new Command(MemoryPeak.CommandName, "prints the peak memory of one side, in MB") { side, only, threads };
memory.Hidden = true;
memory.SetAction(parsed => Console.WriteLine(MemoryPeak.Measure(parsed.GetValue(side)!, parsed.GetValue(only)!, parsed.GetValue(threads))));

var root = new RootCommand("Measures Tessera beside the same models in libtorch, in turn, on Amazon Baby's interactions.") { model, steps, rounds, threads, json, memory };
root.SetAction(parsed =>
{
    string[] measured = parsed.GetValue(model) is { } one ? [one] : models;
    var report = Report.Measure(measured, parsed.GetValue(steps), parsed.GetValue(rounds), parsed.GetValue(threads));
    Console.WriteLine(parsed.GetValue(json) ? report.ToJsonString() : Report.Text(report));
});
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InvalidInputException bad)
{
    Console.Error.WriteLine($"error: {bad.Message}");
    return 2;
}
