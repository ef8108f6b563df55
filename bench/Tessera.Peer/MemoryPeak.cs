using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Tessera.Benchmarks;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Peer;

/// <summary>The peak of resident memory of one side alone while it trains and evaluates, in a process of its own.</summary>
internal static class MemoryPeak
{
    public const string CommandName = "memory";
    private const int Steps = 6;

    /// <summary>Starts this program again for one side.</summary>
    public static double InProcessOfItsOwn(string side, string model, int threads)
    {
        string program = Environment.ProcessPath!;
        string[] start = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(MemoryPeak).Assembly.Location] : [];
        string[] arguments = [.. start, CommandName, "--side", side, "--model", model, "--threads", $"{threads}"];
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using Process child = Process.Start(info)!;
        string printed = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? double.Parse(printed, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The process that measures the memory of {side} ended with {child.ExitCode}.");
    }

    /// <summary>Builds the side and gives back what only building it took, then trains and evaluates.</summary>
    public static string Measure(string name, string model, int threads)
    {
        Dataset data = Shape.Load("baby").Dataset;
        using var device = new Device(threads);
        var ours = new OurSide(model, data, device);
        ISide side = ours;
        if (name == "peer")
        {
            Libtorch.Load(device.Threads);
            side = new TorchSide(model, ours);
            ours.Dispose();
        }

        if (name == "peer" || model != "lirdrec") // whose copy it is that counts, and no other model has a use for features
        {
            foreach (Modality modality in data.Modalities) modality.Features.Dispose();
        }

        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5"); // the peak starts again from here
        var sampler = new BprSampler(data.Train, OurSide.BatchSize, new Rng(1));
        var batch = new Batch(OurSide.BatchSize);
        sampler.BeginEpoch();
        for (int step = 0; step < Steps; step++)
        {
            sampler.Next(batch);
            side.Step(batch);
        }

        side.Represent();
        side.Evaluate();
        side.Dispose();
        return Machine.PeakRssMb.ToString("F0", CultureInfo.InvariantCulture);
    }
}
