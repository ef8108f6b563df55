using System.Runtime.CompilerServices;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Scoring;

namespace Tessera.Studies.Cells;

/// <summary>EASE's scores, which all cells with the same training interactions share: computed once, whoever asks first. For several threads at once.</summary>
internal sealed class EaseScores
{
    private readonly ConditionalWeakTable<Interactions, BehaviorResidual> _computed = [];
    private readonly Lock _computing = new();

    public BehaviorResidual Of(Interactions train, Device device, CancellationToken cancellationToken)
    {
        lock (_computing)
        {
            if (!_computed.TryGetValue(train, out BehaviorResidual? scores))
                _computed.Add(train, scores = BehaviorResidual.Of(BehaviorResidual.WeightsOf(Behavior.Ease, train, device, cancellationToken), train));
            return scores;
        }
    }
}
