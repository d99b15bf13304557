//! `GET /interfaces/messages/{id}`: one message as it came, annotated, with its reply and what became of it.

use super::frame;
use super::messages::what;
use crate::pages::codes;
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Frame};
use crate::pages::patients::reports::{answer, channel};
use crate::pages::visitor::{Answer, Visitor, rendered};
use askama::Template;
use axum::extract::Path;
use iis_model::access::Permission;
use iis_model::{EventKind, MessageId, Severity};
use iis_registry::messages::{self, Annotated, Became, Opened, SaidOf, Times, Told};
use jiff::tz::TimeZone;

/// One message.
#[derive(Debug, Template)]
#[template(path = "interfaces/message.html")]
pub(crate) struct MessagePage {
    pub(crate) frame: Frame,
    pub(crate) facts: Vec<Fact>,
    /// None: it is about a protected person.
    pub(crate) content: Option<ContentView>,
}

/// What the message says.
#[derive(Debug, Clone)]
pub(crate) struct ContentView {
    pub(crate) message: Annotated,
    pub(crate) reply: Annotated,
    pub(crate) findings: Vec<FindingView>,
    pub(crate) became: Option<BecameView>,
}

/// A finding.
#[derive(Debug, Clone)]
pub(crate) struct FindingView {
    pub(crate) number: usize,
    pub(crate) code: String,
    pub(crate) letter: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) place: String,
    pub(crate) text: String,
    pub(crate) is_marked: bool,
    /// As what a code of the sender's own is read; empty: this is about something else.
    pub(crate) read_as: String,
}

/// What became of it.
#[derive(Debug, Clone)]
pub(crate) struct BecameView {
    pub(crate) sentence: String,
    /// The record; empty where the reader may not open it.
    pub(crate) record_href: String,
    pub(crate) said: Vec<String>,
    pub(crate) withdrawn_href: String,
}

/// `GET /interfaces/messages/{id}`
pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>) -> Answer {
    let granted = visitor.granted(Permission::ReadMessages)?;
    let Ok(id) = id.parse().map(MessageId) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let registry = &visitor.app.registry;
    let opened = messages::open(registry, granted, id, visitor.arrival).await;
    let opened = opened.map_err(|failure| visitor.failed(&failure))?;
    let Some(opened) = opened else { return Err(visitor.no_page(NoPage::NotFound)) };
    let facts = facts(&opened, &registry.identity.zone);
    let may_open = visitor.may(Permission::ViewPerson);
    let content = opened.content.map(|content| ContentView {
        findings: content.findings.iter().enumerate().map(|(at, told)| finding(at + 1, told)).collect(),
        became: content.became.as_ref().map(|became| view(became, may_open)),
        message: content.message,
        reply: content.reply,
    });
    let frame = frame(&visitor, "Message").below("Messages", "/interfaces/messages");
    Ok(rendered(&MessagePage { frame, facts, content }))
}

fn facts(opened: &Opened, zone: &TimeZone) -> Vec<Fact> {
    let Opened { envelope, profile, bytes, times, .. } = opened;
    let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
    let facts = [
        Fact::some("Received", format::moment(envelope.received_at, zone)),
        Fact::some("Sender", &*envelope.sender),
        Fact::some("Facility", &*envelope.facility),
        Fact::some("What", what(&envelope.kind)),
        Fact::some("Profile", &**profile),
        Fact::some("Control ID", &*envelope.control_id),
        Fact::some("How it came", channel(&envelope.channel)),
        Fact::some("Length", format::counted(bytes, "byte")),
        Fact::some("Answer", answer(&envelope.ack)),
        Fact::some("How long it took", how_long(times)),
    ];
    facts.into_iter().flatten().collect()
}

/// The parts of the line with the time after receipt at which each was done, as far as it was measured.
fn how_long(times: &Times) -> String {
    let millis = |micros: i64| {
        let hundredths = (micros + 5) / 10;
        format!("{}.{:02} ms", hundredths / 100, hundredths % 100)
    };
    let parts = [
        ("read", times.read),
        ("checked", times.checked),
        ("planned", times.planned),
        ("on disk and answered", times.answered),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter_map(|(part, micros)| Some(format!("{part} after {}", millis(micros?))))
        .collect();
    if told.is_empty() { "not measured".to_owned() } else { told.join(", ") }
}

fn finding(number: usize, told: &Told) -> FindingView {
    let severity = told.finding.severity;
    FindingView {
        number,
        code: told.finding.code.to_string(),
        letter: severity.code(),
        severity: match severity {
            Severity::Error => "error: not stored",
            Severity::Warning => "warning: something lost or doubtful",
            Severity::Information => "information",
        },
        place: told.finding.place.to_string(),
        text: told.text.clone(),
        is_marked: told.is_marked,
        read_as: told.read_as.clone().unwrap_or_default(),
    }
}

fn view(became: &Became, may_open: bool) -> BecameView {
    let new = if became.said.is_empty() {
        "It said nothing about doses that had not been said before."
    } else {
        "What it said that had not been said before:"
    };
    BecameView {
        sentence: format!("The message is submission {} of its patient record. {new}", became.revision),
        record_href: match became.registry_number.filter(|_| may_open) {
            Some(number) => format!("/patients/{number}"),
            None => String::new(),
        },
        said: became.said.iter().map(line).collect(),
        withdrawn_href: became
            .withdrawn_by
            .map(|id| format!("/interfaces/withdrawals/{id}"))
            .unwrap_or_default(),
    }
}

fn line(said: &SaidOf) -> String {
    let vaccine = said.cvx.map(|cvx| match codes::vaccine(cvx) {
        Some(name) => format!("{} (CVX {cvx})", name.short_name),
        None => format!("CVX {cvx}"),
    });
    let what = match said.kind {
        EventKind::Administered => "dose given",
        EventKind::Historical => "dose known from history",
        EventKind::Refusal => "refusal",
        EventKind::Observation => "observation",
    };
    let day = said.given_on.as_ref().map(format::partial_date);
    let deleted = if said.is_delete { "deletion of a " } else { "" };
    let parts = [Some(format!("{deleted}{what}")), vaccine, day];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::how_long;
    use iis_registry::messages::Times;

    #[test]
    fn what_was_not_measured_is_left_out() {
        let all = Times { read: Some(124), checked: Some(256), planned: Some(1_204), answered: Some(15_999) };
        assert_eq!(
            how_long(&all),
            "read after 0.12 ms, checked after 0.26 ms, planned after 1.20 ms, on disk and answered after 16.00 ms"
        );
        let query = Times { checked: None, answered: None, ..all };
        assert_eq!(how_long(&query), "read after 0.12 ms, planned after 1.20 ms");
        assert_eq!(how_long(&Times::default()), "not measured");
    }
}
