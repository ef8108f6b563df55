using System.Text.Json;
using Tessera.Data;

namespace Tessera.Encoders.Endpoints;

/// <summary>A secret that opens a server. It has no readable form: <see cref="ToString"/> and every message hide it.</summary>
public sealed class ApiKey
{
    private const string Hidden = "[hidden]";
    private readonly string[] _forms;

    /// <summary>Takes the key.</summary>
    /// <param name="value">The key as the server expects it after <c>Bearer</c>: visible ASCII characters.</param>
    /// <exception cref="InvalidInputException">The key is empty or no header can carry it.</exception>
    public ApiKey(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new InvalidInputException("The API key is empty or has blanks or characters beyond ASCII; expected the key alone, as the server's owner gave it.");
        Value = value;
        _forms = [.. new[] { value, JsonEncodedText.Encode(value).Value, Uri.EscapeDataString(value) }.Distinct()];
    }

    internal string Value { get; }

    /// <summary>Takes the key from an environment variable.</summary>
    /// <exception cref="InvalidInputException">The variable is unset or holds no key.</exception>
    public static ApiKey FromEnvironment(string variable)
    {
        ArgumentException.ThrowIfNullOrEmpty(variable);
        string? value = Environment.GetEnvironmentVariable(variable)?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            throw new InvalidInputException(
                "The environment variable for the API key is not set, and what was given as its name is not shown, as it may be the key itself; "
                + "expected the name of a variable that holds the key, so export it or name another one.");
        }

        return new ApiKey(value);
    }

    /// <summary>The text with every occurrence of the key hidden, as it is or escaped for JSON or an address.</summary>
    internal string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string form in _forms) text = text.Replace(form, Hidden, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    /// <summary>Never the key.</summary>
    public override string ToString() => Hidden;
}
