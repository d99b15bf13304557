//! A dose on the administration record.

use crate::pages::patients::doses::{clinician, vaccine_name};
use crate::pages::{codes, format};
use iis_model::ReportedEvent;
use iis_model::event::VisGiven;
use iis_model::record::ConsolidatedEvent;
use iis_print::Given;

/// A dose as the administration record lists it.
pub(super) fn given(event: &ConsolidatedEvent) -> Given {
    let best = &event.best;
    let coded = |given: &iis_model::Given<iis_model::Coded>| given.get().map(codes::word).unwrap_or_default();
    let joined = |parts: [String; 2]| {
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let place = event.reports.iter().find(|report| report.is_administered);
    let place = place.map(|report| if report.site.is_empty() { &report.organization } else { &report.site });
    Given {
        given_on: best.given_on.get().map(ToString::to_string).unwrap_or_default().into(),
        vaccine: vaccine_name(best).into(),
        manufacturer: best.lot.manufacturer.get().map(codes::manufacturer).unwrap_or_default().into(),
        lot: best.lot.number.get().cloned().unwrap_or_default(),
        expires_on: best.lot.expires_on.get().map(ToString::to_string).unwrap_or_default().into(),
        amount: amount(best).into(),
        route_and_site: joined([coded(&best.route), coded(&best.body_site)]).into(),
        given_by: best.administered_by.get().map(clinician).unwrap_or_default().into(),
        place: place.cloned().unwrap_or_default(),
        statement: best.vis.iter().filter_map(edition).collect::<Vec<_>>().join(", ").into(),
        funding: joined([
            coded(&best.eligibility),
            best.funding_source.get().map(codes::funding).unwrap_or_default(),
        ])
        .into(),
    }
}

fn amount(best: &ReportedEvent) -> String {
    best.amount
        .get()
        .map(|amount| format!("{} {}", amount.number, amount.unit).trim().to_owned())
        .unwrap_or_default()
}

fn edition(vis: &VisGiven) -> Option<String> {
    vis.edition_on.get().map(format::partial_date)
}
