//! The state's own sign-in: OpenID Connect, authorization code with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636).
//!
//! What is kept of a sign-in under way lies in a cookie of the browser that began it ([`Flight`]), so that any server of the
//! registry can end it. The issuer's keys are read when they are first needed, and again after a while.

mod fetch;
mod flight;

pub use flight::{Flight, Purpose, SessionMark};

use crate::client::ClientError;
use crate::config::Config;
use fetch::{Fetch, FetchError};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Where the issuer sends people back to.
pub const RETURN: &str = "/sign-in/single-sign-on/return";

/// So long an issuer that did not answer is not asked again, and its keys are not read once more for a token that none of
/// them signed.
const LEFT_ALONE: Duration = Duration::from_secs(15);

/// So long what the issuer says of itself is believed without asking again.
const KNOWN_FOR: Duration = Duration::from_mins(15);

/// The issuer, as the operator set it.
pub struct SingleSignOn {
    /// What people call it.
    pub name: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    /// Values of `amr` and `acr` that tell that a second factor was shown.
    second_factors: Vec<String>,
    fetch: Fetch,
    known: Mutex<Option<Known>>,
}

/// What the issuer said of itself.
struct Known {
    said: Result<CoreProviderMetadata, String>,
    read_at: Instant,
    /// When it was last read for a token that none of its keys signed.
    read_for_token_at: Option<Instant>,
}

/// Who somebody is, as the issuer says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The issuer's address.
    pub issuer: String,
    /// Its name for them, the same for good.
    pub subject: String,
    /// What it calls them on screens.
    pub shown_as: String,
    /// Whether it saw a second factor.
    pub with_second_factor: bool,
}

/// Why the server does not start with what the operator set.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// An address.
    #[error("single_sign_on: {0}")]
    Address(String),
    /// The file with the secret.
    #[error("single_sign_on.client_secret_file: {0}")]
    Secret(std::io::Error),
    /// The file with the authority.
    #[error("single_sign_on.authority_file: {0}")]
    Authority(ClientError),
}

/// Why the issuer's word does not count. The texts are for the log: they hold nothing that was sent by a browser.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// It cannot be reached, or is not one.
    #[error("the issuer cannot be asked: {0}")]
    Unreachable(String),
    /// It does not know the code, or us.
    #[error("the issuer refused the code: {0}")]
    Refused(String),
    /// None of its keys signed what it said.
    #[error("no key of the issuer signed the token: {0}")]
    Unsigned(String),
    /// What it said does not hold.
    #[error("the issuer's token does not hold: {0}")]
    Untrue(String),
}

impl SingleSignOn {
    /// As the operator set it; nothing: there is none.
    pub fn of(config: &Config) -> Result<Option<Self>, SettingError> {
        let set = &config.single_sign_on;
        if set.issuer.is_empty() {
            return Ok(None);
        }
        let address = |error: openidconnect::url::ParseError| SettingError::Address(error.to_string());
        let secret = match set.client_secret_file.as_str() {
            "" => None,
            path => Some(std::fs::read_to_string(path).map_err(SettingError::Secret)?),
        };
        let authority = Some(set.authority_file.as_str()).filter(|path| !path.is_empty());
        Ok(Some(Self {
            name: set.name.clone(),
            issuer: IssuerUrl::new(set.issuer.clone()).map_err(address)?,
            client_id: ClientId::new(set.client_id.clone()),
            secret: secret.map(|text| ClientSecret::new(text.trim().to_owned())),
            back: RedirectUrl::new(format!("{}{RETURN}", config.public_url())).map_err(address)?,
            second_factors: set.second_factors.clone(),
            fetch: Fetch::new(authority.map(std::path::Path::new)).map_err(SettingError::Authority)?,
            known: Mutex::new(None),
        }))
    }

    /// Where a browser is to go, for a sign-in that the flight remembers.
    pub async fn address(&self, flight: &Flight) -> Result<String, IssuerError> {
        let metadata = self.metadata(false).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.secret.clone())
                .set_redirect_uri(self.back.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(flight));
        let (state, nonce) = (flight.state().to_owned(), flight.nonce().to_owned());
        let request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || openidconnect::CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        let request = request.add_scope(Scope::new("profile".to_owned())).set_pkce_challenge(challenge);
        let (address, _, _) = request.url();
        Ok(address.to_string())
    }

    /// Who came back with this code from the flight.
    pub async fn claimed(&self, flight: &Flight, code: &str) -> Result<Claimed, IssuerError> {
        let metadata = self.metadata(false).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.secret.clone())
                .set_redirect_uri(self.back.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| IssuerError::Unreachable(error.to_string()))?
            .set_pkce_verifier(verifier(flight));
        let answer = request.request_async(&self.fetch).await.map_err(refused)?;
        let token =
            answer.id_token().ok_or_else(|| IssuerError::Untrue("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(flight.nonce().to_owned());
        match self.claims(token, answer.access_token(), &nonce, false).await {
            // it may sign with a new key since
            Err(IssuerError::Unsigned(_)) => self.claims(token, answer.access_token(), &nonce, true).await,
            claims => claims,
        }
    }

    /// What a token says, if it is the issuer's, for us, for this sign-in, and not over.
    async fn claims(
        &self,
        token: &CoreIdToken,
        access: &openidconnect::AccessToken,
        nonce: &Nonce,
        anew: bool,
    ) -> Result<Claimed, IssuerError> {
        let metadata = self.metadata(anew).await?;
        let client =
            CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.secret.clone());
        let verifier = client.id_token_verifier();
        let untrue = |text: String| IssuerError::Untrue(text);
        let claims = token.claims(&verifier, nonce).map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(_) => IssuerError::Unsigned(chain(&error)),
            error => untrue(chain(&error)),
        })?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|error| untrue(error.to_string()))?;
            let key = token.signing_key(&verifier).map_err(|error| untrue(error.to_string()))?;
            let found = AccessTokenHash::from_token(access, algorithm, key);
            if found.map_err(|error| untrue(error.to_string()))? != *expected {
                return Err(untrue("the access token is another one's".to_owned()));
            }
        }
        Ok(self.understood(claims))
    }

    fn understood(&self, claims: &CoreIdTokenClaims) -> Claimed {
        let methods = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
        let mut told = methods.chain(claims.auth_context_ref().map(|context| context.as_str()));
        let name = claims.preferred_username().map(|name| name.as_str().to_owned());
        let shown_as = name.unwrap_or_else(|| claims.subject().as_str().to_owned());
        Claimed {
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            shown_as: shown_as.chars().take(100).collect(),
            with_second_factor: told.any(|value| self.second_factors.iter().any(|known| known == value)),
        }
    }

    /// What the issuer says of itself, with its keys; `anew` where a token does not verify with those that are known.
    async fn metadata(&self, anew: bool) -> Result<CoreProviderMetadata, IssuerError> {
        let mut known = self.known.lock().await;
        if let Some(known) = &*known {
            let is_believed = match &known.said {
                Ok(_) if anew => known.read_for_token_at.is_some_and(|at| at.elapsed() < LEFT_ALONE),
                Ok(_) => known.read_at.elapsed() < KNOWN_FOR,
                Err(_) => known.read_at.elapsed() < LEFT_ALONE,
            };
            if is_believed {
                return known.said.clone().map_err(IssuerError::Unreachable);
            }
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.fetch).await;
        let (said, read_at) = (found.map_err(|error| chain(&error)), Instant::now());
        *known = Some(Known { said: said.clone(), read_at, read_for_token_at: anew.then_some(read_at) });
        said.map_err(IssuerError::Unreachable)
    }
}

impl std::fmt::Debug for SingleSignOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SingleSignOn").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

fn verifier(flight: &Flight) -> PkceCodeVerifier {
    PkceCodeVerifier::new(flight.verifier().to_owned())
}

/// An error with what brought it about, without what was sent.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

type ExchangeError = openidconnect::RequestTokenError<
    FetchError,
    openidconnect::StandardErrorResponse<openidconnect::core::CoreErrorResponseType>,
>;

fn refused(error: ExchangeError) -> IssuerError {
    match error {
        openidconnect::RequestTokenError::ServerResponse(said) => {
            IssuerError::Refused(said.error().to_string())
        }
        error => IssuerError::Unreachable(chain(&error)),
    }
}
