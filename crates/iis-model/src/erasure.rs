//! Values that a sender asks to erase: `""` in a message (HL7 v2.5.1, chapter 2, *null values*).
//!
//! What is required of a person (identifier, name, date of birth, sex) cannot be erased.

use crate::Given;
use crate::person::{Demographics, text_enum};

text_enum! {
    /// A part of the demographics that can be erased.
    Erased {
        /// Mother's maiden name (PID-6).
        MotherMaidenName = "mm",
        /// Races (PID-10).
        Races = "ra",
        /// Addresses (PID-11).
        Addresses = "ad",
        /// Telephone numbers and e-mail addresses (PID-13, PID-14).
        Telecoms = "te",
        /// Primary language (PID-15).
        Language = "la",
        /// Ethnicity (PID-22).
        Ethnicity = "et",
        /// Birth facility (PID-23).
        BirthPlace = "bf",
        /// Multiple birth (PID-24).
        MultipleBirth = "mb",
        /// Birth order (PID-25).
        BirthOrder = "bo",
        /// Date of death (PID-29).
        DiedOn = "dod",
        /// Whether the person has died (PID-30).
        IsDeceased = "dd",
        /// Publicity (PD1-11).
        Publicity = "pu",
        /// Protection (PD1-12).
        Protection = "pr",
        /// Registry status (PD1-16).
        Status = "st",
        /// Parents, guardians and others close to the person (NK1): forms only.
        NextOfKin = "nk",
    }
}

impl Demographics {
    /// Settles what becomes of the values that the sender asks to erase: they are noted, to take effect with
    /// [`Demographics::update`], if that is agreed with the sender; otherwise nothing was said.
    pub fn settle_erasures(&mut self, is_agreed: bool) {
        self.erased = if is_agreed {
            Erased::ALL.iter().copied().filter(|part| self.asks_to_erase(*part)).collect()
        } else {
            Vec::new()
        };
        self.races.retain(|given| given.value.is_some());
        self.addresses.retain(|given| given.value.is_some());
        self.telecoms.retain(|given| given.value.is_some());
    }

    fn asks_to_erase(&self, part: Erased) -> bool {
        fn whole<T>(list: &[Given<T>]) -> bool {
            list.iter().any(Given::is_erasure) && list.iter().all(|given| given.value.is_none())
        }
        match part {
            Erased::MotherMaidenName => self.mother_maiden_name.is_erasure(),
            Erased::Races => whole(&self.races),
            Erased::Addresses => whole(&self.addresses),
            Erased::Telecoms => whole(&self.telecoms),
            Erased::Language => self.language.is_erasure(),
            Erased::Ethnicity => self.ethnicity.is_erasure(),
            Erased::BirthPlace => self.birth_place.is_erasure(),
            Erased::MultipleBirth => self.multiple_birth.is_erasure(),
            Erased::BirthOrder => self.birth_order.is_erasure(),
            Erased::DiedOn => self.died_on.is_erasure(),
            Erased::IsDeceased => self.is_deceased.is_erasure(),
            Erased::Publicity => self.publicity.value.is_erasure(),
            Erased::Protection => self.protection.value.is_erasure(),
            Erased::Status => self.status.value.is_erasure(),
            Erased::NextOfKin => false, // a message says each of them in a segment of its own
        }
    }

    /// Erases one part.
    pub(crate) fn erase(&mut self, part: Erased) {
        match part {
            Erased::MotherMaidenName => self.mother_maiden_name = Given::default(),
            Erased::Races => self.races.clear(),
            Erased::Addresses => self.addresses.clear(),
            Erased::Telecoms => self.telecoms.clear(),
            Erased::Language => self.language = Given::default(),
            Erased::Ethnicity => self.ethnicity = Given::default(),
            Erased::BirthPlace => self.birth_place = Given::default(),
            Erased::MultipleBirth => self.multiple_birth = Given::default(),
            Erased::BirthOrder => self.birth_order = Given::default(),
            Erased::DiedOn => self.died_on = Given::default(),
            Erased::IsDeceased => self.is_deceased = Given::default(),
            Erased::Publicity => self.publicity = crate::person::Dated::default(),
            Erased::Protection => self.protection = crate::person::Dated::default(),
            Erased::Status => self.status = crate::person::Dated::default(),
            Erased::NextOfKin => self.next_of_kin.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Erased;
    use crate::person::{Address, Demographics};
    use crate::{Given, Place};

    fn known() -> Demographics {
        let address = Address { city: "Calder".into(), ..Address::default() };
        Demographics {
            addresses: vec![Given::of(address)],
            birth_order: Given::of(2),
            ..Demographics::default()
        }
    }

    fn asking() -> Demographics {
        Demographics {
            birth_order: Given::unusable("\"\"", Place::NONE),
            addresses: vec![Given::unusable("\"\"", Place::NONE)],
            language: Given::unusable("?", Place::NONE),
            ..Demographics::default()
        }
    }

    #[test]
    fn what_is_agreed_is_erased_and_what_is_not_is_kept() {
        for is_agreed in [true, false] {
            let (mut stored, mut sent) = (known(), asking());
            sent.settle_erasures(is_agreed);
            assert!(sent.addresses.is_empty());
            stored.update(&sent);
            assert_eq!(stored.birth_order.value.is_none(), is_agreed);
            assert_eq!(stored.addresses.is_empty(), is_agreed);
            assert!(stored.erased.is_empty(), "erasing is said once");
        }
    }

    #[test]
    fn an_erasure_that_was_stored_erases_as_the_message_did() {
        let mut sent = asking();
        sent.settle_erasures(true);
        assert_eq!(sent.erased, [Erased::Addresses, Erased::BirthOrder]);
        let text = serde_json::to_string(&sent).expect("JSON");
        let mut stored = known();
        stored.update(&serde_json::from_str(&text).expect("the same"));
        assert_eq!(stored, Demographics::default());
    }
}
