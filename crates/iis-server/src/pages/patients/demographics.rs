//! What is known about the person, value by value, each with the sources that say so.

use super::record::kin;
use super::strip::{Page, StripView, strip};
use super::values::ChosenView;
use crate::pages::frame::Frame;
use crate::pages::{codes, format};
use askama::Template;
use iis_model::record::PersonRecord;
use iis_model::{Coded, Date, Demographics, Given, Timestamp};
use iis_registry::people::{Span, Stage, spans};
use jiff::tz::TimeZone;

/// `GET /patients/{number}/demographics`
#[derive(Debug, Template)]
#[template(path = "patients/demographics.html")]
pub(crate) struct DemographicsPage {
    frame: Frame,
    strip: StripView,
    /// What somebody chose.
    chosen: Vec<ChosenView>,
    /// Where one chooses; empty: who looks may not.
    values_href: String,
    /// Where one changes them; empty: who looks may not.
    change_href: String,
    sections: Vec<SectionView>,
}

impl DemographicsPage {
    /// The page with the way to change what it shows.
    #[must_use]
    pub(crate) fn changeable(self, change_href: String) -> Self {
        Self { change_href, ..self }
    }
}

/// Values of one kind.
#[derive(Debug, Clone)]
struct SectionView {
    anchor: &'static str,
    heading: &'static str,
    rows: Vec<ValueRow>,
}

/// A value, and who says so.
#[derive(Debug, Clone)]
struct ValueRow {
    label: String,
    value: String,
    sources: Vec<SourceLine>,
    /// Whether the registry believes this value.
    is_current: bool,
}

/// A source of a value, and when it said it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SourceLine {
    name: String,
    /// `03/02/2024`
    since: String,
    held: Held,
}

/// How a value of a source stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    /// It is still said.
    Still,
    /// `05/20/2025, then 12 Oak St`: until then.
    Until(String),
    /// An address that the source lists behind another one of its kind: where somebody lived before, since nobody knows when.
    Behind,
}

/// What one source says about the person.
#[derive(Debug, Clone)]
pub(crate) struct SourceSays {
    /// `Alder Pediatrics, record no. 88120`
    pub(crate) name: String,
    pub(crate) demographics: Demographics,
    /// When it said something new the last time.
    pub(crate) sent_at: Timestamp,
    /// What it said before, the oldest first.
    pub(crate) stages: Vec<Stage>,
}

/// The values of one kind in a person's demographics: label and value.
type Values = fn(&Demographics) -> Vec<(String, String)>;

const ADDRESSES: &str = "addresses";

#[rustfmt::skip]
const SECTIONS: &[(&str, &str, Values)] = &[
    ("names",       "Names",                      names),
    ("person",      "Birth, sex, background",     person),
    (ADDRESSES,     "Addresses",                  addresses),
    ("contact",     "Telephone and e-mail",       telecoms),
    ("family",      "Parents, guardians, family", family),
    ("identifiers", "Identifiers",                identifiers),
    ("sharing",     "Status and sharing",         sharing),
];

/// Makes the page.
pub(crate) fn demographics_page(
    frame: Frame,
    record: &PersonRecord,
    (sources, chosen): (&[SourceSays], Vec<ChosenView>),
    values_href: String,
    (today, zone): (Date, &TimeZone),
) -> DemographicsPage {
    let section = |(anchor, heading, values): &(&'static str, &'static str, Values)| {
        let mut rows = rows(*values, &record.demographics, sources, zone);
        if *anchor == ADDRESSES {
            behind(&mut rows, sources);
        }
        SectionView { anchor, heading, rows }
    };
    DemographicsPage {
        strip: strip(record, today, Page::Demographics),
        chosen,
        values_href,
        change_href: String::new(),
        sections: SECTIONS.iter().map(section).collect(),
        frame,
    }
}

/// What the registry believes first, then what else the sources say, then what they said before; equal values stand once, with
/// all who say or said them.
fn rows(values: Values, believed: &Demographics, sources: &[SourceSays], zone: &TimeZone) -> Vec<ValueRow> {
    let row = |(label, value)| ValueRow { label, value, sources: Vec::new(), is_current: true };
    let mut rows: Vec<ValueRow> = Vec::new();
    for (label, value) in values(believed) {
        if position(&rows, &label, &value).is_none() {
            rows.push(row((label, value)));
        }
    }
    let mut said: Vec<(&SourceSays, Span)> = Vec::new();
    for source in sources {
        said.extend(said_by(source, values).into_iter().map(|span| (source, span)));
    }
    said.sort_by_key(|(_, span)| span.until.is_some());
    for (source, span) in said {
        let line = SourceLine::of(&source.name, &span, zone);
        match position(&rows, &span.label, &span.value) {
            Some(at) if rows[at].sources.contains(&line) => {}
            Some(at) => rows[at].sources.push(line),
            None => {
                let (label, value) = (span.label, span.value);
                rows.push(ValueRow { label, value, sources: vec![line], is_current: false });
            }
        }
    }
    rows
}

/// The addresses that stand behind others and were never seen before them.
fn behind(rows: &mut Vec<ValueRow>, sources: &[SourceSays]) {
    for source in sources {
        for (label, value) in every_address(&source.demographics) {
            if rows.iter().any(|row| row.value.eq_ignore_ascii_case(&value)) {
                continue;
            }
            let line = SourceLine { name: source.name.clone(), since: String::new(), held: Held::Behind };
            rows.push(ValueRow { label, value, sources: vec![line], is_current: false });
        }
    }
}

fn position(rows: &[ValueRow], label: &str, value: &str) -> Option<usize> {
    rows.iter().position(|row| row.label == label && row.value.eq_ignore_ascii_case(value))
}

/// What a source says and said of one kind. What it says by more than its submissions (a value that stands behind another one)
/// has held since it said something new the last time, as far as is known.
fn said_by(source: &SourceSays, values: Values) -> Vec<Span> {
    let mut all = spans(&source.stages, values);
    for (label, value) in values(&source.demographics) {
        let is_said = |span: &Span| {
            span.until.is_none() && span.label == label && span.value.eq_ignore_ascii_case(&value)
        };
        if !all.iter().any(is_said) {
            let (since, until, replaced_by) = (source.sent_at, None, String::new());
            all.push(Span { label, value, since, until, replaced_by });
        }
    }
    all
}

impl SourceLine {
    fn of(name: &str, span: &Span, zone: &TimeZone) -> Self {
        let day = |at: Timestamp| format::date(at.to_zoned(zone.clone()).date());
        let then = |until: String| match &*span.replaced_by {
            "" => until,
            instead => format!("{until}, then {instead}"),
        };
        Self {
            name: name.to_owned(),
            since: day(span.since),
            held: span.until.map(day).map(then).map_or(Held::Still, Held::Until),
        }
    }
}

fn names(person: &Demographics) -> Vec<(String, String)> {
    let names = person.names.iter().filter_map(Given::get);
    let name = |name| {
        (
            codes::name_kind(&iis_model::person::PersonName::clone(name).kind).to_owned(),
            format::name_in_list(name),
        )
    };
    let mut rows: Vec<_> = names.map(name).collect();
    rows.extend(
        person
            .mother_maiden_name
            .get()
            .map(|name| ("mother’s maiden name".to_owned(), format::name_in_list(name))),
    );
    rows
}

fn person(person: &Demographics) -> Vec<(String, String)> {
    let word = |given: &Given<Coded>| given.get().map(codes::word);
    let mut rows = vec![
        ("birth date", person.born_on.get().map(format::partial_date)),
        ("sex", person.sex.get().map(|sex| codes::sex(*sex).to_owned())),
        ("birth place", person.birth_place.get().map(ToString::to_string)),
        ("multiple birth", person.multiple_birth.get().map(|is| if *is { "yes" } else { "no" }.to_owned())),
        ("birth order", person.birth_order.get().map(ToString::to_string)),
    ];
    rows.extend(person.races.iter().map(|race| ("race", word(race))));
    rows.push(("ethnicity", word(&person.ethnicity)));
    rows.push(("language", word(&person.language)));
    rows.push(("died", person.died_on.get().map(format::partial_date)));
    present(rows)
}

/// The first address of each kind: those behind it are where somebody lived before.
fn addresses(person: &Demographics) -> Vec<(String, String)> {
    let mut first: Vec<(String, String)> = Vec::new();
    for one in every_address(person) {
        if !first.iter().any(|(kind, _)| *kind == one.0) {
            first.push(one);
        }
    }
    first
}

fn every_address(person: &Demographics) -> Vec<(String, String)> {
    let known = person.addresses.iter().filter_map(Given::get);
    known.map(|address| (codes::address_kind(&address.kind).to_owned(), format::address(address))).collect()
}

fn telecoms(person: &Demographics) -> Vec<(String, String)> {
    let known = person.telecoms.iter().filter_map(Given::get);
    known
        .map(|telecom| {
            (codes::telecom_kind(&telecom.usage, &telecom.equipment).to_owned(), format::telecom(telecom))
        })
        .collect()
}

fn family(person: &Demographics) -> Vec<(String, String)> {
    let relation = |kin: &iis_model::person::NextOfKin| kin.relationship.get().map(codes::word);
    person
        .next_of_kin
        .iter()
        .map(|one| (relation(one).unwrap_or_else(|| "contact".to_owned()), contact(one)))
        .collect()
}

/// `Ana Lopez, 12 Alder St, Calder, (202) 555-0140`
fn contact(one: &iis_model::person::NextOfKin) -> String {
    let name = one.name.get().map_or_else(|| kin(one), format::name_in_sentence);
    let address = one.address.get().map(format::address);
    let phones = one.telecoms.iter().filter_map(Given::get).map(format::telecom);
    std::iter::once(name).chain(address).chain(phones).collect::<Vec<_>>().join(" · ")
}

fn identifiers(person: &Demographics) -> Vec<(String, String)> {
    let known = person.identifiers.iter().filter_map(Given::get);
    let value = |identifier: &iis_model::person::Identifier| {
        if identifier.kind.eq_ignore_ascii_case("SS") {
            iis_model::social_security::shown(&identifier.value).into()
        } else if identifier.authority.is_empty() {
            identifier.value.to_string()
        } else {
            format!("{} ({})", identifier.value, identifier.authority)
        }
    };
    known.map(|one| (codes::identifier_kind(&one.kind).to_owned(), value(one))).collect()
}

fn sharing(person: &Demographics) -> Vec<(String, String)> {
    let protected =
        |is: &bool| if *is { "protected: must not be shared" } else { "may be shared" }.to_owned();
    present(vec![
        ("registry status", person.status.value.get().map(|status| codes::status(*status).to_owned())),
        ("reminders", person.publicity.value.get().map(codes::word)),
        ("protection", person.protection.value.get().map(protected)),
    ])
}

fn present(rows: Vec<(&str, Option<String>)>) -> Vec<(String, String)> {
    let row = |(label, value): (&str, Option<String>)| value.map(|value| (label.to_owned(), value));
    rows.into_iter().filter_map(row).filter(|(_, value)| !value.is_empty()).collect()
}
