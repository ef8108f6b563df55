using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Tests.Endpoints;

public sealed class AnswerFuzzTests : IDisposable
{
    private const string Answer =
        """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,1.5]},{"object":"embedding","index":1,"embedding":"AAAAPwAAwD8="}],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}""";

    private readonly FakeServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Whatever_the_server_says_is_two_sound_vectors_or_one_sentence()
    {
        using var encoder = new EndpointEncoder(_server.Options() with { Attempts = 1 });
        Gen<(int At, int Take, string Put)> edit = from at in Gen.Choose(0, Answer.Length - 1)
                                                   from take in Gen.Choose(0, 12)
                                                   from put in Gen.Elements("", "0", "-1", "1e999", "null", "\"", "[", "]", "{", "}", ",", ":", "x", "[[1]]", "\\u0000", "true", "é")
                                                   select (at, take, put);
        Prop.ForAll(Arb.From(Gen.ListOf(edit)), edits =>
        {
            var body = new StringBuilder(Answer);
            foreach ((int at, int take, string put) in edits)
            {
                int place = Math.Min(at, body.Length);
                body.Remove(place, Math.Min(take, body.Length - place)).Insert(place, put);
            }

            _server.Next(new FakeAnswer(200, body.ToString()));
            try
            {
                float[][] vectors = encoder.EncodeAsync(["a", "b"]).GetAwaiter().GetResult();
                return vectors.Length == 2 && vectors.All(vector => vector.Length > 0 && vector.Length == vectors[0].Length && vector.All(float.IsFinite));
            }
            catch (EndpointException e)
            {
                return e.Message.StartsWith("The server at ", StringComparison.Ordinal) && !e.Message.Contains('\n', StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260101, 77));
    }
}
