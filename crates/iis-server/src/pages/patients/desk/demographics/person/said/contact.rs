//! How somebody is reached, and who stands for a child.

use super::super::{email, phone};
use super::Reading;
use iis_model::person::{NextOfKin, PersonName, Telecom};
use iis_model::{Demographics, Given};

/// One `@`, with something before it and a domain of two parts at least behind it.
fn is_mail_address(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let parts: Vec<&str> = domain.split('.').collect();
    !name.is_empty()
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && parts.len() >= 2
        && parts.iter().all(|part| !part.is_empty())
}

impl Reading<'_> {
    pub(super) fn contact(&mut self, believed: &Demographics, person: &mut Demographics) {
        let known = [phone(believed).cloned(), email(believed).cloned()];
        let mut said = Vec::new();
        said.extend(self.phone("phone").map(Given::of));
        let mail = self.text("email");
        if !mail.is_empty() {
            if !is_mail_address(&mail) {
                self.wrong("email", "Enter the e-mail address with its @, for example ana@example.org.");
            }
            let telecom =
                Telecom { usage: "NET".into(), equipment: "X.400".into(), email: mail, ..Telecom::default() };
            said.push(Given::of(telecom));
        }
        let others =
            believed.telecoms.iter().filter(|other| !known.iter().any(|one| one.as_ref() == other.get()));
        said.extend(others.cloned());
        person.telecoms = said;
    }

    pub(super) fn guardian(&mut self, believed: &Demographics, person: &mut Demographics) {
        let name = PersonName {
            family: self.text("guardian_last"),
            given: self.text("guardian_first"),
            kind: "L".into(),
            ..PersonName::default()
        };
        let phone = self.phone("guardian_phone");
        if name.family.is_empty() && name.given.is_empty() {
            if phone.is_some() || !self.get("guardian_is").is_empty() {
                self.wrong("guardian_last", "Enter the name of the parent or guardian.");
            }
            person.next_of_kin = believed.next_of_kin.iter().skip(1).cloned().collect();
            return;
        }
        if self.get("guardian_is").is_empty() {
            self.wrong("guardian_is", "Choose what this person is to the patient.");
        }
        let address = believed.next_of_kin.first().map(|kin| kin.address.clone()).unwrap_or_default();
        let guardian = NextOfKin {
            name: Given::of(name),
            relationship: self.coded("guardian_is", "HL70063"),
            address,
            telecoms: phone.into_iter().map(Given::of).collect(),
        };
        let others = believed.next_of_kin.iter().skip(1).cloned();
        person.next_of_kin = std::iter::once(guardian).chain(others).collect();
    }

    /// A telephone number: the ten digits of North America, or one with the calling code of its country.
    fn phone(&mut self, id: &'static str) -> Option<Telecom> {
        let text = self.get(id);
        if text.is_empty() {
            return None;
        }
        let phone = Telecom { usage: "PRN".into(), equipment: "PH".into(), ..Telecom::default() };
        let mut phone = phone.numbered(text);
        if phone.country.is_empty() && phone.digits.len() == 11 {
            phone.digits = phone.digits.trim_start_matches('1').into();
        }
        if phone.country.is_empty() && phone.digits.len() != 10 {
            let text = "Enter the ten digits of the telephone number, for example (202) 555-0140, or one abroad with its \
                        country code, for example +44 20 7946 0958.";
            self.wrong(id, text);
            return None;
        }
        Some(phone)
    }
}
