using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Data;
using Tessera.Server.Http;
using Tessera.Serving.Stores;

namespace Tessera.Server.Access;

/// <summary>Who asks, by the key in <c>Authorization: Bearer</c>. There are no cookies, so that no other site can ask in somebody's name.</summary>
internal sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Keyring keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme, and of the claims that say which scopes a key has.</summary>
    public const string SchemeName = "tessera", ScopeClaim = "tessera-scope";

    private const string Bearer = "Bearer ";
    private const int LongestSecret = 200;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        string secret = header[Bearer.Length..].Trim();
        AccessKey? key;
        try
        {
            key = secret.Length is > 0 and <= LongestSecret ? await keys.FindAsync(secret, Context.RequestAborted) : null;
        }
        catch (StorageException cause)
        {
            return AuthenticateResult.Fail(cause);
        }

        if (key is null) return AuthenticateResult.Fail("There is no such key.");
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, key.Id), .. Scopes.Of(key.Scopes).Select(scope => new Claim(ScopeClaim, scope))], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if ((await HandleAuthenticateOnceSafeAsync()).Failure is StorageException cause)
        {
            await Problems.AnswerAsync(Context, cause, Logger);
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        string found = Request.Headers.Authorization.Count == 0 ? "There is no key" : "The key opens nothing";
        await Problems.Of(
            StatusCodes.Status401Unauthorized, $"{found}; expected the header 'Authorization: Bearer KEY' with a key that this server or its administrator made.").ExecuteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string? wanted = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        return Problems.Of(StatusCodes.Status403Forbidden, $"The key lacks the scope '{wanted}'; expected a key that has it, which an administrator can make.").ExecuteAsync(Context);
    }
}
