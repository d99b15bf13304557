//! What a later report of a dose leaves behind: a reaction that names the dose as it was, and what stood under the dose and is
//! said no more. The record follows the report; whoever reports is told, since a form would have asked.

use super::Report as Said;
use crate::exchange::findings::{OBSERVATIONS_GONE, REACTION_LEFT};
use crate::people::consolidated::Known;
use crate::recommend::left_reactions::{Left, of_events};
use iis_matching::vaccination::Report;
use iis_model::event::Observation;
use iis_model::loinc::{CONTRAINDICATION, INDICATION, PRESUMED_IMMUNITY, REACTION, SEROLOGY};
use iis_model::{EventKind, Findings, Gist, Place};
use iis_store::Hash;
use iis_store::report::NewReport;

/// A report that stood, and the one that stands in its place.
#[derive(Debug)]
pub(super) struct Replaced {
    before: Gist,
    now: Gist,
    place: Place,
}

impl Replaced {
    /// Whether what was a dose is another one, or none.
    fn is_another_dose(&self) -> bool {
        let what = |gist: &Gist| (gist.given_on, gist.cvx, gist.kind.is_dose());
        self.before.kind.is_dose() && (self.now.is_delete || what(&self.before) != what(&self.now))
    }

    /// What stood under the report and is not said any more. Who deletes an observation means it; who deletes a dose or a refusal
    /// need not.
    fn dropped(&self) -> impl Iterator<Item = &Observation> {
        let is_meant = self.before.kind != EventKind::Observation || !self.now.is_delete;
        let says = |one: &Observation| {
            !self.now.is_delete && self.now.observations.iter().any(|now| says_the_same(now, one))
        };
        let before = self.before.observations.iter().filter(|one| is_clinical(one));
        before.filter(move |one| is_meant && !says(one))
    }
}

/// The reports that new ones replace.
pub(super) fn replaced(own: &[(&Report, Hash)], reports: &[NewReport]) -> Vec<Replaced> {
    let of_report = |new: &NewReport| {
        let versions = own.iter().map(|(row, _)| row).filter(|row| row.dose_key == new.dose_key);
        let newest = versions.max_by_key(|row| row.moment())?;
        let stood = !newest.gist.is_delete && newest.sent_at <= new.sent_at;
        let event = new.body.event();
        stood.then(|| Replaced { before: newest.gist.clone(), now: Gist::of(event), place: event.place })
    };
    reports.iter().filter_map(of_report).collect()
}

/// The reactions, noted by the reporter's own organization, that name a dose which is not on record; none where no report could leave
/// any. What others noted is not the reporter's to hear: the page tells it.
pub(super) fn reactions(said: &Said, replaced: &[Replaced], known: &Known) -> Vec<Left> {
    if !replaced.iter().any(Replaced::is_another_dose) {
        return Vec::new();
    }
    of_events(&said.cx.schedules.now().schedule, &known.facts_with_notes_of(said.by.organization_id))
}

/// Tells of what is left behind, the new reports being among those that are known.
pub(super) fn note(
    said: &Said,
    (replaced, left_before): (&[Replaced], &[Left]),
    known: &Known,
    findings: &mut Findings,
) {
    let was_left = |left: &Left| left_before.iter().any(|one| (one.after, one.on) == (left.after, left.on));
    for left in reactions(said, replaced, known).iter().filter(|left| !was_left(left)) {
        let named = |gist: &Gist| gist.given_on == Some(left.on);
        let mut others = replaced.iter().filter(|one| one.is_another_dose());
        let first = others.clone().next();
        if let Some(one) = others.find(|one| named(&one.before)).or(first) {
            findings.push(REACTION_LEFT.at(one.place));
        }
    }
    let dropped: Vec<_> =
        replaced.iter().flat_map(|one| one.dropped().map(|said| (one.place, said))).collect();
    if dropped.is_empty() {
        return;
    }
    // what others noted is not the reporter's to hear: whether it stands there too changes nothing
    let observed = known.observed_by(said.by.organization_id);
    let stays = |one: &Observation| observed.iter().any(|now| says_the_same(now, one));
    let mut places: Vec<Place> =
        dropped.iter().filter(|(_, one)| !stays(one)).map(|(place, _)| *place).collect();
    places.dedup();
    findings.extend(places.into_iter().map(|place| OBSERVATIONS_GONE.at(place)));
}

/// Whether the recommender, or whoever gives the next dose, reads it.
fn is_clinical(observation: &Observation) -> bool {
    matches!(
        &*observation.about.code,
        CONTRAINDICATION | PRESUMED_IMMUNITY | SEROLOGY | REACTION | INDICATION
    )
}

fn says_the_same(one: &Observation, other: &Observation) -> bool {
    let said = |one| iis_model::event::said(std::slice::from_ref(one));
    said(one) == said(other)
}
