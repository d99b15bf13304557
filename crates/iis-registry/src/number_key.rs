//! The key under which social security numbers are hashed.
//!
//! The server hands it in: it lies in a file of its own, outside the database. Without it the hashes say nothing, and
//! a database that is stolen cannot be searched for a number.

use crate::{Context, Failure};
use hmac::{Hmac, KeyInit, Mac};
use iis_matching::patient::normalize::contact;
use iis_model::social_security::{HASH_BYTES, keyed, masked};
use iis_model::{AccountId, Demographics, Given};
use iis_store::{Lane, StoreError, Tx, setting};
use sha2::Sha256;

/// The setting with the name of the key that this database was used with.
const NAME_OF_KEY: &str = "number-key";

/// A key, and its name: the beginning of the hash of nothing, by which a wrong key is noticed.
#[derive(Clone)]
pub struct NumberKey {
    mac: Hmac<Sha256>,
    name: Box<str>,
}

/// Never shows the key.
impl std::fmt::Debug for NumberKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NumberKey({})", self.name)
    }
}

impl NumberKey {
    /// Of 32 random bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(bytes).expect("HMAC takes a key of any length");
        let [a, b, c, d, ..] = hash(&mac, b"");
        Self { mac, name: format!("{:08x}", u32::from_be_bytes([a, b, c, d])).into() }
    }

    /// Its name; tells nothing of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A secret of an account, sealed; what is sealed comes open the same way. Each nonce is for one secret: what it is mixed
    /// with is drawn from the key, the account and the nonce (HMAC as a pseudorandom function).
    pub(crate) fn sealed<const N: usize>(&self, of: AccountId, nonce: &[u8], secret: [u8; N]) -> [u8; N] {
        const { assert!(N <= 32, "one hash covers the secret") };
        let mac = self.mac.clone().chain_update(b"second factor");
        let pad = mac.chain_update(of.0.to_be_bytes()).chain_update(nonce).finalize().into_bytes();
        let mut sealed = secret;
        sealed.iter_mut().zip(pad).for_each(|(byte, pad)| *byte ^= pad);
        sealed
    }

    /// What somebody typed, sealed for them: mixed with what is drawn from the key, the account and the nonce, which is
    /// for this one text, with a mark of 32 bytes before it by which another text is told.
    pub(crate) fn draft_sealed(&self, of: AccountId, nonce: &[u8], text: &[u8]) -> Vec<u8> {
        let mixed = self.mixed(of, nonce, text);
        let mut sealed = self.mark(of, nonce, &mixed).to_vec();
        sealed.extend(mixed);
        sealed
    }

    /// The text again; none: it was sealed otherwise, or for somebody else.
    pub(crate) fn draft_opened(&self, of: AccountId, nonce: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (mark, mixed) = sealed.split_at_checked(32)?;
        let mac = self.marking(of, nonce).chain_update(mixed);
        mac.verify_slice(mark).ok()?;
        Some(self.mixed(of, nonce, mixed))
    }

    fn mark(&self, of: AccountId, nonce: &[u8], mixed: &[u8]) -> [u8; 32] {
        self.marking(of, nonce).chain_update(mixed).finalize().into_bytes().into()
    }

    fn marking(&self, of: AccountId, nonce: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(b"draft mark").chain_update(of.0.to_be_bytes()).chain_update(nonce)
    }

    /// Mixed with a stream of hashes; the same again takes it apart.
    fn mixed(&self, of: AccountId, nonce: &[u8], text: &[u8]) -> Vec<u8> {
        let mac =
            self.mac.clone().chain_update(b"draft").chain_update(of.0.to_be_bytes()).chain_update(nonce);
        let blocks = (0_u64..).zip(text.chunks(32));
        let mixed = blocks.flat_map(|(n, block)| {
            let pad = mac.clone().chain_update(n.to_be_bytes()).finalize().into_bytes();
            block.iter().zip(pad).map(|(byte, pad)| byte ^ pad).collect::<Vec<u8>>()
        });
        mixed.collect()
    }

    fn keep(&self, digits: &str) -> Box<str> {
        keyed(&self.name, hash(&self.mac, digits.as_bytes()), digits)
    }
}

fn hash(mac: &Hmac<Sha256>, text: &[u8]) -> [u8; HASH_BYTES] {
    let whole = mac.clone().chain_update(text).finalize().into_bytes();
    let mut half = [0; HASH_BYTES];
    half.copy_from_slice(&whole[..HASH_BYTES]);
    half
}

/// Replaces social security numbers by what is kept of them. Of a number that can be nobody's, and without a key,
/// that is the last four digits.
pub(crate) fn hash_social_security_numbers(person: &mut Demographics, key: Option<&NumberKey>) {
    let identifiers = person.identifiers.iter_mut();
    for identifier in identifiers {
        let is_ssn = identifier.get().is_some_and(|id| id.kind.eq_ignore_ascii_case("SS"));
        let Given { value: Some(value), .. } = identifier else { continue };
        if is_ssn {
            let number = key.zip(contact::social_security_number(&value.value));
            value.value = match number {
                Some((key, digits)) => key.keep(&digits),
                None => masked(&value.value),
            };
        }
    }
}

/// The name of the key that this database was used with; none if it was used with none yet.
pub fn name_kept(tx: &mut Tx<'_>) -> Result<Option<Box<str>>, StoreError> {
    setting::get(tx, NAME_OF_KEY)
}

/// Whether this database's numbers are hashed under the key at hand; a database that has none yet takes it.
pub fn check_blocking(cx: &Context) -> Result<(), Failure> {
    let Some(key) = &cx.number_key else { return Ok(()) };
    let kept = cx.store.read_blocking(name_kept)?;
    match kept {
        Some(name) if *name == *key.name => Ok(()),
        Some(_) => Err(Failure::Rule(
            "the key for social security numbers is not the one that this database was used with: put its file back, \
             or, if it is lost or leaked, accept the new one with openiis migrate --accept-number-key",
        )),
        // it is taken with the first start that may write
        None => match accept_blocking(cx) {
            Err(Failure::Store(StoreError::ReadOnly)) => Ok(()),
            taken => taken,
        },
    }
}

/// From now on this database's numbers are hashed under the key at hand.
pub fn accept_blocking(cx: &Context) -> Result<(), Failure> {
    let Some(key) = cx.number_key.clone() else { return Ok(()) };
    Ok(cx.store.write_blocking(Lane::Web, move |tx| setting::put(tx, NAME_OF_KEY, &key.name))?)
}

#[cfg(test)]
mod tests {
    use super::{NumberKey, hash_social_security_numbers};
    use iis_model::person::Identifier;
    use iis_model::social_security::comparable;
    use iis_model::{Demographics, Given};

    fn kept(number: &str, kind: &str, key: Option<&NumberKey>) -> String {
        let id = Identifier { value: number.into(), authority: "".into(), kind: kind.into() };
        let mut person = Demographics { identifiers: vec![Given::of(id)], ..Demographics::default() };
        hash_social_security_numbers(&mut person, key);
        person.identifiers[0].get().map(|id| id.value.to_string()).unwrap_or_default()
    }

    #[test]
    fn equal_numbers_are_equal_under_one_key_and_nowhere_else() {
        let (key, other) = (NumberKey::new(&[1; 32]), NumberKey::new(&[2; 32]));
        let hashed = kept("212-45-6789", "SS", Some(&key));
        assert_eq!(hashed, kept("212456789", "ss", Some(&key)), "however it is written");
        assert_ne!(comparable(&hashed), comparable(&kept("212456780", "SS", Some(&key))));
        assert_ne!(comparable(&hashed), comparable(&kept("212456789", "SS", Some(&other))));
        assert!(!hashed.contains("21245") && hashed.ends_with(":6789"), "{hashed}");
        assert_eq!(kept("999-99-9999", "SS", Some(&key)), "***-**-9999", "nobody's");
        assert_eq!(kept("212-45-6789", "SS", None), "***-**-6789");
        assert_eq!(kept("212456789", "MR", Some(&key)), "212456789");
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = NumberKey::new(&[171; 32]);
        assert_eq!(format!("{key:?}"), format!("NumberKey({})", key.name()));
        assert!(!format!("{key:?}").contains("abab"));
    }
}
