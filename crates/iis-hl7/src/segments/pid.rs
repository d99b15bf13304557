//! PID, patient identification.

use super::{coded, date, list, list_or_erasure, value, yes_or_no};
use crate::datatypes::{ce, cx, xad, xpn, xtn};
use crate::er7::{Part, Segment, Writer, time};
use crate::findings as noticed;
use iis_model::date::Precision;
use iis_model::person::{Demographics, Identifier, PersonName, Sex, Telecom};
use iis_model::{Coded, Findings, Given, PartialDate};

/// What the segment says about the person. Identifier, name, date of birth and sex must be usable: findings about them
/// refuse the message.
///
/// The date of birth is needed to the day (data type `TS_NZ`): matching and every age rule count days.
pub fn read(segment: &Segment<'_>, findings: &mut Findings) -> Demographics {
    let field = |number| segment.field(number);
    let identifiers = identifiers(&field(3), findings);
    let names = names(&field(5), findings);
    let mother_maiden_name = value(&field(6), findings, &noticed::VALUE_MALFORMED, xpn::read);
    let born_on = born_on(&field(7), findings);
    let sex = sex(&field(8), findings);
    let races = list_or_erasure(&field(10), findings, &noticed::CODE_MISSING, ce::read);
    let addresses = list_or_erasure(&field(11), findings, &noticed::VALUE_MALFORMED, xad::read);
    let mut telecoms = read_telecoms(&field(13), findings);
    telecoms.extend(read_telecoms(&field(14), findings));
    let language = coded(&field(15), findings);
    let ethnicity = ethnicity(&field(22), findings);
    let multiple_birth = yes_or_no(&field(24), findings);
    let birth_order = birth_order(&field(25), findings);
    if birth_order.get().is_some_and(|&order| order > 1) && multiple_birth.is_absent() {
        findings.push(noticed::ORDER_WITHOUT_MULTIPLE_BIRTH.at(birth_order.place));
    }
    let died_on = date(&field(29), findings);
    let is_deceased = yes_or_no(&field(30), findings);
    Demographics {
        identifiers,
        names,
        mother_maiden_name,
        born_on,
        sex,
        races,
        ethnicity,
        addresses,
        telecoms,
        language,
        multiple_birth,
        birth_order,
        birth_place: field(23).given_text(),
        is_deceased,
        died_on,
        ..Demographics::default()
    }
}

/// The identifiers with a number. A missing authority means the sender's own; the first one without a type is taken as
/// its medical record number.
pub(super) fn read_identifiers(field: &Part<'_>, findings: &mut Findings) -> Vec<Given<Identifier>> {
    let mut identifiers = list(field, findings, &noticed::IDENTIFIER_UNUSABLE, cx::read);
    let has_record_number = identifiers.iter().filter_map(Given::get).any(|id| &*id.kind == "MR");
    for (nth, given) in identifiers.iter_mut().enumerate() {
        let place = given.place;
        let Some(identifier) = given.value.as_mut() else { continue };
        if identifier.authority.is_empty() {
            findings.push(noticed::IDENTIFIER_AUTHORITY_MISSING.at(place.component(4)));
        }
        if nth == 0 && identifier.kind.is_empty() && !has_record_number {
            identifier.kind = "MR".into();
            findings.push(noticed::IDENTIFIER_TYPE_MISSING.at(place.component(5)));
        }
    }
    identifiers
}

fn identifiers(field: &Part<'_>, findings: &mut Findings) -> Vec<Given<Identifier>> {
    let identifiers = read_identifiers(field, findings);
    if identifiers.is_empty() {
        findings.push(noticed::IDENTIFIER_MISSING.at(field.place()));
    }
    identifiers
}

/// The names with both family and given name, the legal one (type L, or the first) in front.
fn names(field: &Part<'_>, findings: &mut Findings) -> Vec<Given<PersonName>> {
    let whole =
        |part: &Part<'_>| xpn::read(part).filter(|name| !name.family.is_empty() && !name.given.is_empty());
    let mut names = list(field, findings, &noticed::NAME_INCOMPLETE, whole);
    match names.iter().position(|name| name.get().is_some_and(|name| &*name.kind == "L")) {
        Some(legal) => names[..=legal].rotate_right(1),
        None if names.is_empty() => findings.push(noticed::NAME_MISSING.at(field.place())),
        None => {}
    }
    names
}

fn born_on(field: &Part<'_>, findings: &mut Findings) -> Given<PartialDate> {
    if field.is_missing() {
        findings.push(noticed::BIRTH_DATE_MISSING.at(field.place()));
        return Given::absent(field.place());
    }
    let read = |part: &Part<'_>| time::date(&part.component(1).text());
    let born_on = value(field, findings, &noticed::BIRTH_DATE_UNUSABLE, read);
    if born_on.get().is_some_and(|date| date.precision() != Precision::Day) {
        findings.push(noticed::BIRTH_DATE_PARTIAL.at(field.place()));
    }
    born_on
}

fn sex(field: &Part<'_>, findings: &mut Findings) -> Given<Sex> {
    if field.is_missing() {
        findings.push(noticed::SEX_MISSING.at(field.place()));
        return Given::absent(field.place());
    }
    value(field, findings, &noticed::SEX_UNKNOWN_CODE, read_sex)
}

pub(super) fn read_sex(part: &Part<'_>) -> Option<Sex> {
    Sex::from_code(&part.component(1).text())
}

pub(super) fn read_telecoms(field: &Part<'_>, findings: &mut Findings) -> Vec<Given<Telecom>> {
    let telecoms = list_or_erasure(field, findings, &noticed::VALUE_MALFORMED, xtn::read);
    if let Some(old) = field.repetitions().find(xtn::is_old_form).filter(|_| !telecoms.is_empty()) {
        findings.push(noticed::PHONE_UNPARSED.at(old.place()));
    }
    telecoms
}

/// Old one-letter codes H and N (HL7 table 0189) are translated to those of CDC's set.
fn ethnicity(field: &Part<'_>, findings: &mut Findings) -> Given<Coded> {
    let mut ethnicity = coded(field, findings);
    if let Some(coded) = ethnicity.value.as_mut() {
        let known = match &*coded.code {
            "H" | "h" => Coded::new("2135-2", "Hispanic or Latino", "CDCREC"),
            "N" | "NH" | "n" => Coded::new("2186-5", "not Hispanic or Latino", "CDCREC"),
            _ => return ethnicity,
        };
        *coded = known;
        findings.push(noticed::LEGACY_ETHNICITY.at(field.place().component(1)));
    }
    ethnicity
}

pub(super) fn birth_order(field: &Part<'_>, findings: &mut Findings) -> Given<u8> {
    value(field, findings, &noticed::VALUE_MALFORMED, |part| {
        part.component(1).text().parse().ok().filter(|&order| order > 0)
    })
}

/// Writes a person: `identifiers` instead of the ones it was reported with, and `number` as the set id. Races and ethnicities
/// are CDC's codes, whichever table a sender called them by; others are left out.
pub fn write(
    out: &mut Writer,
    number: usize,
    person: &Demographics,
    identifiers: &[Identifier],
    authority: &str,
) {
    out.segment("PID").field(1).value(number).field(3);
    for identifier in identifiers {
        cx::write(out.repetition(), identifier, authority, "MR");
    }
    out.field(5);
    for (nth, name) in person.names.iter().filter_map(Given::get).enumerate() {
        xpn::write(out.repetition(), name, if nth == 0 { "L" } else { "A" });
    }
    if let Some(name) = person.mother_maiden_name.get().filter(|name| !name.family.is_empty()) {
        let name = PersonName { kind: "M".into(), ..name.clone() };
        xpn::write(out.field(6), &name, "M");
    }
    if let Some(&born_on) = person.born_on.get() {
        out.field(7).text(&time::write_date(born_on));
    }
    out.field(8).text(person.sex.get().map_or("U", |sex| sex.code())).field(10);
    for race in person.races.iter().filter_map(Given::get) {
        if let Some(race) = ce::of_set(race, "CDCREC_R_IZ", "CDCREC") {
            ce::write(out.repetition(), &race, "CDCREC");
        }
    }
    out.field(11);
    for address in person.addresses.iter().filter_map(Given::get) {
        xad::write(out.repetition(), address);
    }
    out.field(13);
    for telecom in person.telecoms.iter().filter_map(Given::get) {
        xtn::write(out.repetition(), telecom);
    }
    if let Some(language) = person.language.get() {
        ce::write(out.field(15), language, "HL70296");
    }
    if let Some(ethnicity) = person.ethnicity.get().and_then(|held| ce::of_set(held, "CDCREC_E_IZ", "CDCREC"))
    {
        ce::write(out.field(22), &ethnicity, "CDCREC");
    }
    if let Some(place) = person.birth_place.get() {
        out.field(23).text(place);
    }
    let letter = |yes: bool| if yes { "Y" } else { "N" };
    if let Some(&multiple) = person.multiple_birth.get() {
        out.field(24).text(letter(multiple));
    }
    if let Some(order) = person.birth_order.get() {
        out.field(25).value(order);
    }
    if let Some(&deceased) = person.is_deceased.get() {
        if let Some(&died_on) = person.died_on.get().filter(|_| deceased) {
            out.field(29).text(&time::write_date(died_on));
        }
        out.field(30).text(letter(deceased));
    }
}
