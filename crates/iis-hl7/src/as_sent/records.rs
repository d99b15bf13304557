//! The segments that fields are looked for in.

use super::observed::{About, Observed};
use crate::er7::{Message, Part, Segment};
use iis_model::sent::GUARDIANS;
use std::ops::Range;

/// One segment of each name: the only one, or the one that is being looked at.
pub(super) struct Records<'m> {
    pub(super) message: &'m Message<'m>,
    pub(super) header: Option<Segment<'m>>,
    pub(super) patient: Option<Segment<'m>>,
    pub(super) additional: Option<Segment<'m>>,
    pub(super) visit: Option<Segment<'m>>,
    pub(super) guardian: Option<Segment<'m>>,
    pub(super) kin: Option<Segment<'m>>,
    pub(super) order: Option<Segment<'m>>,
    pub(super) dose: Option<Segment<'m>>,
    pub(super) route: Option<Segment<'m>>,
    pub(super) observation: Option<Segment<'m>>,
    /// The segments after the dose that belong to it, by their numbers.
    pub(super) details: Range<usize>,
    /// The legal name of the patient; without one the first.
    pub(super) name: Option<Part<'m>>,
    /// The codes of the vaccine with their systems.
    codings: [Option<(Part<'m>, System)>; 2],
    observed: Observed<'m>,
}

impl<'m> Records<'m> {
    /// What is there from the beginning; orders and contacts come one after another.
    pub(super) fn of(message: &'m Message<'_>) -> Records<'m> {
        let is_guardian = |segment: &Segment<'_>| {
            let relationship = segment.field(3).component(1);
            GUARDIANS.iter().any(|code| relationship.is(code))
        };
        let (mut patient, mut additional, mut visit, mut guardian) = (None, None, None, None);
        for segment in message.segments() {
            match &segment.name_bytes() {
                b"PID" => patient = patient.or(Some(segment)),
                b"PD1" => additional = additional.or(Some(segment)),
                b"PV1" => visit = visit.or(Some(segment)),
                b"NK1" if guardian.is_none() && is_guardian(&segment) => guardian = Some(segment),
                b"ORC" | b"RXA" => break,
                _ => {}
            }
        }
        Records {
            message,
            header: message.header(),
            patient,
            additional,
            visit,
            guardian,
            kin: None,
            order: None,
            dose: None,
            route: None,
            observation: None,
            details: 0..0,
            name: name_of(patient),
            codings: [None; 2],
            observed: Observed::of(message),
        }
    }

    /// An order begins.
    pub(super) fn open(&mut self, order: Segment<'m>) {
        self.order = Some(order);
        self.dose = None;
        self.codings = [None; 2];
    }

    /// Its dose, with what follows until the next order or dose.
    pub(super) fn take_dose(&mut self, dose: Segment<'m>, nth: usize) {
        let message = self.message;
        let begins_another =
            |nth: &usize| message.name_of(*nth).is_some_and(|name| matches!(&name, b"ORC" | b"RXA"));
        let end = (nth + 1..message.len()).find(begins_another).unwrap_or(message.len());
        self.details = nth + 1..end;
        let route = self.details.clone().find(|&nth| message.name_of(nth) == Some(*b"RXR"));
        self.route = route.and_then(|nth| message.nth(nth));
        let [code, _, system, other, _, other_system] = dose.field(5).components();
        self.codings =
            [(code, system), (other, other_system)].map(|(code, system)| Some((code, System::of(&system)?)));
        self.dose = Some(dose);
    }

    /// The codes of the vaccine in a code system.
    pub(super) fn vaccine_in(&self, system: System) -> impl Iterator<Item = Part<'m>> {
        let codings = self.codings.into_iter().flatten();
        codings.filter(move |(_, of)| *of == system).map(|(code, _)| code)
    }

    /// The values of the observations about something, in a stretch of the message.
    pub(super) fn values(&self, about: About, stretch: Range<usize>) -> impl Iterator<Item = Part<'m>> {
        self.observed.about(about, stretch).map(|observation| observation.field(5).component(1))
    }
}

/// The code systems of vaccines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Cvx,
    Ndc,
    Cpt,
}

impl System {
    fn of(name: &Part<'_>) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|known| name.is(known));
        if is(&["CVX", "HL70292"]) {
            Some(Self::Cvx)
        } else if is(&["NDC"]) {
            Some(Self::Ndc)
        } else if is(&["CPT", "C4", "C5"]) {
            Some(Self::Cpt)
        } else {
            None
        }
    }
}

fn name_of(patient: Option<Segment<'_>>) -> Option<Part<'_>> {
    let legal = repetitions(patient, 5).find(|part| part.component(7).is("L"));
    legal.or_else(|| repetitions(patient, 5).next())
}

/// What a field says, repetition by repetition.
pub(super) fn repetitions(segment: Option<Segment<'_>>, field: u8) -> impl Iterator<Item = Part<'_>> {
    let segment = segment.filter(|segment| !segment.raw_field(field).is_empty());
    segment.into_iter().flat_map(move |segment| segment.field(field).repetitions())
}
