//! OBX, observation: eligibility, funding, information statements, and everything else known of a dose or a person.

mod recommendation;
mod vis;

pub(crate) use recommendation::{LONGEST_TEXT, Sets};
pub use vis::VisSets;

use super::date;
use crate::datatypes::ce;
use crate::er7::{Part, Segment, Writer, time};
use crate::findings as noticed;
use crate::rules::{code_of, is_number};
use iis_model::date::Precision;
use iis_model::event::{NotFromStock, Observation, ObservationValue, ReportedEvent};
use iis_model::{Coded, Findings, Given, PartialDate};

/// Eligibility of the patient for this dose (LOINC).
pub const ELIGIBILITY: &str = "64994-7";
/// Funding source of the vaccine (LOINC).
pub const FUNDING_SOURCE: &str = "30963-3";
/// That a dose is not from the stock of the site that gave it, with the reason: the guide has no code for it, this one is the
/// registry's own. It is for the stock of that site alone, so answers to queries do not tell it.
pub const NOT_FROM_STOCK: &str = "not-from-stock";
/// Annotation comment (LOINC).
pub const COMMENT: &str = "48767-8";

/// The observations that the guide knows (value set NIP003), apart from those with a field of their own.
const KNOWN: &[&str] = &[
    "30956-7", "38890-0", "30946-8", "30944-3", "30945-0", "31044-1", "59784-9", "75505-8", "59785-6",
    "69764-9", "29768-9", "29769-7", "30973-2", "30979-9", "30980-7", "30981-5", "30982-3", "59779-9",
    "59777-3", "59778-1", "59780-7", "59782-3", "59781-5", "59783-1", "46249-9", "46250-7",
];

/// Adds an observation to the event where it belongs; `vis` gathers the information statements.
pub fn read(segment: &Segment<'_>, event: &mut ReportedEvent, vis: &mut VisSets, findings: &mut Findings) {
    let field = |number| segment.field(number);
    let Some(code) = ce::code(&field(3)) else {
        findings.push(noticed::OBSERVATION_CODE_MISSING.at(field(3).place()));
        return;
    };
    let is_own = matches!(&*code, ELIGIBILITY | FUNDING_SOURCE | NOT_FROM_STOCK | COMMENT);
    if !is_own && !KNOWN.contains(&&*code) {
        findings.push(noticed::OBSERVATION_NOT_KNOWN.at(field(3).component(1).place()));
        return;
    }
    if field(5).is_missing() {
        findings.push(noticed::OBSERVATION_VALUE_MISSING.at(field(5).place()));
        return;
    }
    if ["D", "W", "X"].iter().any(|status| field(11).is(status)) {
        findings.push(noticed::OBSERVATION_TAKEN_BACK.at(field(11).place()));
        return;
    }
    if !field(11).is("F") {
        findings.push(noticed::OBSERVATION_NOT_FINAL.at(field(11).place()));
    }
    super::first_only(&field(5), findings);
    match &*code {
        ELIGIBILITY => once(&mut event.eligibility, &field(5), findings),
        FUNDING_SOURCE => once(&mut event.funding_source, &field(5), findings),
        NOT_FROM_STOCK => {
            event.not_from_stock = super::code(&field(5), findings, NotFromStock::from_code);
        }
        COMMENT => event.comments.push(comment(&field(5))),
        _ if event.kind.is_dose() && vis.take(&code, segment, findings) => {}
        _ => event.observations.extend(other(segment, findings)),
    }
}

/// A code that a dose has once; said again it must say the same.
fn once(held: &mut Given<Coded>, field: &Part<'_>, findings: &mut Findings) {
    let said = super::coded(field, findings);
    if held.get().is_none() {
        *held = said;
    } else if said.get().is_some_and(|said| held.get().is_some_and(|held| held.code != said.code)) {
        findings.push(noticed::OBSERVATION_REPEATED.at(field.place()));
    }
}

/// A comment as text, or the text of a coded one.
fn comment(field: &Part<'_>) -> Box<str> {
    let lines: Vec<_> = field
        .repetitions()
        .map(|part| {
            let text = if part.component(2).is_empty() { part } else { part.component(2) };
            text.prose().into_owned()
        })
        .collect();
    lines.join("\n").into()
}

fn other(segment: &Segment<'_>, findings: &mut Findings) -> Option<Observation> {
    let about = ce::read(&segment.field(3))?;
    let (kind, field) = (segment.field(2), segment.field(5));
    let value_type = kind.text().to_ascii_uppercase();
    let read: fn(&Part<'_>) -> Option<ObservationValue> = match &*value_type {
        "CE" | "CWE" => |part| ce::read(part).map(ObservationValue::Coded),
        "NM" | "SI" => number,
        "DT" | "TS" | "DTM" => day,
        "ST" | "TX" | "FT" | "ID" | "IS" => text,
        _ => {
            findings.push(noticed::OBSERVATION_TYPE.at(kind.place()));
            |part| {
                if part.component(2).is_empty() {
                    text(part)
                } else {
                    ce::read(part).map(ObservationValue::Coded)
                }
            }
        }
    };
    let value = super::value(&field.repetition(1), findings, &noticed::OBSERVATION_VALUE_UNUSABLE, read);
    let observed_on = date(&segment.field(14), findings);
    value.get().is_some().then(|| Observation { about, group: segment.field(4).boxed(), value, observed_on })
}

fn number(part: &Part<'_>) -> Option<ObservationValue> {
    let text = part.component(1).boxed();
    text.parse::<f64>().is_ok_and(f64::is_finite).then_some(ObservationValue::Number(text))
}

fn day(part: &Part<'_>) -> Option<ObservationValue> {
    time::date(&part.component(1).text()).map(ObservationValue::Date)
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside readings that can fail")]
fn text(part: &Part<'_>) -> Option<ObservationValue> {
    Some(ObservationValue::Text(part.prose().into()))
}

/// Writes the observations of an order group. `next` is the next set id (OBX-1), which counts through the message.
pub fn write(out: &mut Writer, event: &ReportedEvent, next: &mut u32) {
    let mut rows = Rows { out, next, group: 0 };
    let observed_on = event.given_on.get().copied();
    if let Some(eligibility) = event.eligibility.get().filter(|held| is_eligibility(held)) {
        rows.group += 1;
        rows.coded(
            "64994-7^Vaccine funding program eligibility category",
            eligibility,
            "HL70064",
            observed_on,
        );
    }
    if let Some(funding) = event.funding_source.get() {
        rows.group += 1;
        rows.coded("30963-3^Vaccine funding source", funding, "CDCPHINVS", observed_on);
    }
    for statement in &event.vis {
        rows.group += 1;
        vis::write(&mut rows, statement);
    }
    rows.noted(event);
}

/// Whether something is observed or remarked in an event, so that [`Rows::noted`] writes it.
pub(crate) fn has_notes(event: &ReportedEvent) -> bool {
    let is_said = |observation: &Observation| observation.value.get().is_some();
    event.observations.iter().any(is_said) || remarks(event).next().is_some()
}

/// The comments that say something.
fn remarks(event: &ReportedEvent) -> impl Iterator<Item = &str> {
    event.comments.iter().map(|comment| &**comment).filter(|comment| !comment.trim().is_empty())
}

/// A code of the table, or one of a state's own with its own code system (statement IZ-35).
fn is_eligibility(coded: &Coded) -> bool {
    let is_local = !coded.system.is_empty() && &*coded.system != "HL70064";
    is_local || code_of("HL70064_IZ", &coded.code).is_some_and(|code| *code == *coded.code)
}

/// The OBX segments of one order group in the writing.
struct Rows<'w> {
    out: &'w mut Writer,
    next: &'w mut u32,
    group: u32,
}

impl Rows<'_> {
    /// Begins a segment up to OBX-5; `about` is code and text, a LOINC code.
    fn begin(&mut self, value_type: &str, about: &str) -> &mut Writer {
        let (code, text) = about.split_once('^').unwrap_or((about, ""));
        self.out.segment("OBX").field(1).value(*self.next).field(2).text(value_type);
        self.out.field(3).components(&[code, text, "LN"]).field(4).value(self.group);
        *self.next += 1;
        self.out.field(5)
    }

    fn end(&mut self, observed_on: Option<PartialDate>) {
        self.out.field(11).text("F");
        if let Some(day) = observed_on.filter(|day| day.precision() == Precision::Day) {
            self.out.field(14).text(&time::write_date(day));
        }
    }

    fn coded(&mut self, about: &str, coded: &Coded, system: &str, observed_on: Option<PartialDate>) {
        ce::write(self.begin("CE", about), coded, system);
        self.end(observed_on);
    }

    fn day(&mut self, about: &str, day: PartialDate) {
        self.begin("DT", about).text(&time::write_date(day));
        self.end(None);
    }

    /// What was observed and remarked, in sets behind those that are written.
    fn noted(&mut self, event: &ReportedEvent) {
        let mut groups: Vec<&str> = Vec::new();
        let first = self.group;
        for observation in &event.observations {
            let nth = groups.iter().position(|group| **group == *observation.group).unwrap_or_else(|| {
                groups.push(&observation.group);
                groups.len() - 1
            });
            self.group = first + u32::try_from(nth).unwrap_or(0) + 1;
            self.observation(observation);
        }
        self.group = first + u32::try_from(groups.len()).unwrap_or(0);
        for comment in remarks(event) {
            self.group += 1;
            self.remark(comment);
        }
    }

    fn remark(&mut self, text: &str) {
        self.begin("TX", "48767-8^Annotation comment").text(text);
        self.end(None);
    }

    fn observation(&mut self, observation: &Observation) {
        let about = format!("{}^{}", observation.about.code, observation.about.text);
        let observed_on = observation.observed_on.get().copied();
        match observation.value.get() {
            Some(ObservationValue::Coded(coded)) => self.coded(&about, coded, "L", observed_on),
            Some(&ObservationValue::Date(day)) => {
                self.begin("DT", &about).text(&time::write_date(day));
                self.end(observed_on);
            }
            Some(ObservationValue::Number(number)) if is_number(number) => {
                self.begin("NM", &about).text(number);
                self.out.field(6).components(&["NA", "NA", "HL70353"]);
                self.end(observed_on);
            }
            Some(ObservationValue::Text(text) | ObservationValue::Number(text)) => {
                self.begin("ST", &about).text(text);
                self.end(observed_on);
            }
            None => {}
        }
    }
}
