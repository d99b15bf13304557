//! A report written out: the submission that a source sends.

use super::event::{Administered, administered};
use super::{Content, Report, Source, Subject, demographics, historical, observed};
use crate::calendar::Day;
use crate::life::Dose;
use crate::population::{Jurisdiction, SourceKind};
use crate::random::mix;
use crate::reporting::household::{Household, Member};
use crate::vaccines::{Product, unspecified};
use iis_hl7::{WriteHeader, z22};
use iis_model::{Action, Header, InformationSource, ReportedEvent, Submission, Timestamp};

/// The most historical doses in one message.
const MOST_HISTORY: usize = 18;

/// What a report says, as the model of a message.
pub(crate) fn submission(calder: &Jurisdiction, household: &Household, report: &Report) -> Submission {
    let member = &household.members[usize::from(report.member)];
    let source = &member.sources[usize::from(report.source)];
    let subject = Subject { family: &household.family, member: member.index, source, on: report.day() };
    let writer = Writer { calder, household, member, source, on: report.day() };
    Submission {
        header: Header::default(),
        person: demographics(calder, subject),
        events: writer.events(report.content),
        activity: None,
    }
}

/// The control id of a report: unique within its organization.
pub(crate) fn control_id(calder: &Jurisdiction, household: &Household, report: &Report) -> String {
    let member = &household.members[usize::from(report.member)];
    let source = &member.sources[usize::from(report.source)];
    let authority = &calder.organizations[usize::from(source.organization)].authority;
    format!("{authority}-{}-{}-{}", household.family.number, member.index, report.ordinal)
}

/// The report as HL7 text (Z22).
pub(crate) fn write(calder: &Jurisdiction, household: &Household, report: &Report) -> Vec<u8> {
    let source = &household.members[usize::from(report.member)].sources[usize::from(report.source)];
    let site = &calder.site(source.site).code;
    let control_id = control_id(calder, household, report);
    let organization = &calder.organizations[usize::from(source.organization)];
    let header = WriteHeader {
        sending_application: organization.application,
        ..request(site, report.made_at, &control_id)
    };
    z22::write(&submission(calder, household, report), &header)
}

/// The header of a message from a site, made at a moment in seconds since 1970.
pub(crate) fn request<'a>(site: &'a str, made_at: i64, control_id: &'a str) -> WriteHeader<'a> {
    WriteHeader {
        sending_application: "",
        sending_facility: site,
        receiving_application: "OPENIIS",
        receiving_facility: "CALDER",
        sent_at: Timestamp::from_second(made_at).unwrap_or_default(),
        offset: jiff::tz::offset(-6),
        control_id,
        processing_id: "P",
    }
}

struct Writer<'a> {
    calder: &'a Jurisdiction,
    household: &'a Household,
    member: &'a Member,
    source: &'a Source,
    on: Day,
}

impl Writer<'_> {
    fn events(&self, content: Content) -> Vec<ReportedEvent> {
        let doses = &self.member.life.doses;
        match content {
            Content::Demographics => self.birth_dose(),
            Content::Visit { first, count, with_history, wrong_lot } => {
                let range = usize::from(first)..usize::from(first) + usize::from(count);
                let visit = range.clone().enumerate().map(|(injection, index)| {
                    self.given(index, injection, wrong_lot && injection == 0, Action::Add)
                });
                let mut events: Vec<_> = visit.collect();
                if with_history {
                    events.extend(self.history(range.start));
                }
                events
            }
            Content::Correction { dose } => vec![self.given(usize::from(dose), 0, false, Action::Update)],
            Content::Copy { dose, drift } => {
                let index = usize::from(dose);
                let source = if drift == 0 {
                    InformationSource::OtherProvider
                } else {
                    InformationSource::ParentRecall
                };
                let born_on = self.household.family.members[usize::from(self.member.index)].born_on;
                let on = doses[index].on.plus(i32::from(drift)).max(born_on);
                vec![self.known(index, on, source)]
            }
            Content::Erroneous { product, on } => vec![self.mixed_up(product.get(), on, Action::Add)],
            Content::Withdrawal { product, on } => vec![self.mixed_up(product.get(), on, Action::Delete)],
            Content::Note { note } => {
                let note = self.member.life.notes[usize::from(note)];
                vec![observed(self.calder, self.source, note.what, note.on)]
            }
        }
    }

    /// Vital records copies the first hepatitis B dose from six of ten birth certificates.
    fn birth_dose(&self) -> Vec<ReportedEvent> {
        let born_on = self.household.family.members[usize::from(self.member.index)].born_on;
        let is_registration =
            self.source.kind == SourceKind::VitalRecords && self.on.days_since(born_on) < 40;
        let first = self.member.life.doses.first().filter(|dose| dose.on.days_since(born_on) < 2);
        match first {
            Some(dose) if is_registration && self.source.seed % 10 < 6 => {
                vec![self.known(0, dose.on, InformationSource::BirthCertificate)]
            }
            _ => Vec::new(),
        }
    }

    fn given(&self, index: usize, injection: usize, has_wrong_lot: bool, action: Action) -> ReportedEvent {
        let Dose { on, product, site } = self.member.life.doses[index];
        let family = &self.household.family;
        let born_on = family.members[usize::from(self.member.index)].born_on;
        let dose = Administered {
            product: product.get(),
            on,
            site,
            coverage: Some(family.coverage),
            has_wrong_lot,
            action,
            injection,
            age_months: on.months_since(born_on),
        };
        administered(self.calder, self.source, &format!("{}-{index}", self.source.mrn()), &dose)
    }

    /// A dose known from elsewhere; in six of ten cases, and for products of many years ago, without its product.
    fn known(&self, index: usize, on: Day, from: InformationSource) -> ReportedEvent {
        let product = self.member.life.doses[index].product.get();
        let order = format!("{}-H{index}", self.source.mrn());
        historical(
            self.calder,
            self.source,
            &order,
            remembered(product, self.source.seed ^ index as u64),
            on,
            from,
        )
    }

    /// The doses before the first one of this visit that this organization did not give and report itself.
    fn history(&self, before: usize) -> Vec<ReportedEvent> {
        let doses = &self.member.life.doses[..before];
        let is_elsewhere = |dose: &Dose| {
            self.calder.site(dose.site).organization != self.source.organization
                || dose.on < self.source.since
        };
        let from = [
            InformationSource::Historical,
            InformationSource::OtherProvider,
            InformationSource::ParentWritten,
            InformationSource::OtherRegistry,
        ];
        let from = from[(self.source.seed >> 20) as usize % from.len()];
        let known = (0..before).filter(|index| is_elsewhere(&doses[*index]));
        known.rev().take(MOST_HISTORY).map(|index| self.known(index, doses[index].on, from)).collect()
    }

    fn mixed_up(&self, product: &Product, on: Day, action: Action) -> ReportedEvent {
        let family = &self.household.family;
        let born_on = family.members[usize::from(self.member.index)].born_on;
        let order = format!("{}-X{}-{}", self.source.mrn(), product.id.0, on.0);
        let dose = Administered {
            product,
            on,
            site: self.source.site,
            coverage: Some(family.coverage),
            has_wrong_lot: false,
            action,
            injection: 0,
            age_months: on.months_since(born_on),
        };
        administered(self.calder, self.source, &order, &dose)
    }
}

/// A product as somebody knows it who only saw a card: of one group mostly by the group's unspecified code.
fn remembered(product: &Product, seed: u64) -> (u16, &'static str) {
    let mut groups = product.each_group();
    match (groups.next().and_then(unspecified), groups.next()) {
        (Some(group), None) if mix(seed) % 10 < 6 => group,
        _ => (product.cvx, product.description),
    }
}
