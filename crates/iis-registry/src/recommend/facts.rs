//! From what the registry believes about a person to what the recommender is told.
//!
//! Sources: CDSi Logic Specification 4.6, sections 4.1 (what is gathered), 6.1 (dose condition) and CALCDTLOTEXP-1.

use super::conditions::{self, Begun, Noted};
use super::left_reactions;
use super::observations::{Told, observations};
use iis_cdsi::Schedule;
use iis_cdsi::codes::{Cvx, Mvx, Sex, Volume};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthCountry, BirthDate, DoseGiven, History};
use iis_model::date::Precision;
use iis_model::event::{Amount, Observation};
use iis_model::recommendation::Notice;
use iis_model::record::ConsolidatedEvent;
use iis_model::{Completion, Date, Demographics, EventId, EventKind, Gist, PartialDate};

/// What counts of one event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventFacts<'a> {
    pub(crate) id: EventId,
    pub(crate) kind: EventKind,
    pub(crate) given_on: Option<PartialDate>,
    pub(crate) cvx: Option<iis_model::Cvx>,
    pub(crate) completion: Option<Completion>,
    pub(crate) amount: Option<&'a Amount>,
    pub(crate) manufacturer: Option<&'a iis_model::Mvx>,
    pub(crate) lot_expires_on: Option<PartialDate>,
    pub(crate) observations: &'a [Observation],
}

impl<'a> EventFacts<'a> {
    pub(crate) fn of(event: &'a ConsolidatedEvent) -> Self {
        let best = &event.best;
        Self {
            id: event.id,
            kind: best.kind,
            given_on: best.given_on.value,
            cvx: best.cvx.value,
            completion: best.completion.value,
            amount: best.amount.get(),
            manufacturer: best.lot.manufacturer.get(),
            lot_expires_on: best.lot.expires_on.value,
            observations: &best.observations,
        }
    }

    /// The same from the gists of an event's reports, the preferred one first; none when there is no report. Gaps are
    /// filled as [`crate::people::best::Reports`] fills them: from reports of the same product, a lot as a whole.
    pub(crate) fn of_gists(id: EventId, gists: &[&'a Gist]) -> Option<Self> {
        let preferred = *gists.first()?;
        let same = || gists.iter().copied().filter(|gist| gist.cvx == preferred.cvx);
        let lot = same().find(|gist| gist.lot_number.is_some()).unwrap_or(preferred);
        Some(Self {
            id,
            kind: preferred.kind,
            given_on: preferred.given_on,
            cvx: preferred.cvx,
            completion: preferred.completion,
            amount: same().find_map(|gist| gist.amount.as_ref()),
            manufacturer: lot.manufacturer.as_ref(),
            lot_expires_on: lot.lot_expires_on,
            observations: same().map(|gist| &*gist.observations).find(|said| !said.is_empty()).unwrap_or(&[]),
        })
    }
}

/// What the recommender is told of a person, and what was noticed on the way.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) history: History,
    /// The event behind each dose of the history.
    pub(crate) events: Vec<EventId>,
    /// The place in the plan of each further dose of the history: those are only supposed.
    pub(crate) planned: Vec<usize>,
    /// The person has died by the day of the question: nothing is forecast.
    pub(crate) is_deceased: bool,
    /// The first day on which the facts themselves will read otherwise (a contraindication ends).
    pub(crate) change_on: Option<Date>,
    pub(crate) notices: Vec<Notice>,
    /// What was noted of days from which something counts, until it is settled what they are.
    pub(super) begun: Vec<Begun>,
}

impl Facts {
    /// Gathers the facts as they stand on a day.
    pub(crate) fn gather(
        person: &Demographics,
        events: &mut Vec<EventFacts<'_>>,
        schedule: &Schedule,
        on: Date,
    ) -> Self {
        events.sort_unstable_by_key(|event| (event.given_on, event.id));
        let mut facts = Self {
            history: History {
                birth: birth(person.born_on.value),
                sex: person.sex.get().and_then(|sex| Sex::parse(sex.code())).unwrap_or_default(),
                birth_country: birth_country(person),
                ..History::default()
            },
            is_deceased: has_died(person, on),
            ..Self::default()
        };
        for event in events.iter() {
            if event.kind.is_dose() {
                facts.add_dose(event, on);
            }
            if !event.observations.is_empty() {
                facts.add_observations(event, schedule, on);
            }
        }
        conditions::settle(&mut facts, on);
        let left = left_reactions::noticed(schedule, events);
        facts.notices.extend(left.into_iter().map(|left| Notice { event: None, text: left.text }));
        facts
    }

    fn add_dose(&mut self, event: &EventFacts<'_>, on: Date) {
        let Some(given_on) = event.given_on else {
            return self.notice(event, "The day of this dose is not known at all: it is not evaluated.");
        };
        let Some(cvx) = event.cvx.and_then(|cvx| Cvx::new(cvx.number())) else {
            return self.notice(event, "The vaccine of this dose has no CVX code: it is not evaluated.");
        };
        let counted = self.counted_day(event, given_on, on);
        self.events.push(event.id);
        self.history.doses.push(DoseGiven {
            on: Day::from(counted),
            cvx,
            mvx: event.manufacturer.and_then(|mvx| Mvx::parse(mvx.as_str())),
            volume: event.amount.and_then(milliliters),
            is_flagged: event.completion == Some(Completion::Partial),
            lot_expires_on: event.lot_expires_on.map(|on| Day::from(on.last_day())),
        });
    }

    /// The day with which a dose is counted: where the day is not known, the last one it can be, so that no next dose
    /// comes too early; but not after the day of the question.
    fn counted_day(&mut self, event: &EventFacts<'_>, given_on: PartialDate, on: Date) -> Date {
        if given_on.precision() == Precision::Day {
            return given_on.first_day();
        }
        self.notice(event, "The day of this dose is not known: it was counted with the last day it can be.");
        if given_on.first_day() <= on && on < given_on.last_day() {
            self.will_change(on.tomorrow().ok());
            return on;
        }
        given_on.last_day()
    }

    fn add_observations(&mut self, event: &EventFacts<'_>, schedule: &Schedule, on: Date) {
        let mut told = Told::default();
        observations(event, schedule, on, &mut told);
        self.will_change(told.change_on);
        let on = event.given_on.map(|on| (Day::from(on.first_day()), Day::from(on.last_day())));
        let noted = Noted { on, is_under_dose: event.kind.is_dose() };
        let begun: Vec<Begun> = told.made.iter().filter_map(|made| Begun::of(made, noted)).collect();
        told.made.retain(|made| Begun::of(made, noted).is_none());
        let is_over = |one: &Begun| told.not_now.contains(&one.happened());
        let says = |one: &Begun| told.made.iter().any(|made| made.code.number() == one.happened());
        let begun = begun.into_iter().filter(|one| !is_over(one));
        self.begun.extend(begun.map(|one| if says(&one) { one.beside_what_happened() } else { one }));
        // what is said again is said last
        self.history.observations.retain(|known| !told.made.contains(known));
        self.history.observations.extend(told.made);
        told.notices.into_iter().for_each(|text| self.notice(event, text));
    }

    pub(super) fn will_change(&mut self, on: Option<Date>) {
        self.change_on = [self.change_on, on].into_iter().flatten().min();
    }

    fn notice(&mut self, event: &EventFacts<'_>, text: &'static str) {
        self.notices.push(Notice { event: Some(event.id), text: text.into() });
    }
}

fn birth(born_on: Option<PartialDate>) -> BirthDate {
    match born_on {
        Some(date) if date.precision() == Precision::Day => BirthDate::On(Day::from(date.first_day())),
        Some(date) if date.precision() == Precision::Month => {
            BirthDate::InMonth { year: date.first_day().year(), month: date.first_day().month() }
        }
        _ => BirthDate::Unknown,
    }
}

/// The country of the birth place (address type BDL, or N of HL7 table 0190).
fn birth_country(person: &Demographics) -> BirthCountry {
    let places = person.addresses.iter().filter_map(|address| address.get());
    let mut births = places.filter(|address| matches!(&*address.kind, "BDL" | "N"));
    match births.find_map(|address| Some(&*address.country).filter(|country| !country.is_empty())) {
        None => BirthCountry::NotRecorded,
        Some("USA" | "US") => BirthCountry::UnitedStates,
        Some(_) => BirthCountry::Other,
    }
}

fn has_died(person: &Demographics, on: Date) -> bool {
    match person.died_on.get() {
        Some(died_on) => died_on.first_day() <= on,
        None => person.is_deceased.value == Some(true),
    }
}

fn milliliters(amount: &Amount) -> Option<Volume> {
    if !amount.unit.eq_ignore_ascii_case("mL") {
        return None;
    }
    match amount.number.strip_prefix('.') {
        Some(part) => Volume::parse_milliliters(&format!("0.{part}")),
        None => Volume::parse_milliliters(&amount.number),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{EventFacts, Facts};
    use iis_cdsi::dates::Day;
    use iis_cdsi::{Schedule, tables};
    use iis_model::event::{Amount, InformationSource};
    use iis_model::record::ConsolidatedEvent;
    use iis_model::testing::{dose, person};
    use iis_model::{Completion, EventId, EventKind, Given, ReportedEvent};
    use jiff::civil::date;

    pub(in crate::recommend) fn gather(events: &[ReportedEvent]) -> Facts {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let consolidated: Vec<_> = (1..)
            .zip(events)
            .map(|(id, best)| ConsolidatedEvent { id: EventId(id), best: best.clone(), reports: vec![] })
            .collect();
        let mut events: Vec<_> = consolidated.iter().map(EventFacts::of).collect();
        Facts::gather(&person(), &mut events, &schedule, date(2026, 3, 2))
    }

    #[test]
    fn what_is_no_dose_is_not_evaluated_and_what_is_flagged_says_so() {
        let given = || dose(InformationSource::NewImmunization);
        let mut refusal = given();
        refusal.kind = EventKind::Refusal;
        let mut partial = given().given("2021-02-20");
        partial.completion = Given::of(Completion::Partial);
        partial.amount = Given::of(Amount { number: ".25".into(), unit: "ML".into() });
        let expires = given().given("2021-04-20").lot_expires(Some("2021-04"));
        let facts = gather(&[expires, refusal, partial, given()]);
        assert_eq!(facts.events, [EventId(4), EventId(3), EventId(1)], "by date, without the refusal");
        let doses = &facts.history.doses;
        assert_eq!(doses.iter().map(|dose| dose.is_flagged).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(doses[1].volume.map(|volume| volume.to_string()).as_deref(), Some("0.25"));
        assert_eq!(doses[2].lot_expires_on, Day::parse("2021-04-30"));
    }

    #[test]
    fn a_dose_without_a_day_is_counted_with_the_last_day_it_can_be() {
        #[rustfmt::skip]
        let table = [
            // reported      counted       the facts change on
            ("2021-02",      "2021-02-28", None),
            ("2021",         "2021-12-31", None),
            ("2026-03",      "2026-03-02", Some(date(2026, 3, 3))), // the day of the question is in that month
            ("2026-04",      "2026-04-30", None),
        ];
        for (reported, counted, change_on) in table {
            let facts = gather(&[dose(InformationSource::Historical).given(reported)]);
            assert_eq!(facts.history.doses.first().map(|dose| dose.on), Day::parse(counted), "{reported}");
            assert_eq!((facts.change_on, facts.notices.len()), (change_on, 1), "{reported}");
        }
    }

    #[test]
    fn a_dose_without_a_vaccine_is_noticed() {
        let mut unknown = dose(InformationSource::Historical);
        unknown.cvx = Given::default();
        let facts = gather(&[unknown]);
        assert_eq!((facts.history.doses.len(), facts.notices.len()), (0, 1));
    }
}
