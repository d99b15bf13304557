//! An issuer of OpenID Connect for the tests: it believes whoever the test says came.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub(super) const CLIENT: &str = "registry";

/// A running issuer.
#[derive(Clone)]
pub(super) struct Issuer {
    pub(super) url: String,
    /// What is granted for a code: the challenge, and the claims of the token.
    granted: Arc<Mutex<BTreeMap<String, (String, Value)>>>,
    keys: Arc<Mutex<Keys>>,
    /// What it says to be in place of what it is.
    pretends: Arc<Mutex<Option<String>>>,
}

/// What it signs with and what it says it signs with.
struct Keys {
    signs: CoreEdDsaPrivateSigningKey,
    shown: Value,
}

fn key(name: &str) -> CoreEdDsaPrivateSigningKey {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    let name = JsonWebKeyId::new(name.to_owned());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pair.serialize_pem(), Some(name)).expect("a key")
}

fn shown(key: &CoreEdDsaPrivateSigningKey) -> Value {
    let set = CoreJsonWebKeySet::new(vec![key.as_verification_key()]);
    serde_json::to_value(set).expect("keys are JSON")
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let signs = key("first");
        let keys = Keys { shown: shown(&signs), signs };
        let issuer =
            Self { url, granted: Arc::default(), keys: Arc::new(Mutex::new(keys)), pretends: Arc::default() };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(|State(issuer): State<Self>| async move { Json(issuer.shown_keys()) }))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.expect("served") });
        issuer
    }

    /// One that does not answer.
    pub(super) fn away() -> Self {
        let signs = key("first");
        let keys = Keys { shown: shown(&signs), signs };
        let url = "http://127.0.0.1:1".to_owned();
        Self { url, granted: Arc::default(), keys: Arc::new(Mutex::new(keys)), pretends: Arc::default() }
    }

    /// Says from now on to be another issuer.
    pub(super) fn pretends_to_be(&self, other: &str) {
        *self.pretends.lock().expect("no panic") = Some(other.to_owned());
    }

    /// Signs with a new key from now on, and shows it or not.
    pub(super) fn turn_key(&self, is_shown: bool) {
        let mut keys = self.keys.lock().expect("no panic");
        keys.signs = key("second");
        if is_shown {
            keys.shown = shown(&keys.signs);
        }
    }

    fn shown_keys(&self) -> Value {
        self.keys.lock().expect("no panic").shown.clone()
    }

    /// Somebody came with the address to which the registry sent them; the address to which they are sent back.
    pub(super) fn sends_back(&self, address: &str, sub: &str, more: &Value) -> String {
        let query = address.strip_prefix(&format!("{}/authorize?", self.url)).expect("the issuer's own");
        let asked: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!((asked["response_type"], asked["code_challenge_method"]), ("code", "S256"));
        assert_eq!(asked["client_id"], CLIENT);
        let now = crate::clock::now().as_second();
        let mut claims = json!({
            "iss": self.url, "aud": [CLIENT], "sub": sub, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "preferred_username": format!("{sub}@state.example"),
        });
        for (name, value) in more.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        let mut granted = self.granted.lock().expect("no panic");
        let code = format!("code-{}", granted.len());
        granted.insert(code.clone(), (asked["code_challenge"].to_owned(), claims));
        format!("/sign-in/single-sign-on/return?code={code}&state={}", asked["state"])
    }
}

async fn metadata(State(issuer): State<Issuer>) -> Json<Value> {
    let url = &issuer.url;
    let says = issuer.pretends.lock().expect("no panic").clone().unwrap_or_else(|| url.clone());
    Json(json!({
        "issuer": says, "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"), "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "RS256"],
    }))
}

/// A code counts once, with the verifier of its challenge.
async fn token(
    State(issuer): State<Issuer>,
    Form(asked): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let granted = issuer.granted.lock().expect("no panic").remove(&asked["code"]);
    let verified = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    let Some((_, claims)) = granted.filter(|(challenge, _)| *challenge == verified) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    };
    let claims: CoreIdTokenClaims = serde_json::from_value(claims).expect("claims");
    let keys = issuer.keys.lock().expect("no panic");
    let token = CoreIdToken::new(claims, &keys.signs, CoreJwsSigningAlgorithm::EdDsa, None, None);
    let answer = json!({ "access_token": "a", "token_type": "Bearer", "id_token": token.expect("signed") });
    (StatusCode::OK, Json(answer))
}
