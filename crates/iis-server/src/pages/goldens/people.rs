//! The invented people of the pages.

use super::number;
use crate::pages::patients::demographics::SourceSays;
use iis_model::event::{Amount, Clinician, Observation, ObservationValue, VisGiven};
use iis_model::person::{Address, NextOfKin, PersonName, Sex, Telecom};
use iis_model::record::{ConsolidatedEvent, PersonRecord, PersonSummary, ReportOrigin, Reporter};
use iis_model::testing::{dose, person};
use iis_model::{
    Coded, Completion, Demographics, EventId, EventKind, Given, InformationSource, OrganizationId, PersonId,
    RegistryNumber, ReportId, SourceRecordId,
};
use iis_registry::people::Stage;
use iis_store::chosen_value::ChosenValue;
use jiff::civil::date;

pub(super) fn told(kin: &str, given: &str, family: &str) -> NextOfKin {
    let name = PersonName { given: given.into(), family: family.into(), ..PersonName::default() };
    NextOfKin {
        name: Given::of(name),
        relationship: Given::of(Coded::new(kin, "", "HL70063")),
        ..NextOfKin::default()
    }
}

pub(super) fn maya() -> Demographics {
    let mut maya =
        person().called("Ortega", "Maya").born("2024-02-11").mrn("88120", "ALDER").sex(Sex::Female);
    maya.names[0].value.as_mut().expect("a name").middle = "R.".into();
    let alias = PersonName {
        family: "Lopez".into(),
        given: "Maya".into(),
        kind: "A".into(),
        ..PersonName::default()
    };
    maya.names.push(Given::of(alias));
    let home = Address {
        street: "12 Alder St".into(),
        city: "Calder".into(),
        state: "WI".into(),
        zip: "53703".into(),
        kind: "H".into(),
        ..Address::default()
    };
    maya.addresses = vec![Given::of(home)];
    let phone = Telecom {
        digits: "2025550199".into(),
        usage: "PRN".into(),
        equipment: "CP".into(),
        ..Telecom::default()
    };
    maya.telecoms = vec![Given::of(phone)];
    maya.language = Given::of(Coded::new("spa", "Spanish", "ISO6392"));
    maya.multiple_birth = Given::of(true);
    maya.birth_order = Given::of(1);
    maya.next_of_kin = vec![told("MTH", "Ana", "Lopez")];
    maya
}

pub(super) fn origin(organization: &str, is_administered: bool, at: &str) -> ReportOrigin {
    ReportOrigin {
        report_id: ReportId(1),
        source_record_id: SourceRecordId(1),
        organization_id: OrganizationId(if organization.starts_with("Alder") { 1 } else { 2 }),
        owner_id: OrganizationId(if organization.starts_with("Alder") { 1 } else { 2 }),
        organization: organization.into(),
        site: if is_administered { organization.into() } else { "".into() },
        sender: format!("{}-EHR", organization.split(' ').next().unwrap_or_default().to_uppercase()).into(),
        received_at: at.parse().expect("a moment"),
        is_administered,
    }
}

pub(super) fn event(on: &str, cvx: u16, reports: Vec<ReportOrigin>) -> ConsolidatedEvent {
    let administered = reports.first().is_some_and(|report| report.is_administered);
    let source =
        if administered { InformationSource::NewImmunization } else { InformationSource::ParentWritten };
    ConsolidatedEvent { id: EventId(0), best: dose(source).given(on).vaccine(cvx), reports }
}

/// A dose with everything that can be said about it.
pub(super) fn full_dose() -> ConsolidatedEvent {
    let reports = vec![
        origin("Alder Pediatrics", true, "2025-05-20T15:02:11Z"),
        origin("Cedar Family Practice", false, "2025-06-01T08:00:00Z"),
    ];
    let mut event = event("2025-05-20", 83, reports);
    let best = &mut event.best;
    *best = best.clone().lot("K99P2").lot_expires(Some("2026-05-12"));
    best.lot.manufacturer = Given::of("SKB".parse().expect("a code"));
    best.ndc = Given::of("58160-0825-11".parse().expect("a code"));
    best.amount = Given::of(Amount { number: "0.5".into(), unit: "mL".into() });
    best.route = Given::of(Coded::new("C28161", "Intramuscular", "NCIT"));
    best.body_site = Given::of(Coded::new("LT", "Left Thigh", "HL70163"));
    best.administered_by =
        Given::of(Clinician { family: "Hill".into(), given: "Jo".into(), ..Clinician::default() });
    best.eligibility = Given::of(Coded::new("V02", "", "HL70064"));
    best.vis = vec![VisGiven {
        document: Given::of(Coded::new("85", "Hepatitis A VIS", "CVX")),
        edition_on: Given::of(date(2025, 1, 31).into()),
        given_on: Given::of(date(2025, 5, 20).into()),
    }];
    best.comments = vec!["Second thigh used".into()];
    event
}

pub(super) fn observation(loinc: &str, value: Coded) -> Observation {
    Observation {
        about: Coded::new(loinc, "", "LN"),
        group: "".into(),
        value: Given::of(ObservationValue::Coded(value)),
        observed_on: Given::of(date(2024, 4, 16).into()),
    }
}

/// The example of screens section 3.4, newest first.
pub(super) fn record() -> PersonRecord {
    let alder = |at: &str| vec![origin("Alder Pediatrics", true, at)];
    let mut refusal = event("2025-09-30", 150, alder("2025-09-30T15:00:00Z"));
    refusal.best.kind = EventKind::Refusal;
    refusal.best.refusal_reason = Given::of(Coded::new("00", "Parental decision", "NIP002"));
    let mut reaction = event("2024-04-15", 120, alder("2024-04-15T15:00:00Z"));
    reaction.best.observations = vec![observation("31044-1", Coded::new("39579001", "Anaphylaxis", "SCT"))];
    let mut partial = event("2025-02-25", 21, alder("2025-02-25T15:00:00Z"));
    partial.best.completion = Given::of(Completion::Partial);
    let mut month_only =
        event("2024-08", 8, vec![origin("Cedar Family Practice", false, "2025-06-01T08:00:00Z")]);
    month_only.best.source = Given::of(InformationSource::ParentRecall);
    let mut immunity = event("2024-06-17", 998, alder("2024-06-17T15:00:00Z"));
    immunity.best.kind = EventKind::Observation;
    immunity.best.observations = vec![
        observation("59784-9", Coded::new("38907003", "Varicella infection", "SCT")),
        observation("30945-0", Coded::new("VXC17", "Severe allergy to 2-phenoxyethanol", "CDCPHINVS")),
    ];
    let mut record = PersonRecord {
        id: PersonId(1),
        registry_number: number(),
        version: 1,
        demographics: maya(),
        own_identifiers: maya().identifiers[0].value.clone().into_iter().collect(),
        events: vec![
            refusal,
            full_dose(),
            partial,
            event("2025-02-10", 3, alder("2025-02-10T15:00:00Z")),
            month_only,
            event("2024-06-17", 120, alder("2024-06-17T15:00:00Z")),
            immunity,
            reaction,
            event("2024-02-12", 30, alder("2024-02-12T15:00:00Z")),
            event("2024-02-11", 8, alder("2024-02-11T15:00:00Z")),
        ],
        reporters: vec![
            Reporter {
                organization: "Alder Pediatrics".into(),
                mrn: "88120".into(),
                sender: "ALDER-EHR".into(),
                latest_at: "2025-05-20T15:02:11Z".parse().expect("a moment"),
                submissions: 9,
            },
            Reporter {
                organization: "Cedar Family Practice".into(),
                mrn: "C-77".into(),
                sender: "CEDAR-EHR".into(),
                latest_at: "2025-06-01T08:00:00Z".parse().expect("a moment"),
                submissions: 1,
            },
        ],
    };
    for (id, event) in (1..).zip(&mut record.events) {
        event.id = EventId(id);
    }
    record
}

pub(super) fn sources(record: &PersonRecord) -> Vec<SourceSays> {
    let mut second = record.demographics.clone();
    second.names.truncate(1);
    second.names[0].value.as_mut().expect("a name").middle = "".into();
    second.addresses[0].value.as_mut().expect("an address").street = "12 Alder Street Apt 2".into();
    let at = |text: &str| text.parse().expect("a moment");
    let (born, moved) = (at("2024-02-12T15:00:00Z"), at("2025-05-20T15:00:00Z"));
    let mut first = record.demographics.clone();
    first.addresses[0].value.as_mut().expect("an address").street = "1 Oak St".into();
    first.telecoms[0].value.as_mut().expect("a phone").digits = "2025550100".into();
    first.next_of_kin = vec![told("GRD", "Rosa", "Lopez")];
    vec![
        SourceSays {
            name: "Alder Pediatrics, record no. 88120".to_owned(),
            demographics: record.demographics.clone(),
            sent_at: moved,
            stages: vec![
                Stage { at: born, demographics: first },
                Stage { at: moved, demographics: record.demographics.clone() },
            ],
        },
        SourceSays {
            name: "Cedar Family Practice, record no. C-77".to_owned(),
            demographics: second.clone(),
            sent_at: moved,
            stages: vec![Stage { at: moved, demographics: second }],
        },
    ]
}

/// Two sources of which one is chosen for the address.
pub(super) fn sources_to_choose_from(record: &PersonRecord) -> Vec<iis_registry::people::SourceSays> {
    let at = "2026-02-27T16:00:00Z".parse().expect("a moment");
    let chosen = ChosenValue {
        id: 5,
        source_record_id: SourceRecordId(2),
        part: "address".into(),
        actor: "Dora Quast".into(),
        at,
        reason: "Asked the mother.".into(),
        event_id: None,
        inverse_of: None,
    };
    let says = |(id, source): (i64, SourceSays)| iis_registry::people::SourceSays {
        id: SourceRecordId(id),
        organization: ["Alder Pediatrics", "Cedar Family Practice"][usize::from(id == 2)].into(),
        mrn: ["88120", "C-77"][usize::from(id == 2)].into(),
        sent_at: at,
        demographics: source.demographics,
        stages: source.stages,
        chosen: (id == 2).then(|| chosen.clone()).into_iter().collect(),
    };
    (1..).zip(sources(record)).map(says).collect()
}

pub(super) fn summary(random: u64, given: &str, doses: i64) -> PersonSummary {
    let mut demographics = maya();
    demographics.names[0].value.as_mut().expect("a name").given = given.into();
    PersonSummary {
        id: PersonId(1),
        registry_number: RegistryNumber::from_random(random),
        demographics,
        latest_dose_on: (doses > 0).then_some(date(2025, 5, 20)),
        doses,
    }
}

/// A dose that a site gave.
pub(super) fn dose_of(record: &PersonRecord) -> &iis_model::ReportedEvent {
    let given = record.events.iter().find(|event| event.best.kind == EventKind::Administered);
    &given.expect("a dose that was given").best
}
