using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tessera.Data.Storage;

namespace Tessera.Serving.Hosting;

/// <summary>What must be so of the settings; the first fault is the message.</summary>
/// <param name="services">The services of the host that have names.</param>
internal sealed partial class OptionsRules(IConfiguration configuration, IEnumerable<NamedService> services) : IValidateOptions<TesseraOptions>
{
    private const string Server = "Server";

    /// <summary>What names of namespaces and services are, as a part of a sentence.</summary>
    public const string Names = "1 to 63 lower-case letters, digits and hyphens, such as 'shop'";

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsName(string text) => Namespace().IsMatch(text);

    /// <summary>Whether a name is that of a setting, or of the server's, whose place in the configuration a service of the name would take.</summary>
    public static bool IsSetting(string name) =>
        typeof(TesseraOptions).GetProperties().Select(property => property.Name).Append(Server).Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TesseraOptions options)
    {
        IEnumerable<string> others = options.OwnSection == TesseraOptions.Section ? services.Select(service => service.Name).Prepend(Server) : [];
        string? fault = SettingNames.Fault(configuration.GetSection(options.OwnSection), typeof(TesseraOptions), others) ?? Fault(options);
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }

    private static string? Fault(TesseraOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Model)) return Of(options, "Model", "names no run", "the folder of a finished run, such as 'runs/shop'");
        if (!IsName(options.Namespace))
            return Of(options, "Namespace", $"is {SourceText.Quoted(options.Namespace)}", Names);
        foreach ((string setting, IReadOnlyList<string>? types) in new[] { ("Likes", options.Likes), ("Clicks", options.Clicks), ("Purchases", options.Purchases) })
            if (types?.Any(string.IsNullOrWhiteSpace) == true) return Of(options, setting, "has an empty type of event", "names such as 'click'");
        if (options.Data is not null && string.IsNullOrWhiteSpace(options.Data)) return Of(options, "Data", "is blank", "the folder of the data set that the run was trained on, or nothing");
        if (options.RetrainEvery is { } every && every != TimeSpan.Zero && (every < TimeSpan.FromMinutes(1) || every > TimeSpan.FromDays(366)))
            return Of(options, "RetrainEvery", $"is {every}", "1 minute to 1 year, such as '1.00:00:00' for a day");
        if (options.SnapshotEvery < TimeSpan.FromSeconds(1) || options.SnapshotEvery > TimeSpan.FromDays(1))
            return Of(options, "SnapshotEvery", $"is {options.SnapshotEvery}", "1 second to 1 day, such as '00:10:00'");
        if (options.KeepRecommendations < TimeSpan.FromHours(1) || options.KeepRecommendations > TimeSpan.FromDays(3653))
            return Of(options, "KeepRecommendations", $"is {options.KeepRecommendations}", "1 hour to 10 years, such as '90.00:00:00'");
        return null;
    }

    private static string Of(TesseraOptions options, string setting, string found, string expected) => $"The setting {options.OwnSection}:{setting} {found}; expected {expected}.";

    [GeneratedRegex(@"\A[a-z0-9-]{1,63}\z")]
    private static partial Regex Namespace();
}
