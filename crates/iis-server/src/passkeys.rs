//! The cryptography of passkeys: questions drawn, answers checked (Web Authentication level 3, by `webauthn-rs`).
//!
//! Every answer must show that its owner was asked for a finger or a number (user verification), so that a passkey is two
//! factors at once. A passkey is kept by its device together with whose it is (a discoverable credential), so that one
//! signs in without typing a name. Attestation is not asked: whose device somebody uses is nobody's business here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use iis_model::AccountId;
use iis_registry::accounts::Account;
use iis_registry::accounts::passkeys::{Made, Passkey as Held, Question};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Why a passkey was not taken. Never shown: the page says that it was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The registry is reached by a bare address.
    #[error("passkeys need an address with a name: set http.public_url")]
    NoName,
    /// What came or what was kept is no JSON of the kind.
    #[error("what should be about a passkey cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The device says that the passkey is another account's.
    #[error("the passkey names another account")]
    Stranger,
    /// The counter of the passkey did not go on: there seem to be two of it.
    #[error("the counter of a passkey went back")]
    Copied,
    /// The answer does not fit the question.
    #[error("the answer of a passkey was not taken: {0}")]
    Wrong(WebauthnError),
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        match error {
            WebauthnError::CredentialPossibleCompromise => Self::Copied,
            other => Self::Wrong(other),
        }
    }
}

/// A question for the browser, and what is kept to check the answer.
#[derive(Debug)]
pub struct Asked {
    /// The options of the browser's call.
    pub options: Value,
    /// What is kept.
    pub state: String,
}

/// What a browser sent as the answer of a passkey; nothing of it is believed yet.
#[derive(Debug)]
pub struct Given(PublicKeyCredential);

impl Given {
    /// Reads what came.
    pub fn read(text: &str) -> Result<Self, PasskeyError> {
        Ok(Self(serde_json::from_str(text)?))
    }

    /// Which passkey it says to be.
    pub fn credential_id(&self) -> Box<[u8]> {
        self.0.get_credential_id().into()
    }

    /// How often it says to have been used: bytes 33 to 36 of what the device signed (Web Authentication level 3, 6.1).
    fn counter(&self) -> u32 {
        let signed = &self.0.response.authenticator_data;
        signed.get(33..37).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
    }
}

/// The registry as browsers know it when they look for a passkey.
pub struct RelyingParty(Option<Webauthn>);

impl RelyingParty {
    /// Of the address that people type. Without a name in it there are no passkeys.
    pub fn of(public_url: &str, name: &str) -> Self {
        let origin = Url::parse(public_url).ok();
        Self(origin.and_then(|origin| {
            let host = origin.domain()?;
            WebauthnBuilder::new(host, &origin).ok()?.rp_name(name).build().ok()
        }))
    }

    /// Whether there can be passkeys.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn, PasskeyError> {
        self.0.as_ref().ok_or(PasskeyError::NoName)
    }

    /// Asks for a new passkey of an account; devices that hold one of it already decline.
    pub fn ask_to_add(&self, account: &Account, held: &[Held]) -> Result<Asked, PasskeyError> {
        let known = held.iter().map(|one| one.credential_id.to_vec()).collect();
        let (name, display_name) = (&account.name, &account.display_name);
        let (options, state) = self.webauthn()?.start_passkey_registration(
            handle(account.id),
            name,
            display_name,
            Some(known),
        )?;
        let mut options = serde_json::to_value(&options)?;
        // the library leaves it to the device whether it keeps whose the passkey is; without that nobody signs in by it
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        Ok(Asked { options, state: serde_json::to_string(&state)? })
    }

    /// The passkey that was made.
    pub fn added(&self, answer: &str, question: &Question) -> Result<Made, PasskeyError> {
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer)?;
        let state: PasskeyRegistration = serde_json::from_str(&question.state)?;
        let key = self.webauthn()?.finish_passkey_registration(&answer, &state)?;
        let id: &[u8] = key.cred_id().as_ref();
        Ok(Made { credential_id: id.into(), credential: serde_json::to_string(&key)?.into() })
    }

    /// Asks for one of these passkeys; of none in particular: for any.
    pub fn ask(&self, held: &[Held]) -> Result<Asked, PasskeyError> {
        let (options, state) = self.webauthn()?.start_discoverable_authentication()?;
        let usable = held.iter().filter(|one| one.stopped_at.is_none());
        let named = usable
            .map(|one| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(&one.credential_id) }));
        let mut public_key = serde_json::to_value(&options.public_key)?;
        public_key["allowCredentials"] = named.collect();
        // the library would have the browser offer passkeys in the field of the user name; here a button asks
        Ok(Asked { options: json!({ "publicKey": public_key }), state: serde_json::to_string(&state)? })
    }

    /// Checks an answer against its question and the passkey as it is kept; what is kept of it from now on.
    pub fn answered(
        &self,
        given: &Given,
        question: &Question,
        held: &Held,
    ) -> Result<Box<str>, PasskeyError> {
        let said = given.0.get_user_unique_id();
        let is_owner = said.map(|said| said == handle(held.account_id).as_bytes());
        // a device that was asked for certain passkeys need not say whose they are
        if !is_owner.unwrap_or(question.account_id.is_some()) {
            return Err(PasskeyError::Stranger);
        }
        let state: DiscoverableAuthentication = serde_json::from_str(&question.state)?;
        let mut key = counted(&held.credential, given.counter())?;
        let result = self.webauthn()?.finish_discoverable_authentication_v2(&given.0, state, &key)?;
        key.update_credential(&result);
        Ok(serde_json::to_string(&key)?.into())
    }
}

/// A passkey as it is kept, to be checked against the counter that an answer shows.
///
/// A counter of 0 says that nothing is counted (Web Authentication level 3, 6.1.1). Of a passkey that its provider copies to
/// other devices (it says so from the beginning: backup eligible) that is believed at any time: providers change, and most
/// count nothing. A passkey of one device cannot begin to count nothing, so there it is a copy, as a lower number is of any.
fn counted(kept: &str, shown: u32) -> Result<Passkey, serde_json::Error> {
    let mut kept: Value = serde_json::from_str(kept)?;
    if shown == 0 && kept["cred"]["backup_eligible"] == json!(true) {
        kept["cred"]["counter"] = json!(0);
    }
    serde_json::from_value(kept)
}

/// By what devices know an account.
fn handle(id: AccountId) -> Uuid {
    Uuid::from_u128(u128::from(id.0.cast_unsigned()))
}

#[cfg(test)]
mod tests {
    use super::{Given, PasskeyError, RelyingParty, counted};
    use serde_json::{Value, json};

    #[test]
    fn passkeys_need_an_address_with_a_name() {
        #[rustfmt::skip]
        let table = [
            ("http://localhost:8080",      true),
            ("https://iis.calder.example", true),
            ("http://127.0.0.1:8080",      false),
            ("https://[::1]:8443",         false),
            ("nonsense",                   false),
        ];
        for (address, there) in table {
            assert_eq!(RelyingParty::of(address, "Calder IIS").is_there(), there, "{address}");
        }
    }

    #[test]
    fn a_question_to_anybody_names_nobody_and_asks_to_verify_the_owner() {
        let party = RelyingParty::of("https://iis.calder.example", "Calder IIS");
        let asked = party.ask(&[]).expect("a question");
        let options = &asked.options["publicKey"];
        assert_eq!(options["rpId"], "iis.calder.example");
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"], serde_json::json!([]));
        assert_ne!(asked.state, party.ask(&[]).expect("another").state, "no challenge comes twice");
    }

    /// A passkey as the library writes it, with an invented public key.
    fn kept(backup_eligible: bool, counter: u32) -> String {
        let (x, y) =
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8");
        let cred = json!({
            "cred_id": "AQIDBA", "cred": { "type_": "ES256", "key": { "EC_EC2": { "curve": "SECP256R1", "x": x, "y": y } } },
            "counter": counter, "transports": null, "user_verified": true, "backup_eligible": backup_eligible,
            "backup_state": backup_eligible, "registration_policy": "required",
            "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested" },
            "attestation": { "data": "None", "metadata": "None" }, "attestation_format": "none",
        });
        json!({ "cred": cred }).to_string()
    }

    #[test]
    fn a_passkey_that_is_copied_by_its_provider_may_stop_counting_and_one_of_a_single_device_may_not() {
        #[rustfmt::skip]
        let table = [
            // copied by its provider, kept, shown, checked against
            (true,  7, 0, 0),
            (true,  7, 5, 7), // a lower number is a copy all the same
            (true,  7, 8, 7),
            (true,  0, 0, 0),
            (false, 7, 0, 7),
            (false, 7, 5, 7),
            (false, 0, 0, 0),
        ];
        for (is_copied, before, shown, expected) in table {
            let key = counted(&kept(is_copied, before), shown).expect("a passkey");
            let text: Value = serde_json::to_value(&key).expect("JSON");
            assert_eq!(text["cred"]["counter"], json!(expected), "{is_copied} {before} {shown}");
        }
    }

    #[test]
    fn what_is_no_answer_is_not_read() {
        for text in ["", "{}", "null", "[1]"] {
            assert!(matches!(Given::read(text), Err(PasskeyError::Unreadable(_))), "{text}");
        }
    }
}
