//! Laws: nothing makes the crate fail, every reply is one message, and what is written is read back.

use iis_hl7::{
    GateRules, ReadOptions, ReplyHeader, Request, WriteHeader, answer_unreadable, gate, parse, query, z22,
    z23, z33,
};
use iis_model::event::{Completion, EventKind, InformationSource, ReportedEvent, VisGiven};
use iis_model::person::{Address, Identifier, PersonName, Sex, Telecom};
use iis_model::query::{HistoryQuery, Wanted};
use iis_model::testing::{dose, person};
use iis_model::{Coded, Demographics, Given, Header, Submission};
use jiff::tz::Offset;
use proptest::prelude::*;

const REPLY: ReplyHeader<'static> = ReplyHeader {
    application: "OPENIIS",
    facility: "STATE",
    authority: "OPENIIS",
    now: jiff::Timestamp::UNIX_EPOCH,
    offset: Offset::UTC,
    control_id: "R1",
};

const SENDER: WriteHeader<'static> = WriteHeader {
    sending_application: "EHR",
    sending_facility: "CLINIC7",
    receiving_application: "OPENIIS",
    receiving_facility: "STATE",
    sent_at: jiff::Timestamp::UNIX_EPOCH,
    offset: Offset::UTC,
    control_id: "M1",
    processing_id: "P",
};

const VXU: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||VXU^V04^VXU_V04|M1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS\r",
    "PID|1||A17^^^CLINIC7^MR~B^^^X^SR||DOE^ANA^^^^^L||20200115|F||2106-3^White^CDCREC|12 MAPLE ST^^X^IL^62701^USA^P\r",
    "NK1|1|DOE^BERTA^^^^^L|MTH^Mother^HL70063\r",
    "ORC|RE||V1^CLINIC7\rRXA|0|1|20260301||03^MMR^CVX|0.5|mL^mL^UCUM||00^New^NIP001||||||L1|20270228|MSD^Merck^MVX|||CP|A\r",
    "RXR|C38299^SC^NCIT|LA^Left Arm^HL70163\rOBX|1|CE|64994-7^E^LN|1|V01^No^HL70064||||||F\rNTE|1||fine\r",
);

const QBP: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r",
    "QPD|Z34^Request Immunization History^CDCPHINVS|T1|A17^^^CLINIC7^MR|DOE^ANA^^^^^L||20200115|F\rRCP|I|5^RD&Records&HL70126\r",
);

/// Any bytes through the whole line; the reply.
fn exchange(bytes: &[u8]) -> Vec<u8> {
    let (message, mut findings) = parse(bytes);
    if message.header().is_none() {
        return answer_unreadable(&REPLY);
    }
    match gate(&message, &GateRules { processing_ids: &["P"], accept_older_versions: true }) {
        Err(finding) => findings.push(finding),
        Ok(Request::Vxu) => drop(z22::read(&message, &ReadOptions::default(), &mut findings)),
        Ok(Request::Query(wanted)) => {
            query::read(&message, &ReadOptions::default(), &mut findings);
            return z33::reply(&message, wanted, z33::Reason::NotFound, &findings, &REPLY);
        }
    }
    z23::reply(&message, &findings, &REPLY)
}

/// The names of a reply's segments; none of them may come from the request's data.
fn is_one_reply(bytes: &[u8]) -> bool {
    let (reply, findings) = parse(bytes);
    let names: Vec<_> = reply.segments().map(|segment| segment.name().to_owned()).collect();
    let known = names.iter().all(|name| matches!(&**name, "MSH" | "MSA" | "ERR" | "QAK" | "QPD"));
    findings.0.is_empty()
        && known
        && names.starts_with(&["MSH".into(), "MSA".into()])
        && reply.count("MSH") == 1
}

#[test]
fn a_reply_is_short_however_long_the_names_of_the_request_are() {
    let long = "X".repeat(100_000);
    for (sent, comes_back) in [("EHR", true), (&*long, false)] {
        let message = VXU
            .replace("|EHR|CLINIC7|", &format!("|{sent}|CLINIC7|"))
            .replace("|M1|P|", &format!("|{sent}|P{}|", sent.strip_prefix("EHR").unwrap_or(sent)));
        let reply = exchange(message.as_bytes());
        assert!(is_one_reply(&reply) && reply.len() < 2_000, "{} bytes", reply.len());
        let (reply, _) = parse(&reply);
        let receiver = reply.header().map(|msh| msh.field(5).text().into_owned()).unwrap_or_default();
        assert_eq!(receiver == sent, comes_back);
        let id = reply.segment("MSA").map(|msa| msa.field(2).text().into_owned()).unwrap_or_default();
        assert!(
            !id.is_empty() && sent.starts_with(&id),
            "what comes back of the control id is its beginning"
        );
    }
}

/// A message with some of its bytes overwritten.
fn mutated(message: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        0..message.len(),
        prop_oneof![any::<u8>(), proptest::sample::select(b"|^~\\&\r\n\"\x1c\x80 0A".to_vec())],
    );
    proptest::collection::vec(edit, 1..12).prop_map(move |edits| {
        let mut bytes = message.as_bytes().to_vec();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        bytes
    })
}

fn data() -> impl Strategy<Value = Box<str>> {
    // Words with delimiters, escapes, accents and control characters inside.
    "[A-Za-z0-9|^~\\\\&éü日'-]([ -~éü\u{1f600}]{0,12}[A-Za-z0-9|^~\\\\&éü])?".prop_map(Box::from)
}

fn name() -> impl Strategy<Value = PersonName> {
    let optional = || prop_oneof![Just(Box::from("")), data()];
    (data(), data(), optional(), optional()).prop_map(|(family, given, middle, suffix)| PersonName {
        family,
        given,
        middle,
        suffix,
        kind: "L".into(),
    })
}

fn demographics() -> impl Strategy<Value = Demographics> {
    let identifier = (data(), "[A-Z]{2,8}", "MR|SR|MA").prop_map(|(value, authority, kind)| Identifier {
        value,
        authority: authority.into(),
        kind: kind.into(),
    });
    let address =
        (data(), data(), data(), "[A-Z]{2}", "[0-9]{5}").prop_map(|(street, other, city, state, zip)| {
            Address {
                street,
                other,
                city,
                state: state.into(),
                zip: zip.into(),
                kind: "H".into(),
                ..Address::default()
            }
        });
    let phone = (proptest::sample::select(&["", "44", "502"][..]), "[2-9][0-9]{9}");
    let phone = phone.prop_map(|(country, digits)| Telecom {
        usage: "PRN".into(),
        equipment: "CP".into(),
        country: country.into(),
        digits: digits.into(),
        ..Telecom::default()
    });
    let lists = (
        proptest::collection::vec(identifier.prop_map(Given::of), 1..3),
        proptest::collection::vec(name().prop_map(Given::of), 1..3),
        proptest::collection::vec(address.prop_map(Given::of), 0..3),
        proptest::collection::vec(phone.prop_map(Given::of), 0..3),
    );
    (lists, name(), proptest::sample::select(Sex::ALL)).prop_map(
        |((identifiers, names, addresses, telecoms), mother, sex)| {
            let mother = PersonName { kind: "M".into(), ..mother };
            Demographics {
                identifiers,
                names,
                addresses,
                telecoms,
                mother_maiden_name: Given::of(mother),
                sex: Given::of(sex),
                multiple_birth: Given::of(true),
                birth_order: Given::of(2),
                ..person()
            }
        },
    )
}

/// The doses of one message: each has an order number of its own, as a sender's system gives them.
fn events() -> impl Strategy<Value = Vec<ReportedEvent>> {
    proptest::collection::vec(event(), 0..4).prop_map(|mut events| {
        for (at, event) in events.iter_mut().enumerate().filter(|(_, event)| event.kind != EventKind::Refusal)
        {
            let order = event.filler.value.as_mut().expect("every dose has an order number");
            order.value = format!("{}-{at}", order.value).into();
        }
        events
    })
}

fn event() -> impl Strategy<Value = ReportedEvent> {
    let kinds = vec![EventKind::Administered, EventKind::Historical, EventKind::Refusal];
    (proptest::sample::select(kinds), 1_u16..900, "[A-Z0-9]{1,9}", data()).prop_map(
        |(kind, cvx, number, comment)| {
            let source = if kind == EventKind::Administered {
                InformationSource::NewImmunization
            } else {
                InformationSource::School
            };
            let mut event = dose(source).vaccine(cvx);
            event.kind = kind;
            event.comments = vec![comment];
            let is_refusal = kind == EventKind::Refusal;
            event.completion = Given::of(if is_refusal { Completion::Refused } else { Completion::Complete });
            event.action = Given::of(iis_model::Action::Add);
            event.filler.value = Some(iis_model::event::OrderNumber {
                value: if is_refusal { "9999".into() } else { number.clone().into() },
                authority: "CLINIC7".into(),
            });
            if is_refusal {
                event.source = Given::default();
                event.refusal_reason = Given::of(Coded::new("00", "Parental decision", "NIP002"));
            } else {
                event.route = Given::of(Coded::new("C28161", "Intramuscular", "NCIT"));
                event.lot.number = Given::of(number.into());
                event.lot.manufacturer.value = "MSD".parse().ok();
                event.eligibility = Given::of(Coded::new("V01", "Not VFC eligible", "HL70064"));
                event.vis = vec![VisGiven {
                    document: Given::of(Coded::new("253088698300012711120420", "MMR statement", "cdcgs1vis")),
                    edition_on: Given::default(),
                    given_on: event.given_on.clone(),
                }];
            }
            event
        },
    )
}

/// The values without the texts and places that only a message has.
fn bare(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("the model can be written as JSON")
}

proptest! {
    #[test]
    fn any_bytes_get_one_well_formed_reply(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(is_one_reply(&exchange(&bytes)));
        let mut headed = VXU.as_bytes()[..70].to_vec();
        headed.extend(bytes);
        prop_assert!(is_one_reply(&exchange(&headed)));
    }

    #[test]
    fn damaged_messages_get_one_well_formed_reply(vxu in mutated(VXU), qbp in mutated(QBP)) {
        prop_assert!(is_one_reply(&exchange(&vxu)));
        prop_assert!(is_one_reply(&exchange(&qbp)));
    }

    #[test]
    fn a_message_cut_anywhere_gets_one_well_formed_reply(at in 0..VXU.len()) {
        prop_assert!(is_one_reply(&exchange(&VXU.as_bytes()[..at])));
    }

    #[test]
    fn a_submission_that_is_written_is_read_back(
        person in demographics(),
        events in events(),
    ) {
        let submission = Submission { header: Header::default(), person, events, ..Submission::default() };
        let bytes = z22::write(&submission, &SENDER);
        let (message, mut findings) = parse(&bytes);
        let read = z22::read(&message, &ReadOptions::default(), &mut findings);
        prop_assert!(findings.0.is_empty(), "{:?}", findings);
        prop_assert_eq!(bare(&read.person), bare(&submission.person));
        for (read, written) in read.events.iter().zip(&submission.events) {
            // The coding as sent is new: the writer makes it from the CVX code.
            let read = ReportedEvent { vaccine: Given::default(), ..read.clone() };
            prop_assert_eq!(bare(&read), bare(written));
        }
        prop_assert_eq!(read.events.len(), submission.events.len());
    }

    #[test]
    fn a_message_that_is_parsed_and_printed_is_the_same(
        segments in proptest::collection::vec(
            // Segments as a conforming sender writes them: no empty part at an end.
            r"(PID|OBX|ZAB)(\|([a-zé]([~^&\\][a-z]){0,3})?){0,5}\|[a-z0-9]", 0..6),
    ) {
        let text: String = [&[r"MSH|^~\&|A".to_owned()], &segments[..]].concat().join("\r") + "\r";
        let (message, findings) = parse(text.as_bytes());
        prop_assert!(findings.0.is_empty());
        let mut out = iis_hl7::er7::Writer::new();
        for segment in message.segments() {
            let is_header = segment.name() == "MSH";
            if is_header { out.header("MSH"); } else { out.segment(segment.name()); }
            for number in if is_header { 3 } else { 1 }..=segment.last_field() {
                out.field(number).copy(segment.field(number));
            }
        }
        prop_assert_eq!(String::from_utf8(out.finish()).expect("text"), text);
    }

    #[test]
    fn a_query_that_is_written_is_read_back(person in demographics(), limit in 1_u32..100) {
        let query = HistoryQuery {
            header: Header::default(),
            wanted: Wanted::Forecast,
            tag: Given::of("T1".into()),
            identifiers: person.identifiers.clone(),
            name: person.names[0].clone(),
            mother_maiden_name: person.mother_maiden_name.clone(),
            born_on: person.born_on.clone(),
            sex: person.sex.clone(),
            address: person.addresses.first().cloned().unwrap_or_default(),
            phone: person.telecoms.first().cloned().unwrap_or_default(),
            multiple_birth: person.multiple_birth.clone(),
            birth_order: person.birth_order.clone(),
            limit: Given::of(limit),
        };
        let bytes = query::write(&query, &SENDER);
        let (message, mut findings) = parse(&bytes);
        let read = query::read(&message, &ReadOptions::default(), &mut findings);
        prop_assert!(findings.0.is_empty(), "{:?}", findings);
        prop_assert_eq!(read.wanted, query.wanted);
        prop_assert_eq!(read.name.value, query.name.value);
        prop_assert_eq!(read.born_on.value, query.born_on.value);
        prop_assert_eq!(read.address.value, query.address.value);
        prop_assert_eq!(read.phone.value, query.phone.value);
        prop_assert_eq!(read.limit.value, query.limit.value);
        prop_assert_eq!(bare(&read.identifiers), bare(&query.identifiers));
    }
}
