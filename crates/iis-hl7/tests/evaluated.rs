//! The evaluated history with forecast (Z42): what the asker reads, set by set, and that it keeps the profile's rules.

use iis_hl7::{Asker, Message, ReadOptions, ReplyHeader, answer, parse, z22};
use iis_model::event::{EventKind, InformationSource, Observation, ObservationValue, OrderNumber};
use iis_model::query::{Answer, Wanted};
use iis_model::recommendation::{
    Evaluation, Forecast, ForecastDates, ForecastStatus, MadeBy, Notice, Recommendation, SeasonGap, Vaccine,
    VaccineGroup, Validity,
};
use iis_model::record::{ConsolidatedEvent, PersonRecord, ReportOrigin};
use iis_model::testing::{dose, person};
use iis_model::{
    Coded, Cvx, EventId, Finding, Findings, Given, OrganizationId, PersonId, RegistryNumber, ReportId,
    ReportedEvent, SourceRecordId, Timestamp,
};
use jiff::civil::date;
use jiff::tz::Offset;
use std::collections::BTreeMap;

const QBP: &[u8] = b"MSH|^~\\&|EHR|CLINIC7|IIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z44^CDCPHINVS|CLINIC7|STATE\r\
    QPD|Z44^Request Evaluated History and Forecast^CDCPHINVS|T1||DOE^ANA^^^^^L||20200115\rRCP|I|5^RD&Records&HL70126\r";

fn event(id: i64, best: ReportedEvent) -> ConsolidatedEvent {
    let origin = ReportOrigin {
        report_id: ReportId(id),
        source_record_id: SourceRecordId(1),
        organization_id: OrganizationId(7),
        owner_id: OrganizationId(7),
        organization: "Clinic".into(),
        site: "".into(),
        sender: "ehr".into(),
        received_at: Timestamp::UNIX_EPOCH,
        is_administered: false,
    };
    ConsolidatedEvent { id: EventId(id), best, reports: vec![origin] }
}

fn historical(on: &str, cvx: u16, order: &str) -> ReportedEvent {
    let mut given = dose(InformationSource::Historical).given(on).vaccine(cvx);
    given.filler = Given::of(OrderNumber { value: order.into(), authority: "CLINIC7".into() });
    given
}

fn record(events: Vec<ConsolidatedEvent>) -> PersonRecord {
    PersonRecord {
        id: PersonId(1),
        registry_number: RegistryNumber::from_random(1),
        version: 1,
        demographics: person(),
        own_identifiers: Vec::new(),
        events,
        reporters: Vec::new(),
    }
}

fn group(name: &str, cvx: u16) -> VaccineGroup {
    VaccineGroup { name: name.into(), cvx: Some(Cvx::new(cvx)) }
}

fn verdict(event: i64, group: VaccineGroup, validity: Validity, number: Option<u8>) -> Evaluation {
    Evaluation {
        event: EventId(event),
        group,
        validity,
        reasons: if validity == Validity::Valid { Vec::new() } else { vec!["Interval: Too Soon"] },
        dose_number: number,
        days_short: None,
        series: "MMR 2-dose series".into(),
        is_series_of_group: true,
        sentence: "Dose 2 of MMR counted as too early: given 5 days after an earlier dose.".into(),
    }
}

fn forecast(group: VaccineGroup, status: ForecastStatus, dates: Option<ForecastDates>) -> Forecast {
    Forecast {
        group,
        is_risk: false,
        status,
        reason: if dates.is_some() { "a dose is needed" } else { "nothing on the record asks for it" },
        is_irrelevant: status == ForecastStatus::NotRecommended,
        season_gap: None,
        undated: None,
        caveat: None,
        dates,
        dose_number: dates.map(|_| 2),
        valid_doses: 1,
        series: vec!["MMR 2-dose series".into()],
        vaccines: vec![Vaccine { cvx: Cvx::new(3), name: "MMR".into() }],
        is_cautioned: false,
        sentence: "".into(),
    }
}

fn said(evaluations: Vec<Evaluation>, forecasts: Vec<Forecast>, notices: Vec<Notice>) -> Recommendation {
    Recommendation {
        made_by: MadeBy { engine: "engine".into(), release: "4.64".into(), overlays: vec![] },
        assessed_on: date(2026, 3, 2),
        re_evaluate_on: None,
        notices,
        evaluations,
        forecasts,
    }
}

fn dates() -> ForecastDates {
    ForecastDates {
        earliest: date(2025, 4, 1),
        recommended: date(2025, 5, 1),
        past_due: Some(date(2026, 3, 1)),
        latest: None,
    }
}

fn observed(about: &str, text: &str, value: Coded, group: &str) -> Observation {
    Observation {
        about: Coded::new(about, text, "LN"),
        group: group.into(),
        value: Given::of(ObservationValue::Coded(value)),
        observed_on: Given::default(),
    }
}

/// A child with a combination that counts, a repetition that does not, and a vaccine that nobody judges; with a reaction after
/// the first, a refusal, and a contraindication.
fn example() -> (PersonRecord, Recommendation) {
    let mut first = historical("2021-01-20", 94, "V1");
    first.observations = vec![observed("31044-1", "Reaction", Coded::new("VXC14", "Rash", "CDCPHINVS"), "7")];
    let mut refusal = ReportedEvent::new(EventKind::Refusal).given("2021-01-26").vaccine(140);
    refusal.refusal_reason = Given::of(Coded::new("00", "Parental decision", "NIP002"));
    let mut noted = ReportedEvent::new(EventKind::Observation).given("2021-02-01").vaccine(998);
    noted.observations = vec![
        observed("30945-0", "Contraindication", Coded::new("VXC27", "Immunodeficiency", "CDCPHINVS"), "1"),
        observed("59784-9", "Disease", Coded::new("38907003", "Varicella", "SCT"), "2"),
    ];
    noted.comments = vec!["since birth".into()];
    let record = record(vec![
        event(1, first),
        event(2, historical("2021-01-25", 3, "V2")),
        event(3, historical("2021-01-25", 19, "V3")),
        event(4, refusal),
        event(5, noted),
        event(6, ReportedEvent::new(EventKind::Observation).given("2021-02-02").vaccine(998)), // says nothing
    ]);
    let evaluations = vec![
        verdict(1, group("MMR", 3), Validity::Valid, Some(1)),
        verdict(1, group("Varicella", 21), Validity::Valid, Some(1)),
        verdict(2, group("MMR", 3), Validity::NotValid, None),
    ];
    let forecasts = vec![
        forecast(group("Cholera", 26), ForecastStatus::NotRecommended, None),
        forecast(group("MMR", 3), ForecastStatus::NotComplete, Some(dates())),
        forecast(group("Varicella", 21), ForecastStatus::Complete, None),
    ];
    let text = "The schedule does not hold this vaccine: the dose is not evaluated.";
    let notice = |event: Option<i64>, text: &str| Notice { event: event.map(EventId), text: text.into() };
    let notices = vec![
        notice(Some(3), text),
        notice(Some(1), "The day of this dose is not known."),
        notice(Some(5), "An observation has no effect."),
        notice(None, "A pregnancy is on record without its week."),
    ];
    (record, said(evaluations, forecasts, notices))
}

fn reply_to(record: PersonRecord, said: Recommendation, also: Option<Finding>) -> Vec<u8> {
    let (message, mut findings) = parse(QBP);
    findings.extend(also);
    let header = ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: "2026-03-02T15:00:00Z".parse().expect("a moment"),
        offset: Offset::constant(-5),
        control_id: "R1",
    };
    let asker =
        Asker { organization_id: OrganizationId(7), authority: "CLINIC7", keep_new_immunization: false };
    let said = Answer::Evaluated(Box::new(record), Box::new(said));
    answer(&message, Wanted::Forecast, &said, &asker, &findings, &header)
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("a reply is UTF-8");
    assert!(text.ends_with('\r'));
    text.split_terminator('\r').map(str::to_owned).collect()
}

#[test]
fn every_verdict_and_every_forecast_is_a_set_of_its_own() {
    let (record, said) = example();
    let expected = [
        r"MSH|^~\&|OPENIIS|STATE|EHR|CLINIC7|20260302100000.000-0500||RSP^K11^RSP_K11|R1|P|2.5.1|||NE|NE|||||Z42^CDCPHINVS|STATE|CLINIC7",
        "MSA|AA|Q1",
        "QAK|T1|OK|Z44^Request Evaluated History and Forecast^CDCPHINVS",
        "QPD|Z44^Request Evaluated History and Forecast^CDCPHINVS|T1||DOE^ANA^^^^^L||20200115",
        "PID|1||1000000016^^^OPENIIS^SR||DOE^ANA^^^^^L||20200115|F",
        "ORC|RE||V1^CLINIC7",
        "RXA|0|1|20210120||94^^CVX|999|||01^Historical information - source unspecified^NIP001|||||||||||CP|A",
        "OBX|1|CE|30956-7^Vaccine group^LN|1|03^MMR^CVX||||||F|||20260302",
        "OBX|2|CE|59779-9^Immunization schedule used^LN|1|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|3|ID|59781-5^Dose validity^LN|1|Y||||||F|||20260302",
        "OBX|4|NM|30973-2^Dose number in series^LN|1|1|NA^NA^HL70353|||||F|||20260302",
        "OBX|5|ST|59780-7^Immunization schedule series name^LN|1|MMR 2-dose series||||||F|||20260302",
        "OBX|6|CE|30956-7^Vaccine group^LN|2|21^Varicella^CVX||||||F|||20260302",
        "OBX|7|CE|59779-9^Immunization schedule used^LN|2|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|8|ID|59781-5^Dose validity^LN|2|Y||||||F|||20260302",
        "OBX|9|NM|30973-2^Dose number in series^LN|2|1|NA^NA^HL70353|||||F|||20260302",
        "OBX|10|ST|59780-7^Immunization schedule series name^LN|2|MMR 2-dose series||||||F|||20260302",
        "OBX|11|CE|31044-1^Reaction^LN|3|VXC14^Rash^CDCPHINVS||||||F",
        "OBX|12|CE|59779-9^Immunization schedule used^LN|4|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|13|TX|48767-8^Annotation comment^LN|4|The day of this dose is not known.||||||F",
        "ORC|RE||V2^CLINIC7",
        "RXA|0|1|20210125||03^^CVX|999|||01^Historical information - source unspecified^NIP001|||||||||||CP|A",
        "OBX|14|CE|30956-7^Vaccine group^LN|1|03^MMR^CVX||||||F|||20260302",
        "OBX|15|CE|59779-9^Immunization schedule used^LN|1|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|16|ID|59781-5^Dose validity^LN|1|N||||||F|||20260302",
        "OBX|17|ST|59780-7^Immunization schedule series name^LN|1|MMR 2-dose series||||||F|||20260302",
        "OBX|18|ST|30982-3^Reason applied by forecast logic^LN|1|Dose 2 of MMR counted as too early: given 5 days after an earlier dose.||||||F|||20260302",
        "ORC|RE||V3^CLINIC7",
        "RXA|0|1|20210125||19^^CVX|999|||01^Historical information - source unspecified^NIP001|||||||||||CP|A",
        "OBX|19|CE|30956-7^Vaccine group^LN|1|19^^CVX||||||F|||20260302",
        "OBX|20|CE|59779-9^Immunization schedule used^LN|1|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|21|ST|30982-3^Reason applied by forecast logic^LN|1|The schedule does not hold this vaccine: the dose is not evaluated.||||||F|||20260302",
        "ORC|RE||9999^OPENIIS",
        "RXA|0|1|20210126||140^^CVX|999||||||||||||00^Parental decision^NIP002||RE|A",
        "OBX|22|CE|30956-7^Vaccine group^LN|1|140^^CVX||||||F|||20260302",
        "OBX|23|CE|59779-9^Immunization schedule used^LN|1|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|24|ST|30982-3^Reason applied by forecast logic^LN|1|Refused: no dose was given.||||||F|||20260302",
        "ORC|RE||9999^OPENIIS",
        "RXA|0|1|20210201||998^^CVX|999||||||||||||||NA|A",
        "OBX|25|CE|30945-0^Contraindication^LN|1|VXC27^Immunodeficiency^CDCPHINVS||||||F",
        "OBX|26|CE|59784-9^Disease^LN|2|38907003^Varicella^SCT||||||F",
        "OBX|27|TX|48767-8^Annotation comment^LN|3|since birth||||||F",
        "OBX|28|CE|59779-9^Immunization schedule used^LN|4|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|29|TX|48767-8^Annotation comment^LN|4|An observation has no effect.||||||F",
        "ORC|RE||9999^OPENIIS",
        "RXA|0|1|20260302||998^No vaccine administered^CVX|999||||||||||||||NA",
        "OBX|30|CE|30956-7^Vaccine group^LN|1|03^MMR^CVX||||||F|||20260302",
        "OBX|31|CE|59779-9^Immunization schedule used^LN|1|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|32|DT|30980-7^Date vaccine due^LN|1|20250501||||||F|||20260302",
        "OBX|33|DT|30981-5^Earliest date to give^LN|1|20250401||||||F|||20260302",
        "OBX|34|DT|59778-1^Date when overdue for immunization^LN|1|20260302||||||F|||20260302",
        "OBX|35|NM|30973-2^Dose number in series^LN|1|2|NA^NA^HL70353|||||F|||20260302",
        "OBX|36|ST|59780-7^Immunization schedule series name^LN|1|MMR 2-dose series||||||F|||20260302",
        "OBX|37|ST|59783-1^Status in immunization series^LN|1|Overdue||||||F|||20260302",
        "OBX|38|ST|30982-3^Reason applied by forecast logic^LN|1|a dose is needed||||||F|||20260302",
        "OBX|39|CE|30956-7^Vaccine group^LN|2|21^Varicella^CVX||||||F|||20260302",
        "OBX|40|CE|59779-9^Immunization schedule used^LN|2|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|41|ST|59780-7^Immunization schedule series name^LN|2|MMR 2-dose series||||||F|||20260302",
        "OBX|42|ST|59783-1^Status in immunization series^LN|2|Complete||||||F|||20260302",
        "OBX|43|ST|30982-3^Reason applied by forecast logic^LN|2|nothing on the record asks for it||||||F|||20260302",
        "OBX|44|CE|59779-9^Immunization schedule used^LN|3|VXC16^ACIP Schedule^CDCPHINVS||||||F|||20260302",
        "OBX|45|TX|48767-8^Annotation comment^LN|3|A pregnancy is on record without its week.||||||F",
    ];
    assert_eq!(lines(&reply_to(record, said, None)), expected);
}

#[test]
fn what_a_season_lacks_is_said_and_nothing_in_its_place() {
    let (record, mut said) = example();
    let ended = SeasonGap::EndedOn(date(2025, 6, 30));
    said.forecasts[2].season_gap = Some(ended);
    said.forecasts[2].sentence = "The season of the schedule ended on 2025-06-30.".into();
    said.evaluations[1].validity = Validity::NotJudged;
    said.evaluations[1].dose_number = None;
    said.evaluations[1].is_series_of_group = false;
    let lines = lines(&reply_to(record, said, None));
    let of = |code: &str, set: &str| {
        let with = format!("|{code}^");
        let found = lines.iter().filter(|line| line.contains(&with)).filter(|line| line.contains(set));
        found.map(|line| line.split('|').nth(5).unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("59783-1", "^LN|2|"), ["Season Not Known"]);
    assert_eq!(of("30982-3", "ended on"), ["The season of the schedule ended on 2025-06-30."]);
    assert_eq!(of("59781-5", ""), ["Y", "N"], "neither for the dose that was not judged");
    assert_eq!(of("59780-7", "^LN|2|"), ["MMR 2-dose series"], "only the forecast's");
}

#[test]
fn a_person_without_doses_still_has_the_forecast() {
    let forecasts = vec![forecast(group("MMR", 3), ForecastStatus::NotComplete, Some(dates()))];
    let lines = lines(&reply_to(record(Vec::new()), said(Vec::new(), forecasts, Vec::new()), None));
    assert_eq!(lines.iter().filter(|line| line.starts_with("RXA|")).count(), 1);
    assert!(lines.iter().any(|line| line.contains("|30980-7^") && line.contains("|20250501|")), "{lines:?}");
}

#[test]
fn where_nothing_can_be_forecast_the_group_says_why() {
    let notice = Notice { event: None, text: "The person has died: nothing is forecast.".into() };
    let lines = lines(&reply_to(record(Vec::new()), said(Vec::new(), Vec::new(), vec![notice]), None));
    let sets: Vec<&String> = lines.iter().filter(|line| line.starts_with("OBX|")).collect();
    assert_eq!(sets.len(), 2, "{lines:?}");
    assert!(sets[1].contains("|30982-3^") && sets[1].contains("has died"), "{lines:?}");
}

#[test]
fn at_most_one_error_segment_and_still_accepted() {
    let (record, said) = example();
    let noticed = Finding {
        code: "HL7-001",
        severity: iis_model::Severity::Information,
        place: iis_model::Place::segment(*b"QPD", 1).field(9),
        error_code: iis_model::ErrorCode::DataType,
        application_error: None,
        effect: iis_model::Effect::Noted,
        text: "Nothing was lost.".into(),
    };
    let lines = lines(&reply_to(record, said, Some(noticed)));
    assert_eq!(lines[1], "MSA|AA|Q1");
    assert_eq!(lines.iter().filter(|line| line.starts_with("ERR|")).count(), 1);
}

/// The values of the observations of one set of an event, by LOINC code.
fn set(event: &ReportedEvent, group: &str) -> BTreeMap<String, String> {
    let of_set = event.observations.iter().filter(|observation| &*observation.group == group);
    let text = |value: &ObservationValue| match value {
        ObservationValue::Coded(Coded { code, .. }) => code.to_string(),
        ObservationValue::Date(date) => date.to_string(),
        ObservationValue::Number(text) | ObservationValue::Text(text) => text.to_string(),
    };
    of_set.filter_map(|one| Some((one.about.code.to_string(), text(one.value.get()?)))).collect()
}

#[test]
fn what_is_written_reads_back_as_it_was_said() {
    let (record, said) = example();
    let bytes = reply_to(record, said, None);
    let (reply, findings) = parse(&bytes);
    assert!(findings.0.is_empty(), "{findings:?}");
    let read = z22::read(&reply, &ReadOptions::default(), &mut Findings::default());
    assert_eq!(read.events.len(), 6);
    let first = set(&read.events[0], "2");
    let said = |code: &str| first.get(code).map(String::as_str);
    assert_eq!((said("59781-5"), said("30973-2")), (Some("Y"), Some("1")));
    assert_eq!(set(&read.events[1], "1").get("59781-5").map(String::as_str), Some("N"));
    assert_eq!(set(&read.events[0], "3").get("31044-1").map(String::as_str), Some("VXC14"));
    assert_eq!(read.events[3].kind, EventKind::Refusal);
    assert_eq!(set(&read.events[4], "1").get("30945-0").map(String::as_str), Some("VXC27"));
    assert_eq!(set(&read.events[4], "2").get("59784-9").map(String::as_str), Some("38907003"));
    assert_eq!(*read.events[4].comments, ["since birth".into(), "An observation has no effect.".into()]);
    let forecast = set(&read.events[5], "1");
    let said = |code: &str| forecast.get(code).map(String::as_str);
    assert_eq!(said("30956-7"), Some("03"));
    assert_eq!(said("30980-7"), Some("2025-05-01"));
    assert_eq!(said("30981-5"), Some("2025-04-01"));
    assert_eq!(said("59778-1"), Some("2026-03-02"), "the day after the past-due date");
    assert_eq!(said("59777-3"), None);
    assert_eq!(read.events[5].kind, EventKind::Observation);
}

/// The facts of the published profile, when `OPENIIS_PUBLISHED` names their folder.
#[expect(clippy::disallowed_methods, reason = "a test finds published material by the environment")]
fn published() -> Option<serde_json::Value> {
    let folder = std::env::var("OPENIIS_PUBLISHED").ok()?;
    let text = std::fs::read_to_string(format!("{folder}/hl7/profiles/Z42.json")).expect("the profile Z42");
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn name_of(segment: &serde_json::Value) -> &str {
    segment.as_str().or(segment["name"].as_str()).unwrap_or_default()
}

#[test]
fn required_fields_are_there_and_lengths_are_kept_as_the_published_profile_says() {
    let Some(profile) = published() else { return };
    let (record, said) = example();
    let bytes = reply_to(record, said, None);
    let (reply, _) = parse(&bytes);
    let mut checked = 0;
    for (name, facts) in profile["segments"].as_object().expect("segments") {
        let three = name.get(..3).unwrap_or(name_of(facts));
        // QPD comes back as it was sent
        for segment in segments(&reply, three).into_iter().filter(|segment| segment.name() != "QPD") {
            for field in facts["fields"].as_array().expect("fields") {
                let number = u8::try_from(field["n"].as_u64().unwrap_or(0)).expect("a field number");
                let raw = segment.field(number).raw().to_owned();
                let place = segment.field(number).place();
                match field["usage"].as_str() {
                    Some("R") => assert!(!raw.is_empty(), "{place} is required"),
                    Some("X") => assert!(raw.is_empty(), "{place} is not supported"),
                    _ => {}
                }
                let longest = field["len"][1].as_str().and_then(|text| text.parse::<usize>().ok());
                let first = raw.split('~').next().unwrap_or_default();
                assert!(longest.is_none_or(|longest| first.len() <= longest), "{place} is too long");
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked} fields were checked");
}

fn segments<'m>(message: &'m Message<'_>, name: &str) -> Vec<iis_hl7::Segment<'m>> {
    message.segments().filter(|segment| segment.name() == name).collect()
}

/// What the screens say beside a live vaccine that an immunocompromise speaks against, other systems read too (decision 0063).
#[test]
fn a_live_vaccine_that_is_cautioned_says_so_in_the_place_of_its_reason() {
    let (record, mut said) = example();
    let cautioned = said.forecasts.iter_mut().find(|forecast| &*forecast.group.name == "MMR");
    cautioned.expect("a forecast").is_cautioned = true;
    let reply = String::from_utf8(reply_to(record, said, None)).expect("text");
    let reasons: Vec<&str> = reply.split('\r').filter(|line| line.contains("30982-3^")).collect();
    let cautions = reasons.iter().filter(|line| line.contains("an immunocompromise is on record")).count();
    assert_eq!(cautions, 1, "{reasons:?}");
}
