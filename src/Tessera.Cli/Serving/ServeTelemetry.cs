using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tessera.Serving.Telemetry;

namespace Tessera.Cli.Serving;

/// <summary>Metrics for Prometheus, and traces and metrics by OTLP where its usual variable of the environment says whereto.</summary>
internal static class ServeTelemetry
{
    private const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("tessera"))
            .WithMetrics(metrics => metrics.AddMeter(ServiceMetrics.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel").AddPrometheusExporter());
        if (Environment.GetEnvironmentVariable(OtlpVariable) is { Length: > 0 })
            telemetry.WithTracing(traces => traces.AddSource(ServiceMetrics.Name).AddAspNetCoreInstrumentation()).UseOtlpExporter();
        return services;
    }
}
