using System.Runtime.CompilerServices;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Tests.EventLogs;

public sealed class EventTests
{
    [Fact]
    public void An_event_takes_twenty_bytes() => Assert.Equal(20, Unsafe.SizeOf<Event>());
}
