//! A sign-in that is under way: what the browser that began it keeps in a cookie until it comes back.
//!
//! Nobody else can end it: `state` must come back with the code, `nonce` stands in the issuer's token, and the code is worth
//! nothing without `verifier` (OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636, section 4).

use crate::audit_key::hex;
use crate::clock::random_bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody wants to sign in.
    SignIn,
    /// Somebody who is signed in wants to connect their account: in this session and no other.
    Connect(SessionMark),
}

/// By what a flight knows the session that began it; the session cannot be learned from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionMark(String);

impl SessionMark {
    /// Of the session whose token has this hash.
    pub fn of(token_sha256: &[u8; 32]) -> Self {
        Self(hex(&Sha256::digest(token_sha256)))
    }
}

/// A sign-in under way.
#[derive(Clone, PartialEq, Eq)]
pub struct Flight {
    state: String,
    nonce: String,
    verifier: String,
    purpose: Purpose,
    next: String,
}

impl Flight {
    /// A new one; `next` is where one wanted to go.
    pub fn new(purpose: Purpose, next: &str) -> Self {
        let (state, nonce, verifier) = (random_bytes::<16>(), random_bytes::<16>(), random_bytes::<32>());
        let (state, nonce, verifier) = (hex(&state), hex(&nonce), hex(&verifier));
        Self { state, nonce, verifier, purpose, next: next.to_owned() }
    }

    /// As it stands in the cookie: letters, digits, dots, `-` and `_`.
    pub fn text(&self) -> String {
        let purpose = match &self.purpose {
            Purpose::SignIn => "in",
            Purpose::Connect(SessionMark(mark)) => mark,
        };
        let next = URL_SAFE_NO_PAD.encode(&self.next);
        [&*self.state, &self.nonce, &self.verifier, purpose, &next].join(".")
    }

    /// Of a cookie.
    pub fn read(text: &str) -> Option<Self> {
        let [state, nonce, verifier, purpose, next] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
        let is_hex = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !(is_hex(state, 32) && is_hex(nonce, 32) && is_hex(verifier, 64)) {
            return None;
        }
        let purpose = match purpose {
            "in" => Purpose::SignIn,
            mark if is_hex(mark, 64) => Purpose::Connect(SessionMark(mark.to_owned())),
            _ => return None,
        };
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(next).ok()?).ok()?;
        let (state, nonce, verifier) = (state.to_owned(), nonce.to_owned(), verifier.to_owned());
        Some(Self { state, nonce, verifier, purpose, next })
    }

    /// Whether what came back belongs to it.
    pub fn is_of(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }

    /// What it is for.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Where one wanted to go: to be looked at like every address that a browser says.
    pub fn next(&self) -> &str {
        &self.next
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(super) fn verifier(&self) -> &str {
        &self.verifier
    }
}

#[cfg(test)]
mod tests {
    use super::{Flight, Purpose, SessionMark};

    #[test]
    fn a_flight_is_read_as_it_was_written_and_nothing_else_is_one() {
        let flight = Flight::new(Purpose::Connect(SessionMark::of(&[7; 32])), "/patients/1?a=ü.b");
        let text = flight.text();
        let read = Flight::read(&text).expect("one");
        assert!(read == flight && read.is_of(flight.state()) && !read.is_of(flight.nonce()));
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)), "{text}");
        for wrong in
            ["", "....", &text[1..], &text.replace(&SessionMark::of(&[7; 32]).0, "out"), &format!("{text}.x")]
        {
            assert!(Flight::read(wrong).is_none(), "{wrong}");
        }
    }
}
