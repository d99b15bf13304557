//! A record as a document: what is printed of it, and nothing more.

use super::noted::printed;
use crate::pages::patients::doses::{clinician, is_dose, vaccine_name};
use crate::pages::patients::notes::{after, is_allergy_to_a_dose, medical, observed_value};
use crate::pages::patients::recommendation::words;
use crate::pages::{codes, format};
use iis_model::event::{ObservationValue, VisGiven};
use iis_model::person::{PersonName, Sex};
use iis_model::recommendation::{Evaluation, Forecast, ForecastStatus, Recommendation, Validity};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Date, Demographics, EventKind, RegistryNumber, ReportedEvent, recommendation};
use iis_print::{
    Age, Document, Given, Group, GroupDose, Issuer, Language, Note, NoteKind, Person, Standing, Status,
    Verdict, Verification,
};
use iis_registry::prints::doses_alone;
use iis_registry::recommend::{Schedules, recommend};

/// What was asked for.
pub(in crate::pages) struct Wanted {
    pub(in crate::pages) form: iis_print::Form,
    pub(in crate::pages) language: Language,
    /// Whether lots stand beside the doses.
    pub(in crate::pages) lots: bool,
    /// Whether the official record tells contraindications, reactions and evidence of immunity: diagnoses, for whoever reads it.
    pub(in crate::pages) conditions: bool,
    /// Whether a school form may tell evidence of immunity: whoever prints it sees it.
    pub(in crate::pages) immunity: bool,
}

impl Wanted {
    /// Whether it tells notes of this kind: a school form takes immunity in the place of doses.
    fn tells(&self, kind: NoteKind) -> bool {
        match self.form {
            iis_print::Form::Record => self.conditions,
            iis_print::Form::School => self.immunity && kind == NoteKind::Immunity,
            _ => false,
        }
    }

    /// Whether a group without doses has a row: one that is open today has, and one of which a condition is told.
    fn lists(&self, (is_open_today, standing): (bool, Standing)) -> bool {
        is_open_today || (is_of_condition(standing) && self.tells_conditions())
    }

    /// Whether it says how doses and what comes next stand for this person, with all that is on record. Whatever does not is made of
    /// the doses alone ([`doses_alone`]), so that nothing else can be read from it.
    pub(in crate::pages) fn tells_conditions(&self) -> bool {
        self.form == iis_print::Form::Record && self.conditions
    }
}

/// Whether nobody's group stands so without a diagnosis.
const fn is_of_condition(standing: Standing) -> bool {
    matches!(standing, Standing::Contraindicated | Standing::AskWhen | Standing::AskFirst | Standing::Immune)
}

/// What is said of a record on a document: of all of it, or of the doses alone.
pub(in crate::pages) fn judged(
    schedules: &Schedules,
    record: &PersonRecord,
    wanted: &Wanted,
    on: Date,
) -> Recommendation {
    if wanted.tells_conditions() {
        recommend(schedules, record, on)
    } else {
        recommend(schedules, &doses_alone(record), on)
    }
}

/// A form that is about nobody.
pub(in crate::pages) fn blank(wanted: &Wanted, issuer: Issuer, arrival: &iis_registry::Arrival) -> Document {
    Document {
        form: wanted.form,
        language: wanted.language,
        issuer,
        issued_on: arrival.today,
        issued_at: arrival.at,
        person: None,
        groups: Vec::new(),
        doses_alone: false,
        notes: Vec::new(),
        given: Vec::new(),
        signed: None,
        verification: None,
        unprintable: 0,
    }
}

/// The document about a record, with what is said of it ([`judged`]).
pub(in crate::pages) fn document(
    record: &PersonRecord,
    said: &Recommendation,
    wanted: &Wanted,
    verification: Verification,
    blank: Document,
) -> Document {
    Document {
        person: Some(person(&record.demographics, record.registry_number)),
        groups: groups(record, said, wanted),
        doses_alone: wanted.form == iis_print::Form::Record && !wanted.tells_conditions(),
        notes: record.events.iter().flat_map(notes).filter(|note| wanted.tells(note.kind)).collect(),
        given: record
            .events
            .iter()
            .filter(|event| event.best.kind == EventKind::Administered)
            .map(given)
            .collect(),
        verification: Some(verification),
        ..blank
    }
}

/// How many doses a document lists.
pub(in crate::pages) fn doses(document: &Document, record: &PersonRecord) -> usize {
    match document.form {
        iis_print::Form::Administration => document.given.len(),
        _ => record.events.iter().filter(|event| is_dose(event)).count(),
    }
}

/// `M. O.`: what the page says that confirms the document.
pub(in crate::pages) fn initials(person: &Demographics) -> String {
    let first = |part: &str| part.chars().find(|letter| letter.is_alphanumeric()).map(char::to_uppercase);
    let name = person.legal_name().cloned().unwrap_or_default();
    let letters = [first(&name.given), first(&name.family)].into_iter().flatten();
    letters.map(|letter| format!("{letter}.")).collect::<Vec<_>>().join(" ")
}

fn person(person: &Demographics, number: RegistryNumber) -> Person {
    let sex = person.sex.get().map_or("", |sex| match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::NonBinary | Sex::Other => "X",
        Sex::Unknown => "",
    });
    Person {
        name: name(person.legal_name()).into(),
        born_on: person.born_on.get().map(ToString::to_string).unwrap_or_default().into(),
        sex: sex.into(),
        number_tail: format::number_tail(number).trim_start_matches('…').into(),
    }
}

/// `Ortega, Maya Renata Jr`: as it was reported, so that it is found by it.
fn name(name: Option<&PersonName>) -> String {
    let Some(name) = name else { return String::new() };
    let given = [&*name.given, &*name.middle, &*name.suffix];
    let given = given.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    [&*name.family, given.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Groups with a dose, one that is wanted, or a condition that is told, in the order of screens; vaccines outside all groups by their names.
fn groups(record: &PersonRecord, said: &Recommendation, wanted: &Wanted) -> Vec<Group> {
    let oldest_first: Vec<&ConsolidatedEvent> =
        record.events.iter().rev().filter(|event| is_dose(event)).collect();
    let of = |event: &ConsolidatedEvent| {
        event.best.cvx.get().map(|cvx| codes::schedule_groups_of(*cvx)).unwrap_or_default()
    };
    let printed = |event: &ConsolidatedEvent, group: &str| {
        dose(event, &record.demographics, verdict_in(said, event, group), wanted.lots)
    };
    let grouped = codes::schedule_groups().filter_map(|id| {
        let own = oldest_first.iter().filter(|event| of(event).contains(&id));
        let doses: Vec<GroupDose> = own.map(|event| printed(event, id)).collect();
        let status = status(said, id);
        let is_open_today = status.as_ref().is_some_and(|status| status.standing.is_open_today());
        let status = if wanted.tells_conditions() { status } else { plain(said, id, status) };
        let is_shown = !doses.is_empty()
            || status.as_ref().is_some_and(|status| wanted.lists((is_open_today, status.standing)));
        is_shown.then(|| Group { id: id.into(), label: codes::schedule_group(id).into(), doses, status })
    });
    let mut groups: Vec<Group> = grouped.collect();
    for event in oldest_first.iter().filter(|event| of(event).is_empty()) {
        let label = vaccine_name(&event.best);
        let dose = printed(event, "");
        let alike = groups.iter_mut().find(|group| group.id.is_empty() && *group.label == *label);
        if let Some(group) = alike {
            group.doses.push(dose);
        } else {
            groups.push(Group { id: "".into(), label: label.into(), doses: vec![dose], status: None });
        }
    }
    groups
}

fn verdict_in<'a>(
    said: &'a Recommendation,
    event: &ConsolidatedEvent,
    group: &str,
) -> Option<&'a Evaluation> {
    said.evaluations_of(event.id).find(|evaluation| &*evaluation.group.name == group)
}

fn dose(
    event: &ConsolidatedEvent,
    person: &Demographics,
    evaluation: Option<&Evaluation>,
    lots: bool,
) -> GroupDose {
    let best = &event.best;
    let verdict = evaluation.map_or(Verdict::NotJudged, |evaluation| match evaluation.validity {
        Validity::Valid => Verdict::Counts,
        Validity::NotValid | Validity::SubStandard => Verdict::DoesNotCount,
        Validity::Extraneous => Verdict::Extra,
        Validity::NotJudged => Verdict::NotJudged,
    });
    let tells = |reason: &&&str| !words::is_forgiven(reason);
    let reasons =
        evaluation.filter(|_| verdict == Verdict::DoesNotCount).map(|evaluation| &evaluation.reasons);
    let lot = best.lot.number.get().filter(|_| lots).map(ToString::to_string);
    GroupDose {
        given_on: best.given_on.get().map(ToString::to_string).unwrap_or_default().into(),
        age: person.birth_date().zip(best.given_date()).and_then(|(born, day)| Age::on(born, day)),
        vaccine: vaccine_name(best).into(),
        lot: lot.unwrap_or_default().into(),
        verdict,
        reasons: reasons.into_iter().flatten().filter(tells).copied().collect(),
        days_short: evaluation.and_then(|evaluation| evaluation.days_short),
    }
}

/// The forecast by which a group stands: of several the one that is wanted first.
fn forecast<'a>(said: &'a Recommendation, group: &str) -> Option<&'a Forecast> {
    let of_group = said.forecasts.iter().filter(|forecast| &*forecast.group.name == group);
    of_group.min_by_key(|forecast| forecast.standing(said.assessed_on))
}

/// How a group stands where only the doses are known: whether a dose is late or may be given today says who knows the rest, so a dose
/// that is wanted has the day from which the schedule asks for it, and no more.
fn plain(said: &Recommendation, group: &str, status: Option<Status>) -> Option<Status> {
    let on = forecast(said, group).and_then(|forecast| Some(forecast.dates?.recommended));
    let is_wanted = |standing| matches!(standing, Standing::Overdue | Standing::Due | Standing::Later);
    status.map(|status| match status.standing {
        standing if is_wanted(standing) => Status { standing: Standing::BySchedule, on, ..status },
        _ => status,
    })
}

/// How a group stands.
fn status(said: &Recommendation, group: &str) -> Option<Status> {
    let on = said.assessed_on;
    let forecast = forecast(said, group)?;
    let recommended = forecast.dates.map(|dates| dates.recommended);
    let overdue = forecast.dates.and_then(|dates| dates.overdue_from());
    let (standing, since) = match forecast.standing(on) {
        recommendation::Standing::Overdue | recommendation::Standing::Due if words::is_shared(forecast) => {
            (Standing::SharedDecision, None)
        }
        // Without the diagnosis: whoever knows it says whether a live vaccine may be given.
        recommendation::Standing::Overdue | recommendation::Standing::Due if forecast.is_cautioned => {
            (Standing::AskFirst, None)
        }
        recommendation::Standing::Possible | recommendation::Standing::Later if forecast.is_cautioned => {
            (Standing::AskWhen, None)
        }
        recommendation::Standing::Overdue => (Standing::Overdue, overdue),
        recommendation::Standing::Due => (Standing::Due, recommended),
        recommendation::Standing::Possible | recommendation::Standing::Later => {
            (Standing::Later, recommended)
        }
        recommendation::Standing::Undated => (Standing::AskWhen, None),
        recommendation::Standing::SeasonUnknown => (Standing::SeasonUnknown, None),
        recommendation::Standing::Settled(status) => (settled(status), None),
    };
    Some(Status { standing, on: since, dose: forecast.dose_number })
}

fn settled(status: ForecastStatus) -> Standing {
    match status {
        ForecastStatus::NotComplete => Standing::Later,
        ForecastStatus::Complete => Standing::Complete,
        ForecastStatus::Immune => Standing::Immune,
        ForecastStatus::Contraindicated => Standing::Contraindicated,
        ForecastStatus::NotRecommended => Standing::NotRecommended,
        ForecastStatus::AgedOut => Standing::AgedOut,
    }
}

fn notes(event: &ConsolidatedEvent) -> Vec<Note> {
    let told = event.best.observations.iter().filter_map(|observation| {
        let kind = medical(observation)?;
        let on = observation.observed_on.get().or_else(|| event.best.given_on.get());
        let on = on.map(ToString::to_string).unwrap_or_default().into();
        let what = match observation.value.get() {
            Some(ObservationValue::Coded(coded)) => printed(coded),
            _ => observed_value(observation)?,
        };
        let after = after(&event.best, observation)
            .filter(|_| kind == NoteKind::Reaction || is_allergy_to_a_dose(observation));
        let after_on = after.as_ref().and_then(|after| after.on).map(|on| on.to_string()).unwrap_or_default();
        let after = after.map(|after| after.vaccine).unwrap_or_default();
        Some(Note { kind, what: what.into(), after: after.into(), after_on: after_on.into(), on })
    });
    told.collect()
}

fn given(event: &ConsolidatedEvent) -> Given {
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

#[cfg(test)]
mod tests {
    use super::Wanted;
    use crate::pages::codes;
    use crate::pages::patients::desk::beside::noted_words;
    use crate::pages::patients::desk::give::ELIGIBILITIES;
    use crate::pages::patients::desk::give_view::{ROUTES, SITES};
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::record::PersonRecord;
    use iis_model::testing::{dose, person, record};
    use iis_model::{Coded, Date, EventKind, Given, ReportedEvent};
    use iis_print::{Form, Group, Language, SHIPPED, Standing};
    use iis_registry::recommend::Schedules;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    fn wanted(conditions: bool) -> Wanted {
        Wanted { form: Form::Record, language: Language::En, lots: false, conditions, immunity: true }
    }

    /// The rows of a document.
    fn groups(record: &PersonRecord, conditions: bool) -> Vec<Group> {
        let wanted = wanted(conditions);
        let said = super::judged(&Schedules::built_in(), record, &wanted, TODAY);
        super::groups(record, &said, &wanted)
    }

    /// What the row of a group says.
    fn standing(groups: &[Group], id: &str) -> Option<Standing> {
        groups.iter().find(|group| &*group.id == id)?.status.as_ref().map(|status| status.standing)
    }

    fn noted(about: &str, code: &str, system: &str) -> ReportedEvent {
        let mut event = ReportedEvent::new(EventKind::Observation).given("2025-10-01");
        event.observations = vec![Observation {
            about: Coded::new(about, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(Coded::new(code, "", system))),
            observed_on: Given::of("2025-10-01".parse().expect("a day")),
        }];
        event
    }

    /// What can be known of somebody besides the doses.
    #[rustfmt::skip]
    const KNOWN: [(&str, &str, &str); 8] = [
        ("30945-0", "86406008",  "SCT"),       // HIV
        ("30945-0", "155",       "CDSI"),      // HIV, not severely immunocompromised
        ("30945-0", "007",       "CDSI"),      // pregnancy of the schedule
        ("30945-0", "77386006",  "SCT"),       // pregnancy
        ("30945-0", "VXC27",     "CDCPHINVS"), // immunocompromise
        ("59785-6", "707147002", "SCT"),       // asplenia
        ("30945-0", "294847001", "SCT"),       // allergy to gelatin
        ("75505-8", "271511000", "SCT"),       // immune to hepatitis B
    ];

    /// Somebody of an age with doses that leave something open.
    fn twin(born: &str, known: Option<(&str, &str, &str)>) -> PersonRecord {
        let given = |cvx: u16, on: &str| dose(InformationSource::Historical).vaccine(cvx).given(on);
        let mut events = vec![given(83, "2012-05-01"), given(21, "2013-02-12"), given(3, "2013-02-12")];
        events.extend([given(114, "2023-10-03"), given(305, "2025-11-03"), given(133, "2025-11-03")]);
        if let Some((about, code, system)) = known {
            events.push(noted(about, code, system));
            events[0].observations = noted("31044-1", "39579001", "SCT").observations;
        }
        record(person().born(born), events)
    }

    /// Nothing but doses can be read from a paper without the box, not even by what is missing: it says of whoever has a condition what
    /// it says of somebody healthy with the same doses, row by row, and every row with doses that a healthy paper words has its word.
    #[test]
    fn without_the_box_a_paper_says_the_same_of_the_sick_and_of_the_healthy() {
        let mut told = 0;
        for born in ["2012-02-11", "2000-09-01", "1959-12-24"] {
            let healthy = twin(born, None);
            for known in KNOWN {
                let sick = twin(born, Some(known));
                assert_eq!(groups(&sick, false), groups(&healthy, false), "{born} {known:?}");
                told += usize::from(groups(&sick, true) != groups(&healthy, true));
            }
            for group in groups(&healthy, false) {
                assert!(group.status.is_some() || group.id.is_empty(), "{born}: {}", group.id);
            }
        }
        assert!(told > 12, "with the box they are told: {told}");
    }

    /// Whoever reads it must not give what is contraindicated: it says from when the schedule asks for a dose, never that one is late or
    /// due now, of nobody.
    #[test]
    fn without_the_box_nothing_is_overdue_or_due_now() {
        for known in KNOWN.map(Some).into_iter().chain([None]) {
            let groups = groups(&twin("2012-02-11", known), false);
            assert_eq!(standing(&groups, "MMR"), Some(Standing::BySchedule), "{known:?}");
            for group in &groups {
                let Some(status) = &group.status else { continue };
                let plain = [
                    Standing::BySchedule,
                    Standing::Complete,
                    Standing::AgedOut,
                    Standing::NotRecommended,
                    Standing::SharedDecision,
                    Standing::SeasonUnknown,
                ];
                assert!(plain.contains(&status.standing), "{known:?} {}: {status:?}", group.id);
                let has_day = status.on.is_some();
                assert_eq!(has_day, status.standing == Standing::BySchedule, "{known:?} {}", group.id);
            }
        }
    }

    /// With the box all is told that the registry knows.
    #[test]
    fn with_the_box_conditions_are_told_and_a_live_vaccine_is_asked_about_first() {
        #[rustfmt::skip]
        let table = [
            // known                                    group        printed
            (None,                                      "MMR",       Standing::Overdue),
            (Some(("30945-0", "VXC27", "CDCPHINVS")),   "MMR",       Standing::AskFirst),
            (Some(("30945-0", "77386006", "SCT")),      "MMR",       Standing::Contraindicated),
            (Some(("75505-8", "271511000", "SCT")),     "HepB",      Standing::Immune),
        ];
        for (known, group, expected) in table {
            let groups = groups(&twin("2012-02-11", known), true);
            assert_eq!(standing(&groups, group), Some(expected), "{known:?}");
        }
    }

    /// A dose is named where it is the cause, and not where something else is observed under it.
    #[test]
    fn a_note_under_a_dose_names_it_where_it_may_have_caused_it() {
        #[rustfmt::skip]
        let table = [
            ("31044-1", "39579001", "SCT",       "MMR"), // anaphylaxis
            ("30945-0", "VXC20",    "CDCPHINVS", "MMR"), // allergy to an earlier dose
            ("30945-0", "77386006", "SCT",       ""),    // pregnancy
            ("59784-9", "38907003", "SCT",       ""),    // had varicella
        ];
        for (about, code, system, after) in table {
            let observations = noted(about, code, system).observations;
            let given = dose(InformationSource::Historical).vaccine(3).given("2025-02-10");
            let record = record(person(), vec![ReportedEvent { observations, ..given }]);
            let notes = super::notes(&record.events[0]);
            let told: Vec<_> = notes.iter().map(|note| &*note.after).collect();
            assert_eq!(told, [after], "{code}");
        }
    }

    #[test]
    fn every_word_that_a_form_can_record_is_there_in_spanish() {
        let (_, words) = SHIPPED.iter().find(|(name, _)| *name == "words.typ").expect("the words");
        let spanish = words.split("#let values-es").nth(1).and_then(|rest| rest.split("#let words").next());
        let spanish = spanish.expect("the values");
        let coded = |system, rows: &[(&str, &str)]| -> Vec<String> {
            rows.iter().map(|(code, word)| codes::word(&Coded::new(code, word, system))).collect()
        };
        let all = [
            coded("NCIT", ROUTES),
            coded("HL70163", SITES),
            coded("HL70064", ELIGIBILITIES),
            codes::fundings().map(str::to_owned).collect(),
            noted_words().chain(super::super::noted::words()).map(str::to_owned).collect(),
        ];
        for word in all.concat() {
            assert!(spanish.contains(&format!("\"{word}\": ")), "{word}");
        }
    }
}
