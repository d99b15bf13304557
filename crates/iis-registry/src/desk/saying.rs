//! What a form can say about a person besides demographics, as the reports that a message would make of it.

use iis_model::event::{
    Amount, Clinician, Completion, InformationSource, Lot, Observation, ObservationValue, OrderNumber,
    VisGiven,
};
use iis_model::loinc::{CONTRAINDICATION, PRESUMED_IMMUNITY, REACTION, SEROLOGY, VACCINE_TYPE};
pub use iis_model::vaers::Vaers;
use iis_model::{
    Action, Beginning, Coded, Cvx, Date, EventKind, Given, Mvx, Ndc, PartialDate, ReportedEvent,
};

/// Who numbers the doses of forms.
const NUMBERED_BY: &str = "DESK";

/// A dose that the site gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoseGiven {
    /// The day.
    pub on: Date,
    /// The product.
    pub cvx: Cvx,
    /// Its package, where it is known.
    pub ndc: Option<Ndc>,
    /// Lot number, last usable day and manufacturer.
    pub lot: (Box<str>, Date, Option<Mvx>),
    /// How much, in mL, as it is printed.
    pub amount_ml: Option<Box<str>>,
    /// Route and body site.
    pub where_given: (Option<Coded>, Option<Coded>),
    /// Who gave it.
    pub given_by: Option<Clinician>,
    /// Who ordered it.
    pub ordered_by: Option<Clinician>,
    /// What the patient qualified for, and whose money bought it.
    pub paid: (Coded, Coded),
    /// The statements that were handed out, each with the day of its edition.
    pub statements: Vec<(Coded, Option<PartialDate>)>,
}

impl DoseGiven {
    /// As a report of the site of this code.
    pub fn report(self, site_code: &str) -> ReportedEvent {
        let (number, expires_on, manufacturer) = self.lot;
        let given_on = Given::of(PartialDate::day(self.on));
        let statement = |(document, edition): (Coded, Option<PartialDate>)| VisGiven {
            document: Given::of(document),
            edition_on: edition.map(Given::of).unwrap_or_default(),
            given_on: given_on.clone(),
        };
        ReportedEvent {
            source: Given::of(InformationSource::NewImmunization),
            completion: Given::of(Completion::Complete),
            ndc: self.ndc.map(Given::of).unwrap_or_default(),
            lot: Lot {
                number: Given::of(number),
                expires_on: Given::of(PartialDate::day(expires_on)),
                manufacturer: manufacturer.map(Given::of).unwrap_or_default(),
            },
            amount: self
                .amount_ml
                .map(|number| Given::of(Amount { number, unit: "mL".into() }))
                .unwrap_or_default(),
            route: self.where_given.0.map(Given::of).unwrap_or_default(),
            body_site: self.where_given.1.map(Given::of).unwrap_or_default(),
            administered_by: self.given_by.map(Given::of).unwrap_or_default(),
            ordered_by: self.ordered_by.map(Given::of).unwrap_or_default(),
            administered_at: Given::of(site_code.into()),
            eligibility: Given::of(self.paid.0),
            funding_source: Given::of(self.paid.1),
            vis: self.statements.into_iter().map(statement).collect(),
            ..of_vaccine(EventKind::Administered, self.cvx, PartialDate::day(self.on))
        }
    }
}

/// A dose that is known from elsewhere.
pub fn historical(cvx: Cvx, on: PartialDate, known_from: InformationSource) -> ReportedEvent {
    ReportedEvent {
        source: Given::of(known_from),
        completion: Given::of(Completion::Complete),
        ..of_vaccine(EventKind::Historical, cvx, on)
    }
}

/// A vaccine that was refused; the reason is one of NIP002.
pub fn refusal(cvx: Cvx, on: PartialDate, reason: Coded) -> ReportedEvent {
    ReportedEvent {
        completion: Given::of(Completion::Refused),
        refusal_reason: Given::of(reason),
        ..of_vaccine(EventKind::Refusal, cvx, on)
    }
}

/// What an observation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// A contraindication or precaution.
    Contraindication,
    /// Presumed immunity by a disease that was had.
    Disease,
    /// Immunity that a test showed.
    Serology,
}

impl Observed {
    const fn about(self) -> (&'static str, &'static str) {
        match self {
            Self::Contraindication => (CONTRAINDICATION, "Vaccination contraindication/precaution"),
            Self::Disease => (PRESUMED_IMMUNITY, "Disease with presumed immunity"),
            Self::Serology => (SEROLOGY, "Disease with serological evidence of immunity"),
        }
    }
}

/// Something that was observed without a dose.
pub fn observation(about: Observed, value: Coded, on: PartialDate) -> ReportedEvent {
    let (code, text) = about.about();
    ReportedEvent {
        completion: Given::of(Completion::NotAdministered),
        observations: vec![Observation {
            about: Coded::new(code, text, "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(value)),
            observed_on: Given::of(on),
        }],
        ..of_vaccine(EventKind::Observation, Cvx::NO_VACCINE, on)
    }
}

/// An observation with a day from which something counts, in a set of its own.
pub fn with_beginning(mut noted: ReportedEvent, of: Beginning, begun: Date) -> ReportedEvent {
    let (about, text) = Observed::Contraindication.about();
    let (code, title) = of.coded();
    noted.observations.push(Observation {
        about: Coded::new(about, text, "LN"),
        group: "2".into(),
        value: Given::of(ObservationValue::Coded(Coded::new(code, title, "CDSI"))),
        observed_on: Given::of(PartialDate::day(begun)),
    });
    noted
}

/// A reaction that followed a dose, as a message says it under the dose: dated by the dose, the vaccine named
/// beside it, since the dose may be somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// What followed: a code, or words where there is none.
    pub what: ObservationValue,
    /// The vaccine, and when it was given.
    pub after: (Cvx, PartialDate),
    /// When the reaction came.
    pub on: PartialDate,
    /// Whether VAERS was told, and under which number; none: nobody said.
    pub vaers: Option<Vaers>,
}

impl Reaction {
    /// As a report.
    pub fn report(self) -> ReportedEvent {
        let (cvx, given_on) = self.after;
        let observed = |(code, text): (&str, &str), value| Observation {
            about: Coded::new(code, text, "LN"),
            group: "1".into(),
            value: Given::of(value),
            observed_on: Given::of(self.on),
        };
        let vaccine = ObservationValue::Coded(Coded::new(&cvx.to_string(), "", "CVX"));
        ReportedEvent {
            completion: Given::of(Completion::NotAdministered),
            observations: vec![
                observed((REACTION, "Immunization reaction"), self.what),
                observed((VACCINE_TYPE, "Vaccine type"), vaccine),
            ],
            comments: self.vaers.iter().map(Vaers::words).collect(),
            ..of_vaccine(EventKind::Observation, Cvx::NO_VACCINE, given_on)
        }
    }
}

/// The same note of a reaction after another dose: dated by that dose, its vaccine named in the place of the other one.
pub(super) fn after_another(mut noted: ReportedEvent, (cvx, given_on): (Cvx, PartialDate)) -> ReportedEvent {
    let reactions = noted.observations.iter().filter(|one| &*one.about.code == REACTION);
    let of_reactions: Vec<Box<str>> = reactions.map(|one| one.group.clone()).collect();
    let vaccines = noted.observations.iter_mut().filter(|one| &*one.about.code == VACCINE_TYPE);
    for vaccine in vaccines.filter(|one| of_reactions.contains(&one.group)) {
        vaccine.value = Given::of(ObservationValue::Coded(Coded::new(&cvx.to_string(), "", "CVX")));
    }
    noted.given_on = Given::of(given_on);
    noted
}

fn of_vaccine(kind: EventKind, cvx: Cvx, on: PartialDate) -> ReportedEvent {
    ReportedEvent {
        given_on: Given::of(on),
        cvx: Given::of(cvx),
        vaccine: Given::of(Coded::new(&cvx.to_string(), "", "CVX")),
        action: Given::of(Action::Add),
        ..ReportedEvent::new(kind)
    }
}

/// Gives each report a number of its own, by which it can be corrected and withdrawn: of the form, and of its place there.
pub(super) fn number(events: &mut [ReportedEvent], form: &[u8; 32]) {
    let form = form.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    for (at, event) in events.iter_mut().enumerate() {
        if event.filler.get().is_none() {
            let value = format!("{form:016x}-{}", at + 1).into();
            event.filler = Given::of(OrderNumber { value, authority: NUMBERED_BY.into() });
        }
    }
}
