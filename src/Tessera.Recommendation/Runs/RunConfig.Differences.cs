using System.Text.Json.Nodes;

namespace Tessera.Recommendation.Runs;

internal sealed partial record RunConfig
{
    private const int ShownDigits = 8;

    /// <summary>
    /// What sets this run apart from an earlier one, such as <c>learningRate was 0.001, is 0.01</c>: settings under their own names, the data
    /// by its name, modalities and content. Empty where there is nothing.
    /// </summary>
    public IReadOnlyList<string> DifferencesFrom(RunConfig earlier)
    {
        Dictionary<string, string> was = earlier.Settings(), now = Settings();
        return
        [
            .. was.Keys.Union(now.Keys)
                .Select(key => (Key: key, Was: was.GetValueOrDefault(key, "none"), Is: now.GetValueOrDefault(key, "none")))
                .Where(setting => setting.Was != setting.Is)
                .Select(setting => $"{setting.Key} was {setting.Was}, is {setting.Is}"),
        ];
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>();
        foreach ((string key, JsonNode? value) in ToNode())
        {
            if (key is "options" or "training")
            {
                foreach ((string option, JsonNode? set) in value!.AsObject()) settings[option] = Shown(set);
            }
            else if (key == "dataFingerprint")
            {
                settings["the data's content (SHA-256)"] = DataFingerprint[..Math.Min(ShownDigits, DataFingerprint.Length)];
            }
            else if (key == "from")
            {
                settings["from (SHA-256)"] = From![..Math.Min(ShownDigits, From!.Length)];
            }
            else
            {
                settings[key] = key == "modalities" ? string.Join(',', Modalities) : Shown(value);
            }
        }

        return settings;
    }

    private static string Shown(JsonNode? value) => value switch
    {
        null => "none",
        JsonObject weights => string.Join(',', weights.Select(weight => $"{weight.Key}:{weight.Value}")),
        _ => value.ToString(),
    };
}
