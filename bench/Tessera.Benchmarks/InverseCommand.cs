using System.CommandLine;
using System.Globalization;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Benchmarks;

/// <summary>Times the inverse of a symmetric positive definite matrix beside a dense product, which is what its flops could be done at.</summary>
internal static class InverseCommand
{
    public static Command Create()
    {
        var size = new Option<int>("--size") { Description = "rows and columns", DefaultValueFactory = _ => 4096 };
        var threads = new Option<int>("--threads") { Description = "threads; 0 for one per core", DefaultValueFactory = _ => 0 };
        var command = new Command("inverse", "seconds of a positive definite inverse beside those of a dense product of as many flops") { size, threads };
        command.SetAction(parsed => Run(parsed.GetValue(size), parsed.GetValue(threads)));
        return command;
    }

    private static void Run(int n, int threads)
    {
        var rng = new Rng(1);
        using Matrix x = new(n, n), gram = new(n, n), inverse = new(n, n);
        using var device = new Device(threads);
        foreach (ref float value in x.Span) value = rng.NextGaussian() / MathF.Sqrt(n);
        double product = GemmCommand.Seconds(() => device.MatMul(x, true, x, false, gram));
        for (int row = 0; row < n; row++) gram[row, row] += 1;
        double seconds = GemmCommand.Seconds(() =>
        {
            inverse.CopyFrom(gram);
            PositiveDefiniteInverse.Invert(inverse, device);
        });
        device.MatMul(gram, false, inverse, false, x);
        double error = 0;
        for (int row = 0; row < n; row++)
            for (int column = 0; column < n; column++) error = Math.Max(error, Math.Abs(x[row, column] - (row == column ? 1 : 0)));
        double flops = Math.Pow(n, 3); // of the inverse; the product takes twice as many
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"n {n}, {device.Threads} threads: {seconds:F2} s, {flops / seconds / 1e9:F1} Gflop/s; a product does {2 * flops / product / 1e9:F1}, so {2 * seconds / product:F2} times its least; |A inverse - I| at most {error:E1}"));
    }
}
