//! A record as a document: what is printed of it, and nothing more.

use super::noted::printed;
use crate::pages::patients::doses::{clinician, is_dose, vaccine_name};
use crate::pages::patients::notes::{medical, observed_value};
use crate::pages::patients::recommendation::words;
use crate::pages::{codes, format};
use iis_model::event::{ObservationValue, VisGiven};
use iis_model::person::{PersonName, Sex};
use iis_model::recommendation::{Evaluation, Forecast, ForecastStatus, Recommendation, Validity};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Demographics, EventKind, RegistryNumber, ReportedEvent, recommendation};
use iis_print::{
    Age, Document, Given, Group, GroupDose, Issuer, Language, Note, NoteKind, Person, Standing, Status,
    Verdict, Verification,
};

/// What was asked for.
pub(in crate::pages) struct Wanted {
    pub(in crate::pages) form: iis_print::Form,
    pub(in crate::pages) language: Language,
    /// Whether lots stand beside the doses.
    pub(in crate::pages) lots: bool,
    /// Whether the official record tells contraindications and evidence of immunity: diagnoses, for whoever reads it.
    pub(in crate::pages) conditions: bool,
}

impl Wanted {
    /// Whether it tells notes of this kind: a school form takes immunity in the place of doses.
    fn tells(&self, kind: NoteKind) -> bool {
        match self.form {
            iis_print::Form::Record => self.conditions,
            _ => kind == NoteKind::Immunity,
        }
    }

    /// Whether a group without doses has a row. One that is open today has; one by whose row alone a condition would be known has it
    /// where conditions are told.
    fn lists(&self, standing: Standing) -> bool {
        let is_of_condition = is_of_condition(standing) || standing == Standing::Immune;
        standing.is_open_today() || (is_of_condition && self.tells_conditions())
    }

    /// How a group stands, as far as it is told: nothing is said where only a condition is why.
    fn worded(&self, status: Status) -> Option<Status> {
        (self.tells_conditions() || !is_of_condition(status.standing)).then_some(status)
    }

    fn tells_conditions(&self) -> bool {
        self.form == iis_print::Form::Record && self.conditions
    }
}

/// Whether nobody's group stands so without a diagnosis.
const fn is_of_condition(standing: Standing) -> bool {
    matches!(standing, Standing::Contraindicated | Standing::AskWhen | Standing::AskFirst)
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
        notes: Vec::new(),
        given: Vec::new(),
        signed: None,
        verification: None,
        unprintable: 0,
    }
}

/// The document about a record as the recommender judges it today.
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
        let status = status(said, id, wanted.tells_conditions()).and_then(|status| wanted.worded(status));
        let is_shown =
            !doses.is_empty() || status.as_ref().is_some_and(|status| wanted.lists(status.standing));
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

/// How a group stands: of several forecasts the one that is wanted first. What is wanted because of a risk alone tells the risk, and
/// counts where conditions are told.
fn status(said: &Recommendation, group: &str, tells_conditions: bool) -> Option<Status> {
    let on = said.assessed_on;
    let of_group = said.forecasts.iter().filter(|forecast| &*forecast.group.name == group);
    let of_group = of_group.filter(|forecast| tells_conditions || !forecast.is_risk);
    let forecast: &Forecast = of_group.min_by_key(|forecast| forecast.standing(on))?;
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
        Some(Note { kind, what: what.into(), on })
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
    use crate::pages::patients::recommendation::Said;
    use iis_model::Coded;
    use iis_model::event::InformationSource;
    use iis_model::recommendation::{ForecastStatus, Recommendation, Undated};
    use iis_model::testing::{dose, person, record};
    use iis_print::{Form, Language, SHIPPED, Standing};
    use iis_registry::recommend::Schedules;
    use jiff::civil::date;

    /// What the rows of a document say, by group.
    fn rows(
        record: &iis_model::record::PersonRecord,
        said: &Recommendation,
        conditions: bool,
    ) -> Vec<(String, Standing)> {
        let wanted = Wanted { form: Form::Record, language: Language::En, lots: false, conditions };
        let groups = super::groups(record, said, &wanted).into_iter();
        groups.filter_map(|group| Some((group.id.to_string(), group.status?.standing))).collect()
    }

    /// A row that is there only because of a condition would tell it: it stands where conditions are told, and elsewhere only
    /// beside doses, without a word.
    #[test]
    fn a_condition_is_not_told_by_a_row_that_is_there_because_of_it() {
        let record =
            record(person().born("1994-02-11"), vec![dose(InformationSource::Historical).vaccine(3)]);
        let mut said = Said::of(&Schedules::built_in(), &record, date(2026, 3, 2)).recommendation;
        let mut set = |group: &str, status, undated| {
            let mut of_group = said.forecasts.iter_mut().filter(|forecast| &*forecast.group.name == group);
            let forecast = of_group.next().expect("a forecast");
            (forecast.status, forecast.dates, forecast.undated) = (status, None, undated);
            said.forecasts.retain(|other| &*other.group.name != group || other.status == status);
        };
        let undated = Undated { of: "Onset of pregnancy".into(), from_week: 32, until_week: Some(36) };
        set("MMR", ForecastStatus::Contraindicated, None);
        set("Varicella", ForecastStatus::Contraindicated, None);
        set("HepB", ForecastStatus::Immune, None);
        set("RSV", ForecastStatus::NotComplete, Some(undated));
        #[rustfmt::skip]
        let table = [
            // group        without the box                  with it
            ("MMR",         None,                            Some(Standing::Contraindicated)), // a row without a word: it has a dose
            ("Varicella",   None,                            Some(Standing::Contraindicated)),
            ("HepB",        None,                            Some(Standing::Immune)),
            ("RSV",         None,                            Some(Standing::AskWhen)),
        ];
        let (without, with) = (rows(&record, &said, false), rows(&record, &said, true));
        for (group, told_without, told_with) in table {
            let of = |rows: &[(String, Standing)]| {
                rows.iter().find(|(id, _)| id == group).map(|(_, standing)| *standing)
            };
            assert_eq!((of(&without), of(&with)), (told_without, told_with), "{group}");
        }
    }

    /// Whether a live vaccine may be given is decided by who knows the diagnosis: the paper says whom to ask, and no more.
    #[test]
    fn a_live_vaccine_that_a_condition_speaks_against_is_not_printed_as_overdue() {
        let record = record(person().born("2011-02-11"), vec![]);
        #[rustfmt::skip]
        let table = [
            // cautioned   with the box   MMR is printed
            (false,        false,         Some(Standing::Overdue)),
            (false,        true,          Some(Standing::Overdue)),
            (true,         false,         None), // no healthy person's paper has these words
            (true,         true,          Some(Standing::AskFirst)),
        ];
        for (is_cautioned, conditions, expected) in table {
            let mut said = Said::of(&Schedules::built_in(), &record, date(2026, 3, 2)).recommendation;
            for forecast in said.forecasts.iter_mut().filter(|forecast| &*forecast.group.name == "MMR") {
                forecast.is_cautioned = is_cautioned;
            }
            let rows = rows(&record, &said, conditions);
            let of_mmr = rows.iter().find(|(id, _)| id == "MMR").map(|(_, standing)| *standing);
            assert_eq!(of_mmr, expected, "{is_cautioned} {conditions}");
        }
    }

    /// A dose that only a risk asks for tells the risk: RSV vaccine at 15 is a pregnancy.
    #[test]
    fn what_is_due_because_of_a_risk_alone_is_printed_where_conditions_are_told() {
        let record = record(person().born("2011-02-11"), vec![]);
        let mut said = Said::of(&Schedules::built_in(), &record, date(2026, 3, 2)).recommendation;
        for forecast in said.forecasts.iter_mut().filter(|forecast| &*forecast.group.name == "MMR") {
            forecast.is_risk = true;
        }
        for (conditions, expected) in [(false, None), (true, Some(Standing::Overdue))] {
            let rows = rows(&record, &said, conditions);
            let of_mmr = rows.iter().find(|(id, _)| id == "MMR").map(|(_, standing)| *standing);
            assert_eq!(of_mmr, expected, "{conditions}");
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
