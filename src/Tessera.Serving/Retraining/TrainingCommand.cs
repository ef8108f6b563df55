using System.Reflection;

namespace Tessera.Serving.Retraining;

/// <summary>What starts the command <c>tessera</c>, which trains.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">What it is given first.</param>
internal sealed record TrainingCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string Name = "tessera";

    /// <summary>The program that runs, where it is that command; else the one that is on the path.</summary>
    public static TrainingCommand OfHost()
    {
        if (Assembly.GetEntryAssembly() is not { } entry || entry.GetName().Name != Name || Environment.ProcessPath is not { } program)
            return new TrainingCommand(Name, []);
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? new TrainingCommand(program, [entry.Location]) : new TrainingCommand(program, []);
    }
}
