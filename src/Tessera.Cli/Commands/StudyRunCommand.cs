using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera study run</c></summary>
internal sealed class StudyRunCommand : TesseraCommand
{
    private readonly Argument<string?> _name = new("study") { Description = "name of a study, which 'tessera study list' lists; left out with --plan", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _data = new("--data") { Description = "folder of a data set; may be repeated", HelpName = "DIR" };
    private readonly Option<string> _out = Flags.Text("--out", "REPORT", "folder for the plan and the report; the study goes on there");
    private readonly Option<string?> _models = Flags.OptionalText("--models", "NAME,NAME", "models to study; default: those of the study");
    private readonly Option<string?> _modalities = Flags.OptionalText("--modalities", "NAME,NAME", "modalities to learn from; each data set keeps those of them that it has; default: all");
    private readonly Option<int> _seeds = Flags.Number("--seeds", "seeds of each training, 1 to this", minimum: 1, otherwise: 3, maximum: 1000);
    private readonly Option<string[]> _set = new("--set") { Description = "an option of training or of a model, for every model that has it; may be repeated", HelpName = "key=value" };
    private readonly Option<string?> _protocol = Flags.Protocol("strict");
    private readonly Option<TimeSpan?> _search = Flags.Duration(
        "--search", "processor time for a search of each model's settings, in the study 'comparison'; default: settings as they are given");
    private readonly Option<bool> _wholeGrid = new("--whole-grid") { Description = "all values of the paper's figure, where the study has a coarse grid" };
    private readonly Option<TimeSpan?> _budget = Flags.Duration("--budget", "time after which nothing new is begun; the same command goes on later; default: no limit");
    private readonly Option<string?> _plan = Flags.OptionalText("--plan", "FILE.json", "a plan to carry out, such as another study's plan.json, in place of a study's name, data, models and seeds");
    private readonly Option<string?> _runs = Flags.OptionalText("--runs", "DIR", "folder of trainings and results, which studies share; default: runs/studies");
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "check the plan, print it and what it will cost, and stop" };
    private readonly Option<int> _threads = Flags.Threads();

    public StudyRunCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("run", "Carry out a study, or go on with it, and write its report.", environment, cancellationToken)
    {
        Arguments.Add(_name);
        Take(_data, _out, _models, _modalities, _seeds, _set, _search, _wholeGrid, _protocol, _budget, _plan, _runs, _dryRun, _threads);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        StudyPlan plan = parsed.GetValue(_plan) is { } file ? ReadPlan(file, parsed) : MakePlan(parsed, session);
        Study study = StudyCatalog.Find(plan.Study);
        string report = parsed.GetRequiredValue(_out), planFile = Path.Combine(report, "plan.json");
        string runs = Path.GetFullPath(parsed.GetValue(_runs) ?? Path.Combine("runs", "studies"));
        foreach (string folder in new[] { report, runs })
            if (File.Exists(folder)) throw new InvalidInputException($"'{folder}' is a file; expected a folder, so choose another.");
        if (!File.Exists(planFile) && Directory.Exists(report) && Directory.EnumerateFileSystemEntries(report).Any())
            throw new InvalidInputException($"Folder '{report}' is not empty and holds no study; expected a new one, an empty one or that of the study, so choose another (--out).");
        if (File.Exists(planFile) && StudyPlan.Read(planFile).Study is var other && other != plan.Study)
            throw new InvalidInputException($"'{report}' has the report of the study '{other}'; give '{plan.Study}' another folder (--out).");
        int threads = parsed.GetValue(_threads);
        var runner = new StudyRunner(study, plan, runs)
        {
            Note = session.Note,
            Parallel = threads == 0 ? Environment.ProcessorCount : threads,
        };
        runner.Check();
        if (parsed.GetValue(_dryRun))
        {
            IReadOnlyList<StudyCost> costs = runner.Costs(session.Cancellation);
            session.Print(() => StudyOutput.ToJson(plan, costs, runner.Parallel), console => StudyOutput.Print(console, plan, costs, runner.Parallel));
            return;
        }

        Directory.CreateDirectory(report);
        using FileStream held = TemporaryFile.TryLock(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report)) + AtomicFolder.LockSuffix)
            ?? throw new InvalidInputException($"Another command is at work on the study in '{report}'; wait for it to end, or choose another folder (--out).");
        plan.Write(planFile);
        session.Note($"{Figures.Counted(runner.Missing().Count, "measurement")} of {plan.Cells.Count * plan.Seeds.Count} to make.");
        try
        {
            runner.Measure(parsed.GetValue(_budget), session.Cancellation);
        }
        catch (OperationCanceledException)
        {
            session.Note("What was measured is kept, and trainings at their last epochs; the same command goes on.");
            throw;
        }

        Report found = runner.Report();
        ReportWriter.Write(found, report);
        int missing = runner.Missing().Count;
        session.Print(() => StudyOutput.ToJson(found, report, missing), console => StudyOutput.Print(console, found, report, missing));
    }

    private StudyPlan ReadPlan(string file, ParseResult parsed)
    {
        string? also = new Option[] { _data, _models, _modalities, _seeds, _set, _search, _wholeGrid, _protocol }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name
            ?? (parsed.GetValue(_name) is null ? null : $"the name '{parsed.GetValue(_name)}'");
        return also is null ? StudyPlan.Read(file)
            : throw new InvalidInputException($"A plan says all that is measured, so --plan and {also} cannot both be given; leave one of them out.");
    }

    private StudyPlan MakePlan(ParseResult parsed, Session session)
    {
        string name = parsed.GetValue(_name)
            ?? throw new InvalidInputException($"Which study? Expected one of {string.Join(", ", StudyCatalog.All.Select(study => study.Name))}, or a --plan.");
        Study study = StudyCatalog.Find(name);
        string[] folders = parsed.GetValue(_data) ?? [];
        if (folders.Length == 0) throw new InvalidInputException($"The study '{study.Name}' needs data; give the folder of a data set as --data.");
        JsonObject settings = OptionsBinder.ParseAssignments(parsed.GetValue(_set) ?? []);
        (string Folder, Dataset Dataset)[] data = [.. folders.Select(folder => (folder, session.ReadData(folder)))];
        string[] modalities = Split(parsed.GetValue(_modalities)), models = [.. Split(parsed.GetValue(_models)).Select(model => StudyRequest.Catalog.Find(model).Name).Distinct()];
        Dictionary<string, string[]> kept = modalities.Length == 0 ? [] : data.ToDictionary(one => one.Folder, one => Kept(one.Dataset, modalities));
        var request = new StudyRequest([.. data.Select(one => (one.Folder, kept.TryGetValue(one.Folder, out string[]? some) ? one.Dataset.WithModalities(some) : one.Dataset))], models, settings)
        {
            Modalities = kept,
            SearchMinutes = parsed.GetValue(_search)?.TotalMinutes,
            WholeGrid = parsed.GetValue(_wholeGrid),
        };
        if (data.GroupBy(one => one.Dataset.Name).FirstOrDefault(alike => alike.Count() > 1) is { } twins)
            throw new InvalidInputException($"The data sets in {string.Join(" and ", twins.Select(one => $"'{one.Folder}'"))} are both called '{twins.Key}', so a report could not tell them apart; give one of them, or rename the .inter file of one.");
        StudyCell[] cells = [.. study.Cells(request)];
        if (request.SearchMinutes is not null && cells.All(cell => cell.Search is null))
            throw new InvalidInputException($"The study '{study.Name}' searches no settings, so --search would do nothing; leave it out, or run 'comparison'.");
        if (request.WholeGrid && study.Name != "sensitivity")
            throw new InvalidInputException($"The study '{study.Name}' has no coarse grid, so --whole-grid would do nothing; leave it out, or run 'sensitivity'.");
        request.RequireUsed(cells);
        return new StudyPlan(study.Name, request.Seeds(cells.Any(study.Trains) ? parsed.GetValue(_seeds) : 1), cells)
        {
            Protocol = parsed.GetValue(_protocol) is { } protocol ? KebabCase.Parse<Protocol>("protocol", protocol) : Protocol.Strict,
        };
    }

    private static string[] Kept(Dataset data, string[] modalities)
    {
        string[] kept = [.. modalities.Where(name => data.Modalities.Any(modality => modality.Name == name))];
        if (kept.Length == 0 || kept.Distinct().Count() < kept.Length) data.WithModalities(modalities); // which says what is wrong
        return kept;
    }

    private static string[] Split(string? names) => (names ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
