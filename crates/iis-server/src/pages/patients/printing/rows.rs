//! The rows of a document: each vaccine group with its doses and how it stands.

use super::document::Wanted;
use crate::pages::codes;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use crate::pages::patients::recommendation::words;
use iis_model::recommendation::{Evaluation, Forecast, ForecastStatus, Recommendation, Validity};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Demographics, recommendation};
use iis_print::{Age, Group, GroupDose, Standing, Status, Verdict};

/// Groups with a dose, one that is wanted, or a condition that is told, in the order of screens; vaccines outside all groups by their names.
pub(super) fn groups(record: &PersonRecord, said: &Recommendation, wanted: &Wanted) -> Vec<Group> {
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

#[cfg(test)]
mod tests {
    use super::super::document::tests::noted;
    use super::super::document::{Wanted, judged};
    use iis_model::Date;
    use iis_model::event::InformationSource;
    use iis_model::record::PersonRecord;
    use iis_model::testing::{dose, person, record};
    use iis_print::{Form, Group, Language, Standing};
    use iis_registry::recommend::Schedules;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    fn wanted(conditions: bool) -> Wanted {
        Wanted { form: Form::Record, language: Language::En, lots: false, conditions, immunity: true }
    }

    /// The rows of a document.
    fn groups(record: &PersonRecord, conditions: bool) -> Vec<Group> {
        let wanted = wanted(conditions);
        let said = judged(&Schedules::built_in(), record, &wanted, TODAY);
        super::groups(record, &said, &wanted)
    }

    /// What the row of a group says.
    fn standing(groups: &[Group], id: &str) -> Option<Standing> {
        groups.iter().find(|group| &*group.id == id)?.status.as_ref().map(|status| status.standing)
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
}
