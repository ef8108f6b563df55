namespace Tessera.Serving;

/// <summary>What became of recommendations, by who made them.</summary>
/// <param name="Arms">One for each arm and model that handed out lists, champions first.</param>
/// <param name="Better">The arm that is served now whose lists are clicked more often, the two intervals being apart; null where they cannot tell.</param>
/// <param name="Verdict">The same as a sentence, which says "not enough data" where they cannot tell.</param>
public sealed record ArmComparison(IReadOnlyList<ArmFigures> Arms, string? Better, string Verdict);

/// <summary>What became of the lists of one model as one arm.</summary>
/// <param name="Arm"><see cref="RecommendationResponse.Champion"/> or <see cref="RecommendationResponse.Challenger"/>.</param>
/// <param name="Model">Name of the model generation.</param>
/// <param name="Lists">How many lists were handed out.</param>
/// <param name="Clicks">Lists of which something was clicked.</param>
/// <param name="Purchases">Lists of which something was bought.</param>
/// <param name="ClickRate">Clicks by lists, with its interval.</param>
/// <param name="PurchaseRate">Purchases by lists, with its interval.</param>
public sealed record ArmFigures(string Arm, string Model, long Lists, long Clicks, long Purchases, Rate ClickRate, Rate PurchaseRate);

/// <summary>A proportion, 0 to 1.</summary>
/// <param name="Value">What was seen.</param>
/// <param name="Low">Lower end of the interval (Wilson, 1927) that holds the truth in 95 of 100 cases.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Rate(double Value, double Low, double High);
