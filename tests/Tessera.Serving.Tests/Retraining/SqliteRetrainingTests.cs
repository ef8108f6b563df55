using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Serving.Tests.Retraining;

public sealed class SqliteRetrainingTests : RetrainingContract
{
    private protected override void Use(ITesseraBuilder builder) => builder.UseSqlite(Shop.Database);
}
