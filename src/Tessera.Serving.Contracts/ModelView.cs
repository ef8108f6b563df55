using System.Text.Json.Nodes;

namespace Tessera.Serving;

/// <summary>A generation of the model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">What it is used for: <c>candidate</c>, <c>champion</c>, <c>challenger</c> or <c>retired</c>.</param>
/// <param name="Traffic">Share of the users whom it serves as challenger; else 0.</param>
/// <param name="Created">When it was added.</param>
/// <param name="TrainedTo">Position in the log up to which it was trained.</param>
/// <param name="Metrics">Figures of its evaluation.</param>
/// <param name="Served">Whether the process that answers serves it, which may be another than the champion while that cannot be opened.</param>
public sealed record ModelView(string Id, string State, double Traffic, DateTimeOffset Created, long TrainedTo, JsonObject Metrics, bool Served);

/// <summary>All generations.</summary>
/// <param name="Models">The generations, latest first.</param>
/// <param name="Online">What users did with the lists of champion and challenger.</param>
public sealed record ModelList(IReadOnlyList<ModelView> Models, ArmComparison Online);
