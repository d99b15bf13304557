//! XTN, extended telecommunication number: a telephone number or an e-mail address.

use crate::er7::{Part, Writer};
use crate::rules::code_of;
use iis_model::person::Telecom;
use iis_model::telephone::{calling_code, international};
use std::borrow::Cow;

/// A telephone number or e-mail address of a repetition; `None` when there is neither.
///
/// Numbers are read from components 6 and 7, with the country of component 5, and when those are empty from the first one,
/// or else from the twelfth, in which a number may stand as it is written.
pub fn read(part: &Part<'_>) -> Option<Telecom> {
    let [first, usage, equipment, email, country, area, local, extension] = part.components();
    let (first, usage, unformatted) = (first.text(), usage.text(), part.component(12));
    let is_net = usage.eq_ignore_ascii_case("NET");
    let email = if email.is_missing() && is_net { first.as_ref().into() } else { email.said() };
    let mut country = calling_code(&country.text());
    let mut digits = digits([&area.text(), &local.text()]);
    if digits.is_empty() {
        let texts = [first, unformatted.text()];
        let is_number =
            |text: &&Cow<'_, str>| !text.contains('@') && text.contains(|c: char| c.is_ascii_digit());
        let written = texts.iter().find(is_number).map_or("", |text| text);
        (country, digits) = international(written).unwrap_or_else(|| (country, self::digits([written])));
    }
    let telecom = Telecom {
        usage: usage.to_ascii_uppercase().into(),
        equipment: equipment.said(),
        country,
        digits,
        extension: extension.said(),
        email,
    };
    (!telecom.digits.is_empty() || !telecom.email.is_empty()).then_some(telecom)
}

/// A telephone number as it is dialed, whichever components it was sent in; what is none as it was sent.
pub fn dialed<'m>(part: &Part<'m>) -> Cow<'m, str> {
    match read(part).filter(|telecom| !telecom.digits.is_empty()) {
        Some(telecom) => telecom.dialed().into(),
        None => part.text(),
    }
}

/// Whether the number stands only where older versions had it.
pub fn is_old_form(part: &Part<'_>) -> bool {
    part.component(6).is_empty() && part.component(7).is_empty() && part.component(4).is_empty()
}

/// Writes a telephone number or e-mail address with the components that the guide requires.
pub fn write(out: &mut Writer, telecom: &Telecom) {
    let known = |set, code: &str, otherwise: &'static str| code_of(set, code).unwrap_or(otherwise.into());
    let equipment = |otherwise| known("HL70202_IZ", &telecom.equipment, otherwise);
    if !telecom.email.is_empty() {
        out.components(&["", "NET", &equipment("Internet"), &telecom.email]);
        return;
    }
    let (area, local) = area_and_local(telecom);
    // NET is for addresses; this is a number.
    let usage = if &*telecom.usage == "NET" { "PRN" } else { &telecom.usage };
    let usage = known("HL70201_IZ", usage, "PRN");
    // the profile has a number there; what was sent otherwise stays in the registry
    let is_number = telecom.extension.bytes().all(|byte| byte.is_ascii_digit());
    let extension = if is_number { &*telecom.extension } else { "" };
    out.components(&["", &usage, &equipment("PH"), "", &telecom.country, area, local, extension]);
}

/// In North America three digits and seven. Abroad nobody tells where the area code ends; the profile has room for five
/// digits and nine.
fn area_and_local(telecom: &Telecom) -> (&str, &str) {
    let digits = &*telecom.digits;
    if !telecom.country.is_empty() {
        let area = if digits.len() > 9 { (digits.len() - 8).min(5) } else { 0 };
        return digits.split_at_checked(area).unwrap_or(("", digits));
    }
    let ten = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(digits);
    ten.split_at_checked(3).filter(|_| ten.len() == 10).unwrap_or(("", ten))
}

fn digits<const N: usize>(texts: [&str; N]) -> Box<str> {
    let mut digits = String::with_capacity(texts.iter().map(|text| text.len()).sum());
    for text in texts {
        digits.extend(text.chars().filter(char::is_ascii_digit));
    }
    digits.into()
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::parse;

    #[test]
    fn a_number_abroad_is_read_with_its_country_and_one_of_north_america_without() {
        #[rustfmt::skip]
        let table = [
            // as it is sent                              country  digits
            ("^PRN^PH^^44^20^79460958",                   "44",    "2079460958"),
            ("^PRN^PH^^+44^20^79460958",                  "44",    "2079460958"),
            ("+44 20 7946 0958^PRN^PH",                   "44",    "2079460958"),
            ("^PRN^PH^^^^^^^^^+44 20 7946 0958",          "44",    "2079460958"),
            ("^PRN^PH^^44^^^^^^^20 7946 0958",            "44",    "2079460958"),
            ("^PRN^PH^^^^^^^^^(202) 555-0140",             "",      "2025550140"),
            ("(202) 555-0140^PRN^PH^^^^^^^^^+44 20 7946 0958", "",  "2025550140"),
            ("call the neighbor^PRN^PH^^^^^^^^^202-555-0140", "",   "2025550140"),
            ("^PRN^PH^^^202^5550140^^^^^(202) 555-0199",    "",      "2025550140"),
            ("^PRN^PH^^1^202^5550140",                    "",      "2025550140"),
            ("^PRN^PH^^^202^5550140",                     "",      "2025550140"),
            ("(202)555-0140^PRN^PH",                      "",      "2025550140"),
        ];
        for (sent, country, digits) in table {
            let text = format!("MSH|^~\\&|EHR\rPID|||||||||||||{sent}\r");
            let (message, _) = parse(text.as_bytes());
            let phone = read(&message.segment("PID").expect("PID").field(13)).expect("a number");
            assert_eq!((&*phone.country, &*phone.digits), (country, digits), "{sent}");
        }
    }

    #[test]
    fn a_number_is_told_as_it_is_dialed_whatever_stands_beside_it() {
        #[rustfmt::skip]
        let table = [
            ("^PRN^PH^^44^20^79460958^12",  "+442079460958"),
            ("^PRN^PH^^1^202^5550140^12",   "2025550140"),
            ("^NET^Internet^a@example.org", "^NET^Internet^a@example.org"),
            ("none^PRN^PH",                 "none^PRN^PH"),
        ];
        for (sent, dialed) in table {
            let text = format!("MSH|^~\\&|EHR\rPID|||||||||||||{sent}\r");
            let (message, _) = parse(text.as_bytes());
            let field = message.segment("PID").expect("PID").field(13);
            assert_eq!(super::dialed(&field), dialed, "{sent}");
        }
    }
}
