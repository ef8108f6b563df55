using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Docs.Tests;

public sealed class DocumentTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        string[] broken =
        [
            .. from file in Repository.Files(".md")
               from Match link in Regex.Matches(Repository.Read(file), @"\]\((?!https?:|#|mailto:)([^)#\s]+)")
               let target = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, link.Groups[1].Value)
               where !Path.Exists(target)
               select $"{file}: {link.Groups[1].Value}",
        ];
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_member_and_file_in_the_table_of_equations_exists_and_the_equations_are_complete()
    {
        string[][] rows = [.. Repository.Rows(Repository.Read("docs/papers.md"))];
        Assert.True(rows.Length > 20);
        foreach (string[] row in rows)
        {
            string member = row[2].Trim('`');
            Assert.True(Repository.Knows(member), member);
            Match link = Regex.Match(row[3], @"^\[(.+)\]\(\.\./(.+)\)$");
            Assert.True(link.Success, row[3]);
            Assert.EndsWith("/" + link.Groups[1].Value, link.Groups[2].Value, StringComparison.Ordinal);
            Assert.Contains(member.Split('.')[1], Repository.Read(link.Groups[2].Value), StringComparison.Ordinal);
        }

        string equations = string.Join(' ', rows.Select(row => row[0]));
        for (int equation = 11; equation <= 23; equation++)
        {
            if (equation != 14) Assert.Contains($"({equation})", equations, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_name_in_the_glossary_is_in_the_code()
    {
        string[] unknown =
        [
            .. from row in Repository.Rows(Repository.Read("docs/glossary.md"))
               from Match name in Regex.Matches(row[2], "`([^`]+)`")
               where !Repository.Knows(name.Groups[1].Value)
               select name.Groups[1].Value,
        ];
        Assert.Empty(unknown);
    }

    [Fact]
    public void The_plans_of_the_studies_have_settings_that_their_models_take()
    {
        ModelCatalog catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);
        string[] plans = [.. Repository.Files("plan.json", "docs/studies")];
        Assert.True(plans.Length > 15);
        foreach (JsonNode? cell in plans.SelectMany(plan => JsonNode.Parse(Repository.Read(plan))!["cells"]!.AsArray()))
        {
            if ((string)cell!["model"]! is "content-neighbors" or "random" or "statistics") continue; // measured without being trained
            ModelDescription model = catalog.Find((string)cell["model"]!);
            JsonObject settings = cell["settings"]!.AsObject();
            OptionsBinder.Bind(model.OptionsType, settings, typeof(TrainingOptions));
            OptionsBinder.Bind<TrainingOptions>(settings, model.OptionsType);
        }
    }

    [Fact]
    public void The_results_are_those_of_the_reports()
    {
        foreach (string section in Repository.Read("docs/results.md").Split("\n## ")[1..])
        {
            string[] reports = [.. Regex.Matches(section, @"\((studies/[^)]+/report\.md)\)").Select(link => Path.Combine("docs", link.Groups[1].Value))];
            string[] head = [.. section.Split('\n').First(line => line.StartsWith('|')).Trim('|').Split('|').Select(cell => cell.Trim())];
            string[][] rows = [.. Repository.Rows(section)];
            Assert.NotEmpty(rows);
            Assert.Single(Regex.Matches(section, @"^\| ?---", RegexOptions.Multiline)); // one table, of this head
            if (Regex.IsMatch(section, "^(Models|New items) on "))
            {
                Assert.Contains(Regex.Match(section, @"^(\|.*\n)+\n", RegexOptions.Multiline).Value, Repository.Read(reports.Single()), StringComparison.Ordinal); // whole, to the blank line
                continue;
            }

            foreach (string[] row in rows)
            {
                foreach ((int column, string cell) in row.Index().Where(cell => Regex.IsMatch(cell.Item, @"^0\.\d{4}")))
                {
                    Assert.True(
                        reports.Any(report => Repository.CellsOf(report, row[0], head[column], "Recall@20").Contains(cell)),
                        $"{row[0]}, {head[column]}: {cell} is in none of {string.Join(", ", reports)}");
                }
            }
        }
    }

    [Fact]
    public void Every_option_of_every_model_is_documented_and_clashes_with_none_of_training()
    {
        string[] training = [.. OptionsBinder.Describe(typeof(TrainingOptions)).Select(option => option.Name)];
        foreach (ModelDescription model in ModelCatalog.Of(typeof(LirdRec).Assembly).Models)
        {
            foreach (OptionDescription option in OptionsBinder.Describe(model.OptionsType))
            {
                Assert.True(option.Description.Length > 0, $"{model.Name}: {option.Name}");
                Assert.False(training.Contains(option.Name), $"{model.Name}: {option.Name}");
            }
        }

        Assert.All(OptionsBinder.Describe(typeof(TrainingOptions)), option => Assert.NotEmpty(option.Description));
    }
}
