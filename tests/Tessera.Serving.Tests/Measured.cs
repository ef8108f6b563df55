using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Serving.Tests;

/// <summary>What a service measures of itself from now on.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _values = new();

    public Measured(Service service)
    {
        var meters = service.Host.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Tessera" && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of an instrument's measurements.</summary>
    /// <param name="tags">What their tags must be, such as <c>kind=similar</c>; null for any.</param>
    public double Sum(string instrument, string? tags = null) => _values.Where(one => one.Instrument == instrument && (tags is null || one.Tags == tags)).Sum(one => one.Value);

    /// <summary>How many measurements an instrument gave.</summary>
    public int Count(string instrument) => _values.Count(one => one.Instrument == instrument);

    /// <summary>Asks the instruments that are only read.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
