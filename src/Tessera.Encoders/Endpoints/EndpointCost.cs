using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Encoders.Endpoints;

/// <summary>What a server was asked in one run, and what that took. Used from several threads.</summary>
internal sealed class EndpointCost(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private int _running;
    private long _since;
    private bool _promptSaid = true, _completionSaid = true;
    private long _prompt, _completion;

    /// <summary>Contents that were answered, whatever came of them.</summary>
    public int Contents { get; private set; }

    /// <summary>Tokens read, images included; null where an answer did not say.</summary>
    public long? PromptTokens => _promptSaid && Contents > 0 ? _prompt : null;

    /// <summary>Tokens written; null where an answer did not say, as those with vectors never do.</summary>
    public long? CompletionTokens => _completionSaid && Contents > 0 ? _completion : null;

    /// <summary>How long at least one request was under way, waits between attempts included.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Writes it down beside what it was taken for; where nothing was asked, what an earlier run took stays.</summary>
    /// <param name="name">Name of the modality, or of the file of descriptions.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string directory, string name)
    {
        if (Contents == 0) return;
        new EncodingCost(Contents, Time.TotalSeconds) { PromptTokens = PromptTokens, CompletionTokens = CompletionTokens }.Write(directory, name);
    }

    /// <summary>Times a request.</summary>
    public async Task<T> TimeAsync<T>(Func<Task<T>> ask)
    {
        lock (_lock)
        {
            if (_running++ == 0) _since = clock.GetTimestamp();
        }

        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                if (--_running == 0) Time += clock.GetElapsedTime(_since);
            }
        }
    }

    /// <summary>Adds an answer; 0 tokens mean that the server does not count them.</summary>
    public void Add(int contents, int promptTokens, int completionTokens)
    {
        lock (_lock)
        {
            Contents += contents;
            _prompt += promptTokens;
            _completion += completionTokens;
            _promptSaid &= promptTokens > 0;
            _completionSaid &= completionTokens > 0;
        }
    }
}
