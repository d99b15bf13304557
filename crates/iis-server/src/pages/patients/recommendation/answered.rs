//! What the page of a person says, an answer over the line (Z42) says too: who asks by Z44 sees no page.

use super::Said;
use super::needs::{needs, one_a_group};
use super::verdicts::notices;
use super::words;
use crate::pages::patients::notes;
use iis_hl7::{Asker, ReplyHeader, answer, parse};
use iis_model::event::{EventKind, InformationSource, ObservationValue};
use iis_model::loinc::{CONTRAINDICATION, PRESUMED_IMMUNITY, REACTION};
use iis_model::query::{Answer, Wanted};
use iis_model::recommendation::Standing;
use iis_model::record::PersonRecord;
use iis_model::testing::{dose, person, record};
use iis_model::{Beginning, Coded, Cvx, Demographics, Findings, Given, OrganizationId, ReportedEvent};
use iis_registry::desk::saying::{Observed, Reaction, observation, refusal, with_beginning};
use iis_registry::recommend::Schedules;
use jiff::civil::date;
use jiff::tz::Offset;
use std::collections::BTreeMap;

const TODAY: iis_model::Date = date(2025, 11, 10);

const ASKED: &[u8] = b"MSH|^~\\&|EHR|RIVER|IIS|STATE|20251110101500-0500||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z44^CDCPHINVS|RIVER|STATE\r\
    QPD|Z44^Request Evaluated History and Forecast^CDCPHINVS|T1||DOE^ANA^^^^^L||20200115\rRCP|I|5^RD&Records&HL70126\r";

/// The observations of an answer: of each set of each order group, LOINC code and value (its code where it has one).
fn sets(record: &PersonRecord, said: &Said) -> Vec<BTreeMap<String, String>> {
    let (message, _) = parse(ASKED);
    let header = ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: "2025-11-10T15:00:00Z".parse().expect("a moment"),
        offset: Offset::constant(-5),
        control_id: "R1",
    };
    let asker =
        Asker { organization_id: OrganizationId(9), authority: "RIVER", keep_new_immunization: false };
    let answered = Answer::Evaluated(Box::new(record.clone()), Box::new(said.recommendation.clone()));
    let bytes = answer(&message, Wanted::Forecast, &answered, &asker, &Findings::default(), &header);
    let (reply, _) = parse(&bytes);
    let mut sets: BTreeMap<(usize, String), BTreeMap<String, String>> = BTreeMap::new();
    let mut order = 0;
    for segment in reply.segments() {
        order += usize::from(segment.name() == "RXA");
        if segment.name() == "OBX" {
            let code = segment.field(3).component(1).text().into_owned();
            let value = segment.field(5).component(1).prose().into_owned();
            sets.entry((order, segment.field(4).text().into_owned())).or_default().insert(code, value);
        }
    }
    sets.into_values().collect()
}

fn noted(about: Observed, code: &str, system: &str, on: &str) -> ReportedEvent {
    observation(about, Coded::new(code, "", system), on.parse().expect("a date"))
}

fn pregnant() -> ReportedEvent {
    noted(Observed::Contraindication, "77386006", "SCT", "2025-10-01")
}

fn given(cvx: u16, on: &str) -> ReportedEvent {
    dose(InformationSource::Historical).vaccine(cvx).given(on)
}

fn reaction_after(cvx: u16, on: &str) -> ReportedEvent {
    let on = on.parse().expect("a date");
    let what = ObservationValue::Coded(Coded::new("39579001", "Anaphylaxis", "SCT"));
    Reaction { what, after: (Cvx::new(cvx), on), on, vaers: None }.report()
}

fn woman() -> Demographics {
    person().born("1994-02-11")
}

#[test]
fn what_the_page_notices_and_notes_is_in_the_answer_too() {
    let mut died = person();
    died.died_on = Given::of("2025-01-01".parse().expect("a date"));
    let begun = with_beginning(pregnant(), Beginning::Pregnancy, date(2025, 6, 23));
    let decision = Coded::new("00", "Parental decision", "NIP002");
    let no = |cvx| refusal(Cvx::new(cvx), "2025-10-01".parse().expect("a date"), decision.clone());
    #[rustfmt::skip]
    let table: [(&str, Demographics, Vec<ReportedEvent>, usize); 10] = [
        // who                                    person    on record                                                             notices at least
        ("pregnant, week not known",              woman(),  vec![pregnant(), given(115, "2013-02-24"), given(115, "2023-02-24")], 1),
        ("RSV vaccine in another week",           woman(),  vec![begun, given(305, "2025-11-09")],                                1),
        ("immunocompromised",                     person().born("2012-02-11"), vec![noted(Observed::Contraindication, "VXC27", "CDCPHINVS", "2025-10-01")], 1),
        ("a reaction without its dose",           person(), vec![given(10, "2021-03-02"), reaction_after(83, "2021-03-02")],      1),
        ("a reaction with its dose",              person(), vec![given(83, "2021-03-02"), reaction_after(83, "2021-03-02")],      0),
        ("a transplant without its day",          woman(),  vec![noted(Observed::Contraindication, "004", "CDSI", "2025-10-01"), given(48, "1994-06-11")], 1),
        ("a dose that the schedule does not hold", person(), vec![given(19, "2021-03-02"), given(3, "2021-03-03"), given(3, "2021-03-03")], 1),
        ("what the schedule does not know",       person(), vec![noted(Observed::Contraindication, "999", "CDSI", "2025-10-01")], 1),
        ("refused, and immune",                   person(), vec![no(3), noted(Observed::Disease, "38907003", "SCT", "2025-10-01")], 0),
        ("died",                                  died,     vec![given(3, "2021-03-02")],                                         1),
    ];
    for (who, person, events, at_least) in table {
        let record = record(person, events);
        let said = Said::of(&Schedules::built_in(), &record, TODAY);
        let view = needs(&said, record.registry_number, TODAY);
        let of_events = record.events.iter().flat_map(|event| notices(&said.recommendation, event.id));
        let shown: Vec<String> = view.notices.into_iter().chain(view.missing).chain(of_events).collect();
        assert!(shown.len() >= at_least, "{who}: {shown:?}");
        let sets = sets(&record, &said);
        let values: Vec<String> =
            sets.iter().flat_map(BTreeMap::values).map(|value| words::sentence(value)).collect();
        for text in &shown {
            assert!(values.contains(text), "{who}: {text} is not among {values:?}");
        }
        for code in [CONTRAINDICATION, PRESUMED_IMMUNITY, REACTION] {
            let of = |event: &ReportedEvent| {
                event.observations.iter().filter(|one| &*one.about.code == code).count()
            };
            let on_record: usize = record.events.iter().map(|event| of(&event.best)).sum();
            let answered = sets.iter().filter(|set| set.contains_key(code)).count();
            assert_eq!(answered, on_record, "{who}: {code}");
        }
        let refused = record.events.iter().filter(|event| event.best.kind == EventKind::Refusal).count();
        let answered = values.iter().filter(|value| value.starts_with("Refused: ")).count();
        assert_eq!(answered, refused, "{who}");
        assert!(refused == 0 || !notes::notes(&record.events).is_empty());
        for forecast in one_a_group(&said.recommendation) {
            let of_group = |set: &&BTreeMap<String, String>| {
                let group = forecast.group.cvx.map(|cvx| cvx.to_string());
                set.get("30956-7") == group.as_ref() && set.contains_key("59783-1")
            };
            let told: Vec<&String> =
                sets.iter().filter(of_group).filter_map(|set| set.get("30982-3")).collect();
            if forecast.is_cautioned {
                assert!(
                    told.iter().any(|told| told.contains("immunocompromise is on record")),
                    "{who}: {told:?}"
                );
            }
            if forecast.standing(TODAY) == Standing::Undated {
                assert!(told.iter().any(|told| told.contains("not on record")), "{who}: {told:?}");
                let undated =
                    sets.iter().filter(of_group).filter(|set| set["30982-3"].contains("not on record"));
                for set in undated {
                    assert!(
                        ["30980-7", "30981-5", "59778-1", "59777-3"]
                            .iter()
                            .all(|code| !set.contains_key(*code)),
                        "{set:?}"
                    );
                }
            }
        }
    }
}

/// A dose of a former pregnancy, or of before a transplant, does not read as complete.
#[test]
fn the_page_says_that_a_timing_is_not_on_record_and_not_that_the_series_is_complete() {
    let transplanted = noted(Observed::Contraindication, "004", "CDSI", "2025-10-01");
    let hib = ["1994-04-11", "1994-06-11", "1994-08-11"].map(|on| given(48, on));
    let tdap = ["2004-03-10", "2005-03-10", "2013-02-24", "2022-11-10"].map(|on| given(115, on));
    for (noted, doses, group) in [(pregnant(), tdap.to_vec(), "Tdap"), (transplanted, hib.to_vec(), "Hib")] {
        let record = record(woman(), [vec![noted], doses].concat());
        let said = Said::of(&Schedules::built_in(), &record, TODAY);
        let view = needs(&said, record.registry_number, TODAY);
        let line = view.rest.iter().find(|line| line.status.word == "Timing not on record");
        let line = line.map(|line| &*line.groups).unwrap_or_default();
        assert!(line.contains(group), "{group}: {:?}", view.rest);
        assert!(!view.notices.is_empty(), "{group}");
    }
}
