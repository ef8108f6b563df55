using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Tessera.Studies.Plans;

/// <summary>One thing that a study measures: a model with settings on a data set. It is measured with each of the plan's seeds.</summary>
/// <param name="Data">Folder of the data set.</param>
/// <param name="Model">Name of the model.</param>
internal sealed record StudyCell(string Data, string Model)
{
    /// <summary>What tells it from the study's other cells, by name, in the order of reading, such as <c>components: without PWC</c>.</summary>
    public OrderedDictionary<string, string> Factors { get; init; } = [];

    public DataVariant Variant { get; init; } = new();

    /// <summary>Options of the model and of training that differ from the defaults.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>How the settings besides are chosen; null where there are none besides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CellSearch? Search { get; init; }
}
