//! Keys of links: made from a secret and from what they open, so that a link in a later letter is the same link.
//!
//! A key opens the status page of one case, for who has the letter. It is no account, and nothing is decided by it: who
//! approves signs in first.

use crate::{Arrival, Context, Failure};
use hmac::{Hmac, KeyInit, Mac};
use iis_store::setting;
use sha2::Sha256;
use std::fmt::Write;

/// The setting that holds the secret.
const NAME: &str = "case-link-secret";

/// Makes and knows keys.
#[derive(Clone)]
pub struct Keys(Box<str>);

/// A key as it stands in an address: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(Box<str>);

impl Key {
    /// As it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Keys {
    /// With the registry's secret; the first time it is drawn.
    pub async fn of(cx: &Context, arrival: Arrival) -> Result<Self, Failure> {
        if let Some(secret) = cx.store.read(|tx| setting::get(tx, NAME)).await? {
            return Ok(Self(secret));
        }
        let drawn = arrival.random.iter().fold(String::new(), |mut text, word| {
            write!(text, "{word:016x}").expect("a string takes text");
            text
        });
        let kept = cx.store.write_for_readers(move |tx| {
            if let Some(secret) = setting::get(tx, NAME)? {
                return Ok(secret);
            }
            setting::put(tx, NAME, &drawn)?;
            Ok(drawn.as_str().into())
        });
        Ok(Self(kept.await?))
    }

    /// The key of a thing, named by words that together are the thing's alone.
    pub fn key(&self, words: &[&str]) -> Key {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("a key of any length");
        for word in words {
            mac.update(&(word.len() as u64).to_be_bytes());
            mac.update(word.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let text = digest.iter().take(16).fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes text");
            text
        });
        Key(text.into())
    }

    /// Whether it is the key of the thing. Takes as long for a wrong one.
    pub fn opens(&self, words: &[&str], key: &str) -> bool {
        let expected = self.key(words);
        let same = expected.0.bytes().zip(key.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b));
        same == 0 && expected.0.len() == key.len()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn a_key_opens_one_thing() {
        let keys = Keys("a secret".into());
        let key = keys.key(&["request", "12"]);
        assert!(keys.opens(&["request", "12"], key.as_str()));
        for other in [["request", "1"], ["reques", "t12"], ["ticket", "12"]] {
            assert!(!keys.opens(&other, key.as_str()), "{other:?}");
        }
        assert!(!keys.opens(&["request", "12"], "") && !keys.opens(&["request", "12"], &key.as_str()[1..]));
        assert_ne!(Keys("another".into()).key(&["request", "12"]), key);
    }
}
