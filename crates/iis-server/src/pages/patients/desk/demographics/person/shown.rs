//! What is believed of a person, in the fields of the form.

use super::super::fields::RACES;
use super::{Values, email, phone};
use crate::pages::format;
use iis_model::country::{Country, UNITED_STATES};
use iis_model::person::Address;
use iis_model::{Coded, Demographics, Given};

/// The fields as what is believed fills them in.
pub(in crate::pages) fn values(person: &Demographics) -> Values {
    let mut values = Values::new();
    let mut put = |id: &'static str, text: String| {
        if !text.is_empty() {
            values.insert(id, text);
        }
    };
    let code = |given: &Given<Coded>| given.get().map(|coded| coded.code.to_string()).unwrap_or_default();
    if let Some(name) = person.legal_name() {
        put("last", name.family.to_string());
        put("first", name.given.to_string());
        put("middle", name.middle.to_string());
        put("suffix", name.suffix.to_string());
    }
    put("born", person.born_on.get().map(format::partial_date).unwrap_or_default());
    put("sex", person.sex.get().map(|sex| sex.code().to_owned()).unwrap_or_default());
    if let Some(mother) = person.mother_maiden_name.get() {
        put("mother_maiden", mother.family.to_string());
        put("mother_first", mother.given.to_string());
    }
    if let Some(home) = person.home() {
        put("street", home.street.to_string());
        put("unit", home.other.to_string());
        put("city", home.city.to_string());
        put("state", home.state.to_string());
        put("zip", home.zip.to_string());
    }
    put("country", country(person.home()));
    put("phone", phone(person).map(format::telecom).unwrap_or_default());
    put("email", email(person).map(|mail| mail.email.to_string()).unwrap_or_default());
    if let Some(guardian) = person.next_of_kin.first() {
        put("guardian_is", code(&guardian.relationship));
        let name = guardian.name.get();
        put("guardian_last", name.map(|name| name.family.to_string()).unwrap_or_default());
        put("guardian_first", name.map(|name| name.given.to_string()).unwrap_or_default());
        let phone = guardian.telecoms.iter().filter_map(Given::get).find(|one| !one.digits.is_empty());
        put("guardian_phone", phone.map(format::telecom).unwrap_or_default());
    }
    put("language", code(&person.language));
    put("ethnicity", code(&person.ethnicity));
    for (id, race, _) in RACES {
        if person.races.iter().filter_map(Given::get).any(|known| &*known.code == *race) {
            put(id, "on".to_owned());
        }
    }
    let yes = |is: bool| if is { "Y" } else { "N" }.to_owned();
    put("multiple", person.multiple_birth.value.map(yes).unwrap_or_default());
    put("order", person.birth_order.get().map(ToString::to_string).unwrap_or_default());
    put("publicity", code(&person.publicity.value));
    put("protection", person.protection.value.value.map(yes).unwrap_or_default());
    put("died", person.died_on.get().map(format::partial_date).unwrap_or_default());
    values
}

/// The country of an address by its code, as it was sent where it is none, and that of a new address.
fn country(home: Option<&Address>) -> String {
    let Some(sent) = home.map(|home| &*home.country).filter(|sent| !sent.is_empty()) else {
        return UNITED_STATES.to_owned();
    };
    Country::of_code(sent).map_or(sent, |known| known.code).to_owned()
}
