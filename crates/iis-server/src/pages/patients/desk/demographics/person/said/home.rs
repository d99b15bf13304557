//! Where somebody lives.

use super::Reading;
use iis_model::country::{Country, is_united_states};
use iis_model::person::Address;
use iis_model::postal::{is_state, is_zip};
use iis_model::{Demographics, Given};

/// Former addresses that are said again with a new one.
const MOST_BEFORE: usize = 9;

/// No country counts as the United States.
fn is_known_country(code: &str) -> bool {
    code.is_empty() || Country::of_code(code).is_some()
}

impl Reading<'_> {
    pub(super) fn home(&mut self, believed: &Demographics, person: &mut Demographics) {
        let country = self.get("country").to_owned();
        let country = &*country;
        let (is_abroad, state) = (!is_united_states(country), self.get("state").to_owned());
        let address = Address {
            street: self.text("street"),
            other: self.text("unit"),
            city: self.text("city"),
            state: if is_abroad { state.clone() } else { state.to_uppercase() }.into(),
            zip: self.text("zip"),
            country: country.into(),
            kind: "H".into(),
            county: "".into(),
        };
        let parts = [&address.street, &address.other, &address.city, &address.state, &address.zip];
        if parts.iter().all(|part| part.is_empty()) && !is_abroad {
            // what is no home stays, such as where the person was born
            let others =
                believed.addresses.iter().filter(|other| other.get().is_some_and(|one| !one.is_home()));
            person.addresses = others.cloned().collect();
            return;
        }
        // what somebody reported and nobody touched is not for this form to refuse
        let known = believed.home();
        if !is_known_country(country) && known.is_none_or(|known| *known.country != *country) {
            self.wrong("country", "Choose one of the list.");
        }
        let is_ours = !self.state.is_empty() && self.state.eq_ignore_ascii_case(&address.state);
        let is_known = is_ours || known.is_some_and(|known| known.state == address.state);
        if !state.is_empty() && !is_known && !is_state(&address.state, country) {
            self.wrong(
                "state",
                "There is no such state. Enter its two letters, for example CO, or choose the country.",
            );
        }
        if !address.zip.is_empty() && !is_zip(&address.zip, country) {
            let text = "Enter the five digits of the ZIP code, or nine as 80202-1234, or choose the country.";
            self.wrong("zip", text);
        }
        // Where somebody lived before stays behind where they live now.
        let before =
            believed.addresses.iter().filter(|other| other.get() != Some(&address)).take(MOST_BEFORE);
        person.addresses = std::iter::once(Given::of(address.clone())).chain(before.cloned()).collect();
    }
}
