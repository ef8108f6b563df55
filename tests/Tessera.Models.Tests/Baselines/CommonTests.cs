using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Optimizers;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.Baselines;

/// <summary>What the models have in common at their defaults, with everything random on that these turn on.</summary>
public sealed class CommonTests
{
    private static readonly ModelCatalog Catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public static TheoryData<string> Names => [.. Catalog.Models.Where(model => !model.IsItemBased).Select(model => model.Name)];

    public static TheoryData<string, int> NamesAndModalities
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (ModelDescription model in Catalog.Models.Where(model => !model.IsItemBased))
                foreach (int modalities in new[] { 1, 3 }) data.Add(model.Name, modalities);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_number_of_threads_does_not_change_a_bit(string name) => Assert.Equal(Trained(name, 1), Trained(name, 3));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_epoch_does_not_depend_on_those_before_it_but_through_parameters_and_buffers(string name)
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        using Recommender trained = Create(name, ToyProblem.Inputs(device, 40, 30));
        using Recommender resumed = Create(name, ToyProblem.Inputs(device, 40, 30));
        using var adam = new Adam(device, trained.Parameters, new AdamOptions { LearningRate = 1e-2f });
        trained.BeginEpoch(1);
        for (ulong step = 0; step < 3; step++) Step(trained, adam, tape, ToyProblem.Triples(step));
        for (int p = 0; p < trained.Parameters.Count; p++) resumed.Parameters[p].Value.CopyFrom(trained.Parameters[p].Value);
        for (int b = 0; b < trained.Buffers.Count; b++) resumed.Buffers[b].Value.CopyFrom(trained.Buffers[b].Value);

        trained.BeginEpoch(2);
        resumed.BeginEpoch(2);

        Batch batch = ToyProblem.Triples(9);
        for (int n = 0; n < 2; n++) Assert.Equal(Loss(trained, tape, batch), Loss(resumed, tape, batch));
    }

    [Theory]
    [MemberData(nameof(NamesAndModalities))]
    public void Any_number_of_modalities_gives_every_parameter_a_finite_gradient(string name, int modalities)
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        using Recommender model = Create(name, ToyProblem.Inputs(device, [.. new[] { 40, 30, 7 }.Take(modalities)]));
        model.BeginEpoch(1);
        tape.Backward(model.Loss(ToyProblem.Triples(1), tape));
        foreach (Parameter parameter in model.Parameters)
        {
            Assert.NotNull(parameter.Gradient);
            Assert.All(parameter.Gradient.Span.ToArray(), value => Assert.True(float.IsFinite(value)));
            if (HasNoInfluence(name, modalities, parameter.Name)) continue;
            Assert.Contains(parameter.Gradient.Span.ToArray(), value => value != 0f);
        }
    }

    [Theory]
    [InlineData("lirdrec")]
    [InlineData("vbpr")]
    [InlineData("freedom")]
    [InlineData("bm3")]
    [InlineData("slmrec")]
    [InlineData("grcn")]
    [InlineData("lattice")]
    [InlineData("micro")]
    [InlineData("lgmrec")]
    public void A_model_of_features_refuses_data_without_them(string name)
    {
        using var device = new Device(1);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Create(name, ToyProblem.Inputs(device)));
        Assert.Contains("features", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_step_allocates_nothing(string name)
    {
        using var device = new Device(1);
        using var tape = new Tape(device);
        using Recommender model = Create(name, ToyProblem.Inputs(device, 40, 30));
        using var adam = new Adam(device, model.Parameters, new AdamOptions());
        Batch batch = ToyProblem.Triples(1);
        model.BeginEpoch(1);
        for (int n = 0; n < 40; n++) Step(model, adam, tape, batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 3; n++) Step(model, adam, tape, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_lowers_the_loss(string name)
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        using Recommender model = Create(name, ToyProblem.Inputs(device, 40, 30));
        using var adam = new Adam(device, model.Parameters, new AdamOptions { LearningRate = 1e-2f });
        Batch batch = ToyProblem.Triples(1);
        model.BeginEpoch(1);
        float first = Step(model, adam, tape, batch), last = first;
        for (int n = 0; n < 20; n++) last = Step(model, adam, tape, batch);
        Assert.True(last < 0.9f * first, $"The loss went from {first} to {last}.");
    }

    // In FREEDOM's objective the transforms' biases cancel; of a single modality no share can be given.
    private static bool HasNoInfluence(string name, int modalities, string parameter) => name switch
    {
        "freedom" => parameter.EndsWith(".bias", StringComparison.Ordinal),
        "lattice" => modalities == 1 && parameter == "modality_weights",
        "micro" => modalities == 1 && parameter.StartsWith("attention", StringComparison.Ordinal),
        _ => false,
    };

    internal static Recommender Create(string name, RecommenderInputs inputs)
    {
        ModelDescription model = Catalog.Find(name);
        return model.Create(inputs, Activator.CreateInstance(model.OptionsType)!);
    }

    internal static float Loss(Recommender model, Tape tape, Batch batch)
    {
        float loss = model.Loss(batch, tape).Scalar;
        tape.Reset();
        return loss;
    }

    private static float Step(Recommender model, Adam adam, Tape tape, Batch batch)
    {
        Variable loss = model.Loss(batch, tape);
        float value = loss.Scalar;
        tape.Backward(loss);
        adam.Step();
        tape.Reset();
        return value;
    }

    private static float[] Trained(string name, int threads)
    {
        using var device = new Device(threads);
        using var tape = new Tape(device);
        using Recommender model = Create(name, ToyProblem.Inputs(device, 40, 30));
        using var adam = new Adam(device, model.Parameters, new AdamOptions { LearningRate = 1e-2f });
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            model.BeginEpoch(epoch);
            for (ulong step = 0; step < 2; step++) Step(model, adam, tape, ToyProblem.Triples(step));
        }

        using Embeddings embeddings = model.ComputeEmbeddings(tape);
        return [.. embeddings.Users.Span, .. embeddings.Items.Span, .. model.Parameters.SelectMany(p => p.Value.Span.ToArray())];
    }
}
