using System.Runtime.CompilerServices;
using Tessera.Features.Catalogues;

namespace Tessera.Features.Tests.Catalogues;

public sealed class EventTests
{
    [Fact]
    public void An_event_takes_twenty_bytes() => Assert.Equal(20, Unsafe.SizeOf<Event>());
}
