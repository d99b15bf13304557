//! Z32, RSP^K11 with a record: one order group for each event, with the best data, as seen from the asker.

use super::finished;
use super::order;
use super::response::{self, Asker};
use crate::er7::Message;
use crate::header::ReplyHeader;
use crate::rules::Profile;
use crate::segments::qak::Status;
use crate::segments::{nk1, pd1, pid};
use iis_model::date::Precision;
use iis_model::event::InformationSource;
use iis_model::person::Identifier;
use iis_model::query::Wanted;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Action, Date, Findings, Given, PartialDate, ReportedEvent};

/// Answers with the one person found.
pub fn reply(
    message: &Message<'_>,
    record: &PersonRecord,
    asker: &Asker<'_>,
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Vec<u8> {
    let mut out = response::begin(message, Wanted::History, ("Z32", Status::Found), findings, header);
    let person = &record.demographics;
    pid::write(&mut out, 1, person, &identifiers(record, asker, header), header.authority);
    pd1::write(&mut out, person);
    nk1::write(&mut out, &person.next_of_kin);
    let mut next = 1;
    for event in &record.events {
        let mut best = event.best.clone();
        best.action = Given::of(Action::Add);
        if let Some(on) = with_whole_day(&mut best, header.today()) {
            best.comments.push(format!("The day is not on record: reported as {on}.").into());
        }
        order::write(&mut out, &best, source(event, asker), header.authority, &mut next);
    }
    finished::finish(out, Profile::Z32)
}

/// RXA-3 is a whole day (data type `TS_NZ`): where month or year alone is on record, the last day that it can be, as the recommender
/// counts it, and no later than the reply. Gives what is on record then.
pub(super) fn with_whole_day(event: &mut ReportedEvent, today: Date) -> Option<PartialDate> {
    let on = *event.given_on.get().filter(|on| on.precision() != Precision::Day)?;
    let counted = on.last_day().min(today).max(on.first_day());
    event.given_on = Given::of(PartialDate::day(counted));
    Some(on)
}

/// The identifiers that the asker may see: the registry number, and its own record numbers.
pub(super) fn identifiers(
    record: &PersonRecord,
    asker: &Asker<'_>,
    header: &ReplyHeader<'_>,
) -> Vec<Identifier> {
    let number = Identifier {
        value: record.registry_number.to_string().into(),
        authority: header.authority.into(),
        kind: "SR".into(),
    };
    let own = record.own_identifiers.iter().cloned().map(|mut own| {
        if own.authority.is_empty() {
            own.authority = asker.authority.into();
        }
        own
    });
    std::iter::once(number).chain(own).collect()
}

/// RXA-9 as seen from the asker: 00 only for a dose that its own organization gave, and only with the lot and
/// manufacturer that the guide then requires; other new immunizations are historical to it.
pub(super) fn source(event: &ConsolidatedEvent, asker: &Asker<'_>) -> InformationSource {
    let is_own = |report: &iis_model::record::ReportOrigin| {
        report.organization_id == asker.organization_id && report.is_administered
    };
    let best = &event.best;
    let given_here =
        event.reports.iter().any(is_own) || (asker.keep_new_immunization && best.is_administered());
    let is_complete = best.lot.number.get().is_some() && best.lot.manufacturer.get().is_some();
    if given_here && is_complete {
        return InformationSource::NewImmunization;
    }
    match order::own_source(best) {
        InformationSource::NewImmunization => InformationSource::Historical,
        source => source,
    }
}
