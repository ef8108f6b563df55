using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Tessera.Benchmarks.Kernels;

/// <summary>The kernels one by one, at the sizes of training on Amazon Baby, by BenchmarkDotNet in this process.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var filter = new Option<string>("--filter") { Description = "benchmarks to run, such as *Product*", DefaultValueFactory = _ => "*" };
        var command = new Command("kernels", "time and allocations of each kernel") { filter };
        command.SetAction(parsed =>
        {
            IConfig config = DefaultConfig.Instance
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(12))
                .WithArtifactsPath(Path.Combine(Checkout.Root, "BenchmarkDotNet.Artifacts"));
            BenchmarkSwitcher.FromAssembly(typeof(KernelsCommand).Assembly).Run(["--filter", parsed.GetValue(filter)!], config);
        });
        return command;
    }
}
