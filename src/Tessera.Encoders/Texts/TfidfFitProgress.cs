namespace Tessera.Encoders.Texts;

/// <summary>How far fitting an encoder is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Share">Share of the stage that is done, in (0, 1].</param>
public readonly record struct TfidfFitProgress(TfidfFitStage Stage, double Share);
