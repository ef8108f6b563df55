using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tessera.Server;
using Tessera.Server.Access;
using Tessera.Server.Transfers;
using Tessera.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what the endpoints of the service need to a host of ASP.NET Core.</summary>
public static class TesseraServerExtensions
{
    /// <summary>Adds what the endpoints need: keys as a scheme of authentication beside the host's own, policies for their scopes, limits, and problem details.</summary>
    /// <remarks>Has the process refuse compressed data that ends early (<c>System.IO.Compression.UseStrictValidation</c>).</remarks>
    /// <param name="builder">The service without a name; one with a name has no endpoints.</param>
    /// <param name="configure">Changes settings of the configuration's section <see cref="TesseraServerOptions.Section"/>; null to take them as they are.</param>
    public static ITesseraBuilder AddServer(this ITesseraBuilder builder, Action<TesseraServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Name is { } name) throw new NotSupportedException($"The endpoints are those of the service without a name, and '{name}' has one; expected AddTessera() without a name.");
        IServiceCollection services = builder.Services;
        OptionsBuilder<TesseraServerOptions> options = services.AddOptions<TesseraServerOptions>().BindConfiguration(TesseraServerOptions.Section);
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TesseraServerOptions>, ServerOptionsRules>());
        services.TryAddSingleton<Keyring>();
        services.TryAddSingleton<ServerLimits>();
        services.TryAddSingleton<Importer>();
        services.TryAddSingleton<Exporter>();
        services.AddProblemDetails();
        services.AddRequestDecompression();
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true); // or a compressed body that ends early passes for a whole one
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.AddAuthenticationCore(); // without data protection, which nothing here needs, and which would write keys of its own to the disk
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, displayName: null, configureOptions: null);
        AuthorizationBuilder authorization = services.AddAuthorizationBuilder();
        foreach (string scope in Scopes.All)
        {
            authorization.AddPolicy(
                Scopes.Policy(scope), policy => policy.AddAuthenticationSchemes(KeyAuthentication.SchemeName).RequireClaim(KeyAuthentication.ScopeClaim, scope));
        }

        return builder;
    }
}
