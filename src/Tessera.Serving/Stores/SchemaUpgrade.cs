using System.Reflection;
using DbUp.Builder;
using DbUp.Engine;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>Brings a database's tables to what this version of the program has, by the scripts in an assembly, each of which runs once and in order.</summary>
internal static class SchemaUpgrade
{
    /// <summary>The table that says which scripts have run.</summary>
    public const string Journal = "schema_versions";

    /// <summary>Runs the scripts that have not run yet, in one transaction.</summary>
    /// <param name="database">The database.</param>
    /// <param name="scripts">Has the scripts.</param>
    /// <param name="store">What the store is called in messages, such as <c>The store 'shop.db'</c>.</param>
    /// <exception cref="InvalidInputException">A newer version of the program has run scripts that this one does not know.</exception>
    public static void Run(UpgradeEngineBuilder database, Assembly scripts, string store)
    {
        UpgradeEngine engine = database
            .WithScriptsEmbeddedInAssembly(scripts, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithTransaction().WithVariablesDisabled().LogToNowhere().Build();
        if (engine.GetExecutedButNotDiscoveredScripts() is [.., var unknown])
        {
            throw new InvalidInputException(
                $"{store} was made by a newer version of the program, which changed it by '{unknown}'; expected one that this version knows, "
                + "so use the newer program or name another store.");
        }

        DatabaseUpgradeResult result = engine.PerformUpgrade();
        if (!result.Successful) throw result.Error;
    }
}
