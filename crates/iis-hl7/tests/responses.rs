//! Responses to queries: what the asker sees of a record, and that it is the record.

use iis_hl7::{Asker, ReadOptions, ReplyHeader, answer, parse, z22};
use iis_model::event::{InformationSource, Observation, ObservationValue, OrderNumber, VisGiven};
use iis_model::person::{Identifier, NextOfKin, PersonName};
use iis_model::query::{Answer, Wanted};
use iis_model::record::{ConsolidatedEvent, PersonRecord, ReportOrigin};
use iis_model::testing::{dose, person};
use iis_model::{
    Coded, EventId, Findings, Given, OrganizationId, PersonId, RegistryNumber, ReportId, ReportedEvent,
    SourceRecordId, Timestamp,
};
use jiff::tz::Offset;

const QBP: &[u8] = b"MSH|^~\\&|EHR|CLINIC7|IIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS|CLINIC7|STATE\r\
    QPD|Z34^Request Immunization History^CDCPHINVS|T1||DOE^ANA^^^^^L||20200115\rRCP|I|5^RD&Records&HL70126\r";

const OURS: OrganizationId = OrganizationId(7);
const THEIRS: OrganizationId = OrganizationId(8);

fn header() -> ReplyHeader<'static> {
    ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: "2026-03-02T15:00:00Z".parse().expect("a moment"),
        offset: Offset::constant(-5),
        control_id: "R1",
    }
}

fn asker() -> Asker<'static> {
    Asker { organization_id: OURS, authority: "CLINIC7", keep_new_immunization: false }
}

fn reported_by(organization_id: OrganizationId, best: ReportedEvent) -> ConsolidatedEvent {
    let origin = ReportOrigin {
        report_id: ReportId(1),
        source_record_id: SourceRecordId(1),
        organization_id,
        owner_id: organization_id,
        organization: "Clinic".into(),
        site: "".into(),
        sender: "ehr".into(),
        received_at: Timestamp::UNIX_EPOCH,
        is_administered: best.is_administered(),
    };
    ConsolidatedEvent { id: EventId(1), best, reports: vec![origin] }
}

fn administered() -> ReportedEvent {
    let mut dose = dose(InformationSource::NewImmunization)
        .given("2026-03-01")
        .lot("L1")
        .lot_expires(Some("2027-02-28"));
    dose.lot.manufacturer.value = "MSD".parse().ok();
    dose.filler = Given::of(OrderNumber { value: "V1".into(), authority: "2.16.840.1".into() });
    dose.route = Given::of(Coded::new("C38299", "Subcutaneous", "NCIT"));
    dose.eligibility = Given::of(Coded::new("V01", "Not VFC eligible", "HL70064"));
    dose.vis = vec![VisGiven {
        document: Given::of(Coded::new("03", "MMR", "CVX")),
        edition_on: Given::of("2021-08-06".parse().expect("a date")),
        given_on: Given::of("2026-03-01".parse().expect("a date")),
    }];
    dose.observations = vec![Observation {
        about: Coded::new("31044-1", "Reaction", "LN"),
        group: "9".into(),
        value: Given::of(ObservationValue::Coded(Coded::new("VXC12", "fever", "CDCPHINVS"))),
        observed_on: Given::of("2026-03-01".parse().expect("a date")),
    }];
    dose.comments = vec!["cried|a little\nthen slept".into()];
    dose
}

fn record(events: Vec<ConsolidatedEvent>) -> PersonRecord {
    let mut demographics = person();
    let mother = PersonName { family: "ROE".into(), given: "BERTA\rPID|9".into(), ..PersonName::default() };
    demographics.next_of_kin = vec![NextOfKin {
        name: Given::of(mother),
        relationship: Given::of(Coded::new("MTH", "Mother", "HL70063")),
        ..NextOfKin::default()
    }];
    PersonRecord {
        id: PersonId(1),
        registry_number: RegistryNumber::from_random(1),
        version: 1,
        demographics,
        own_identifiers: vec![Identifier { value: "A17".into(), kind: "MR".into(), authority: "".into() }],
        events,
        reporters: Vec::new(),
    }
}

fn lines(said: &Answer) -> Vec<String> {
    let (message, findings) = parse(QBP);
    let bytes = answer(&message, Wanted::History, said, &asker(), &findings, &header());
    let text = String::from_utf8(bytes).expect("a reply is UTF-8");
    assert!(text.ends_with('\r'));
    text.split_terminator('\r').map(str::to_owned).collect()
}

#[test]
fn a_record_is_told_with_every_event_and_nothing_of_the_inside() {
    let mut refusal = dose(InformationSource::NewImmunization).vaccine(21).given("2026-03-01");
    refusal.kind = iis_model::event::EventKind::Refusal;
    refusal.source = Given::default();
    let said =
        Answer::Record(Box::new(record(vec![reported_by(OURS, administered()), reported_by(OURS, refusal)])));
    let expected = [
        r"MSH|^~\&|OPENIIS|STATE|EHR|CLINIC7|20260302100000.000-0500||RSP^K11^RSP_K11|R1|P|2.5.1|||NE|NE|||||Z32^CDCPHINVS|STATE|CLINIC7",
        "MSA|AA|Q1",
        "QAK|T1|OK|Z34^Request Immunization History^CDCPHINVS",
        "QPD|Z34^Request Immunization History^CDCPHINVS|T1||DOE^ANA^^^^^L||20200115",
        "PID|1||1000000016^^^OPENIIS^SR~A17^^^CLINIC7^MR||DOE^ANA^^^^^L||20200115|F",
        r"NK1|1|ROE^BERTA\X0D\PID\F\9^^^^^L|MTH^Mother^HL70063",
        "ORC|RE||V1^^2.16.840.1^ISO",
        "RXA|0|1|20260301||03^^CVX|999|||00^New immunization record^NIP001||||||L1|20270228|MSD^^MVX|||CP|A",
        "RXR|C38299^Subcutaneous^NCIT",
        "OBX|1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V01^Not VFC eligible^HL70064||||||F|||20260301",
        "OBX|2|CE|30956-7^Vaccine type^LN|2|03^MMR^CVX||||||F",
        "OBX|3|DT|29768-9^Date vaccine information statement published^LN|2|20210806||||||F",
        "OBX|4|DT|29769-7^Date vaccine information statement presented^LN|2|20260301||||||F",
        "OBX|5|CE|31044-1^Reaction^LN|3|VXC12^fever^CDCPHINVS||||||F|||20260301",
        r"OBX|6|TX|48767-8^Annotation comment^LN|4|cried\F\a little\X0A\then slept||||||F",
        "ORC|RE||9999^OPENIIS",
        "RXA|0|1|20260301||21^^CVX|999||||||||||||02^Reason not known^NIP002||RE|A",
    ];
    assert_eq!(lines(&said), expected);
}

/// A yellow card with a year, a note of a month: RXA-3 and OBX-14 need a day.
#[test]
fn a_day_that_is_not_on_record_is_the_last_one_it_can_be_and_said_to_be() {
    let month = "2026-03"; // the reply is of the second
    let mut noted = administered();
    noted.kind = iis_model::event::EventKind::Observation;
    noted.given_on = Given::of(month.parse().expect("a month"));
    for observation in &mut noted.observations {
        observation.observed_on = Given::of(month.parse().expect("a month"));
    }
    let card = |on: &str| dose(InformationSource::Historical).vaccine(3).given(on);
    let events = [card("2004"), card("2021-05"), noted].map(|event| reported_by(OURS, event));
    let told = lines(&Answer::Record(Box::new(record(events.into()))));
    let days: Vec<_> =
        told.iter().filter_map(|line| line.strip_prefix("RXA|0|1|")).map(|rest| &rest[..9]).collect();
    assert_eq!(days, ["20041231|", "20210531|", "20260302|"]);
    for text in
        ["not on record: reported as 2004.", "not on record: reported as 2021-05.", "reported as 2026-03."]
    {
        assert!(told.iter().any(|line| line.starts_with("OBX|") && line.contains(text)), "{text}: {told:?}");
    }
}

#[test]
fn a_dose_is_new_only_to_the_organization_that_gave_it() {
    let without_lot = || ReportedEvent { lot: iis_model::event::Lot::default(), ..administered() };
    let from_school = || dose(InformationSource::School);
    #[rustfmt::skip]
    let table = [
        // reported by, as               keep   RXA-9
        (OURS,          administered(),  false, "00"),
        (THEIRS,        administered(),  false, "01"),
        (THEIRS,        administered(),  true,  "00"),
        (OURS,          without_lot(),   false, "01"), // 00 would require lot and manufacturer
        (OURS,          from_school(),   false, "07"),
        (THEIRS,        from_school(),   true,  "07"),
    ];
    for (organization, event, keep_new_immunization, source) in table {
        let (message, findings) = parse(QBP);
        let asker = Asker { keep_new_immunization, ..asker() };
        let said = Answer::Record(Box::new(record(vec![reported_by(organization, event)])));
        let bytes = answer(&message, Wanted::History, &said, &asker, &findings, &header());
        let (reply, _) = parse(&bytes);
        let told = reply.segment("RXA").expect("the dose").field(9).component(1).raw().to_owned();
        assert_eq!(told, source, "{organization:?} {keep_new_immunization}");
    }
}

#[test]
fn what_an_asker_reads_in_a_record_is_what_was_believed() {
    let said = Answer::Record(Box::new(record(vec![reported_by(OURS, administered())])));
    let (message, findings) = parse(QBP);
    let bytes = answer(&message, Wanted::History, &said, &asker(), &findings, &header());
    let (reply, _) = parse(&bytes);
    let read = z22::read(&reply, &ReadOptions::default(), &mut Findings::default());
    let (told, believed) = (&read.events[0], administered());
    assert_eq!(read.events.len(), 1);
    assert_eq!(told.lot.number.value, believed.lot.number.value);
    assert_eq!(told.eligibility.value, believed.eligibility.value);
    assert_eq!(told.vis[0].document.value, believed.vis[0].document.value);
    assert_eq!(told.vis[0].given_on.value, believed.vis[0].given_on.value);
    assert_eq!(told.observations[0].value.value, believed.observations[0].value.value);
    assert_eq!(told.comments, believed.comments);
}

#[test]
fn candidates_are_counted_and_tell_no_history() {
    let said = Answer::Candidates(vec![record(vec![reported_by(OURS, administered())]), record(Vec::new())]);
    let lines = lines(&said);
    let starts: Vec<_> = lines.iter().map(|line| &line[..5]).collect();
    assert_eq!(starts, ["MSH|^", "MSA|A", "QAK|T", "QPD|Z", "PID|1", "NK1|1", "PID|2", "NK1|1"]);
    assert!(lines[0].contains("|Z31^CDCPHINVS|") && lines[2].starts_with("QAK|T1|OK|"));
}

#[test]
fn a_candidate_keeps_its_publicity_code() {
    let mut candidate = record(Vec::new());
    candidate.demographics.publicity.value =
        Given::of(Coded::new("02", "Reminder/recall - any method", "HL70215"));
    let lines = lines(&Answer::Candidates(vec![candidate]));
    assert!(lines.iter().any(|line| line.starts_with("PD1|||||||||||02^")), "{lines:?}");
}

#[test]
fn answers_without_a_person_say_why() {
    #[rustfmt::skip]
    let table = [
        (Answer::NotFound,   "MSA|AA|Q1", "QAK|T1|NF|", 4),
        (Answer::TooMany,    "MSA|AA|Q1", "QAK|T1|TM|", 4),
        (Answer::NotAllowed, "MSA|AE|Q1", "QAK|T1|AR|", 5),
    ];
    for (said, msa, qak, count) in table {
        let lines = lines(&said);
        assert_eq!(lines.len(), count, "{said:?}");
        assert_eq!(lines[1], msa, "{said:?}");
        assert!(lines[count - 2].starts_with(qak), "{said:?}");
        assert!(lines[0].contains("|Z33^CDCPHINVS|"), "{said:?}");
    }
}
