//! The gist of a report: the few values by which reports of one dose are brought together and doses are evaluated.
//!
//! A record of twenty years holds hundreds of reports, and each new one asks what all of them say. The rest of a
//! report (clinicians, funding, documents handed out) decides nothing there and need not be read.

use crate::event::{Amount, Observation};
use crate::{Action, Completion, Cvx, EventKind, Mvx, PartialDate, ReportedEvent};

/// What of a [`ReportedEvent`] decides which dose it is about and what the recommender makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// What the report is about.
    pub kind: EventKind,
    /// Whether it withdraws what its sender said before.
    pub is_delete: bool,
    /// How the administration ended.
    pub completion: Option<Completion>,
    /// The day on which it was given, refused or noted.
    pub given_on: Option<PartialDate>,
    /// The vaccine.
    pub cvx: Option<Cvx>,
    /// Whether a national drug code names the package.
    pub has_ndc: bool,
    /// Lot number, as sent.
    pub lot_number: Option<Box<str>>,
    /// Last usable day of the lot.
    pub lot_expires_on: Option<PartialDate>,
    /// Manufacturer.
    pub manufacturer: Option<Mvx>,
    /// Route, by its code.
    pub route: Option<Box<str>>,
    /// Body site, by its code.
    pub body_site: Option<Box<str>>,
    /// How much was given.
    pub amount: Option<Amount>,
    /// Immunity, contraindications, reactions, indications.
    pub observations: Vec<Observation>,
}

impl Gist {
    /// Of a report.
    pub fn of(event: &ReportedEvent) -> Self {
        Self {
            kind: event.kind,
            is_delete: event.action.value == Some(Action::Delete),
            completion: event.completion.value,
            given_on: event.given_on.value,
            cvx: event.cvx.value,
            has_ndc: event.ndc.value.is_some(),
            lot_number: event.lot.number.value.clone(),
            lot_expires_on: event.lot.expires_on.value,
            manufacturer: event.lot.manufacturer.value.clone(),
            route: event.route.get().map(|route| route.code.clone()),
            body_site: event.body_site.get().map(|site| site.code.clone()),
            amount: event.amount.value.clone(),
            observations: event.observations.clone(),
        }
    }

    /// Whether the reporter gave the dose.
    pub fn is_administered(&self) -> bool {
        self.kind == EventKind::Administered
    }

    /// What its observations say, without when: equal where two reports say the same thing.
    pub fn said(&self) -> String {
        crate::event::said(&self.observations)
    }
}
