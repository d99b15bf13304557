//! Z42, RSP^K11: one person's evaluated history and forecast.
//!
//! One order group for each dose with the verdicts on it and what was observed under it, one for each refusal and each note
//! beside the doses (998) as Z32 has them, and at the end one order group (998, not administered) with the forecast of every
//! vaccine group; each verdict and each forecast is a set of observations with an OBX-4 of its own. Every order group of the
//! profile needs an observation: that of a refusal says that no dose was given. The profile has no NTE, so what was noticed
//! in the facts is an annotation comment: under the event that it is about, else behind the forecast.
//!
//! Source: immunization guide 1.5, Z42; structure `IZ_HISTORY_FORECAST`, rules IZ-45, IZ-49.

use super::finished;
use super::response::{self, Asker};
use super::z32;
use crate::er7::{Message, Writer, time};
use crate::header::ReplyHeader;
use crate::rules::Profile;
use crate::segments::obx::{self, Sets};
use crate::segments::qak::Status;
use crate::segments::{orc, pid, rxa, rxr};
use iis_model::query::Wanted;
use iis_model::recommendation::{Notice, Recommendation};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Action, EventKind, Findings, Given, ReportedEvent};

/// Answers with the one person found, evaluated and forecast.
pub fn reply(
    message: &Message<'_>,
    (record, said): (&PersonRecord, &Recommendation),
    asker: &Asker<'_>,
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Vec<u8> {
    let mut out = response::begin(message, Wanted::Forecast, ("Z42", Status::Found), findings, header);
    let identifiers = z32::identifiers(record, asker, header);
    pid::write(&mut out, 1, &record.demographics, &identifiers, header.authority);
    let mut next = 1;
    for event in &record.events {
        order(&mut out, event, said, asker, header, &mut next);
    }
    forecast(&mut out, said, header, &mut next);
    finished::finish(out, Profile::Z42)
}

/// Why there is no verdict on a refusal.
const REFUSED: &str = "Refused: no dose was given.";

fn order(
    out: &mut Writer,
    event: &ConsolidatedEvent,
    said: &Recommendation,
    asker: &Asker<'_>,
    header: &ReplyHeader<'_>,
    next: &mut u32,
) {
    let mut best = event.best.clone();
    if best.kind == EventKind::Observation && !obx::has_notes(&best) {
        return;
    }
    best.action = Given::of(Action::Add);
    z32::with_whole_day(&mut best, said.assessed_on); // a notice under it says so
    orc::write(out, &best, header.authority);
    rxa::write(out, &best, z32::source(event, asker), header.authority);
    if best.kind.is_dose() {
        rxr::write(out, &best);
    }
    let mut sets = Sets::new(out, next, said.assessed_on);
    let mut notices = said.notices.iter().filter(|notice| notice.event == Some(event.id)).peekable();
    let mut evaluations = said.evaluations_of(event.id).peekable();
    if best.kind == EventKind::Refusal {
        sets.not_evaluated(best.cvx.value, REFUSED);
    } else if best.kind.is_dose() && evaluations.peek().is_none() {
        let why = notices.next_if(|notice| fits(notice)).map(|notice| &*notice.text);
        sets.not_evaluated(
            best.cvx.value,
            why.unwrap_or("No vaccine group of the schedule judges this dose."),
        );
    }
    evaluations.for_each(|evaluation| sets.evaluation(evaluation));
    sets.noted(&best);
    notices.for_each(|notice| sets.notice(notice));
}

fn forecast(out: &mut Writer, said: &Recommendation, header: &ReplyHeader<'_>, next: &mut u32) {
    orc::write(out, &ReportedEvent::new(EventKind::Observation), header.authority);
    out.segment("RXA").field(1).text("0").field(2).text("1");
    out.field(3).text(&time::write_date(said.assessed_on.into()));
    out.field(5).components(&["998", "No vaccine administered", "CVX"]);
    out.field(6).text("999").field(20).text("NA");
    let mut sets = Sets::new(out, next, said.assessed_on);
    let mut relevant = said.forecasts.iter().filter(|forecast| !forecast.is_irrelevant).peekable();
    let mut notices = said.notices.iter().filter(|notice| notice.event.is_none()).peekable();
    if relevant.peek().is_none() {
        let why = notices.next_if(|notice| fits(notice)).map(|notice| &*notice.text);
        sets.nothing(why.unwrap_or("Nothing on the record asks for a vaccine."));
    }
    relevant.for_each(|forecast| sets.forecast(forecast));
    notices.for_each(|notice| sets.notice(notice));
}

/// Whether a notice is short enough for the reason of a set.
fn fits(notice: &Notice) -> bool {
    notice.text.chars().count() <= obx::LONGEST_TEXT
}
