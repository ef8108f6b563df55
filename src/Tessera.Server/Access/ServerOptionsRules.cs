using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tessera.Serving.Hosting;

namespace Tessera.Server.Access;

/// <summary>What must be so of the settings.</summary>
internal sealed class ServerOptionsRules(IConfiguration configuration) : IValidateOptions<TesseraServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TesseraServerOptions options)
    {
        if (SettingNames.Fault(configuration.GetSection(TesseraServerOptions.Section), typeof(TesseraServerOptions)) is { } fault) return ValidateOptionsResult.Fail(fault);
        if (options.RequestsPerSecond is < 1 or > 1_000_000) return Of("RequestsPerSecond", options.RequestsPerSecond, "1 to 1,000,000, such as 1000");
        if (options.ConcurrentRequests is < 1 or > 100_000) return Of("ConcurrentRequests", options.ConcurrentRequests, "1 to 100,000, such as 512");
        return ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Of(string setting, int value, string expected) =>
        ValidateOptionsResult.Fail($"The setting {TesseraServerOptions.Section}:{setting} is {value}; expected {expected}.");
}
