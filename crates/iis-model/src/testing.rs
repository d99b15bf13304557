//! Builders with plain defaults, so that a test shows only what matters to it. All people are invented.

use crate::event::{EventKind, InformationSource, Lot, ReportedEvent};
use crate::person::{Demographics, Identifier, PersonName, Sex};
use crate::record::{ConsolidatedEvent, PersonRecord, ReportOrigin};
use crate::stock::{Funding, LotStanding, OnHand, StockLot};
use crate::{
    Cvx, Date, EventId, Given, LotId, OrganizationId, PartialDate, PersonId, RegistryNumber, ReportId,
    SiteId, SourceRecordId, StorageUnitId, Timestamp,
};

fn date(text: &str) -> Given<PartialDate> {
    Given::of(text.parse().expect("a date written in a test"))
}

/// A girl called Ana Doe, born 2020-01-15, with the record number A17.
pub fn person() -> Demographics {
    Demographics::default().called("DOE", "ANA").born("2020-01-15").mrn("A17", "CLINIC7").sex(Sex::Female)
}

impl Demographics {
    /// With this legal name.
    #[must_use]
    pub fn called(mut self, family: &str, given: &str) -> Self {
        let name = PersonName {
            family: family.into(),
            given: given.into(),
            kind: "L".into(),
            ..PersonName::default()
        };
        self.names = vec![Given::of(name)];
        self
    }

    /// Born on this day, month or year.
    #[must_use]
    pub fn born(mut self, on: &str) -> Self {
        self.born_on = date(on);
        self
    }

    /// With this medical record number.
    #[must_use]
    pub fn mrn(mut self, value: &str, authority: &str) -> Self {
        let identifier = Identifier { value: value.into(), authority: authority.into(), kind: "MR".into() };
        self.identifiers = vec![Given::of(identifier)];
        self
    }

    /// Of this sex.
    #[must_use]
    pub fn sex(mut self, sex: Sex) -> Self {
        self.sex = Given::of(sex);
        self
    }
}

/// A record of a person with these events, in this order: as one organization reported them.
pub fn record(demographics: Demographics, events: Vec<ReportedEvent>) -> PersonRecord {
    let event = |(at, best): (i64, ReportedEvent)| {
        let origin = ReportOrigin {
            report_id: ReportId(at),
            source_record_id: SourceRecordId(1),
            organization_id: OrganizationId(1),
            owner_id: OrganizationId(1),
            organization: "Alder Pediatrics".into(),
            site: "Alder Pediatrics".into(),
            sender: "".into(),
            received_at: Timestamp::UNIX_EPOCH,
            is_administered: best.is_administered(),
        };
        ConsolidatedEvent { id: EventId(at), best, reports: vec![origin] }
    };
    PersonRecord {
        id: PersonId(1),
        registry_number: RegistryNumber::from_random(1),
        version: 1,
        demographics,
        own_identifiers: Vec::new(),
        events: (1..).zip(events).map(event).collect(),
        reporters: Vec::new(),
    }
}

/// A dose of MMR on 2021-01-20 from this source.
pub fn dose(source: InformationSource) -> ReportedEvent {
    let kind = match source {
        InformationSource::NewImmunization => EventKind::Administered,
        _ => EventKind::Historical,
    };
    let mut event = ReportedEvent::new(kind);
    event.source = Given::of(source);
    event.cvx = Given::of(Cvx::new(3));
    event.given_on = date("2021-01-20");
    event
}

impl ReportedEvent {
    /// Given on this day.
    #[must_use]
    pub fn given(mut self, on: &str) -> Self {
        self.given_on = date(on);
        self
    }

    /// Of this vaccine.
    #[must_use]
    pub fn vaccine(mut self, cvx: u16) -> Self {
        self.cvx = Given::of(Cvx::new(cvx));
        self
    }

    /// From this lot.
    #[must_use]
    pub fn lot(mut self, number: &str) -> Self {
        self.lot = Lot { number: Given::of(number.into()), ..self.lot };
        self
    }

    /// Whose lot expires on this day, if on any.
    #[must_use]
    pub fn lot_expires(mut self, on: Option<&str>) -> Self {
        self.lot.expires_on = on.map(date).unwrap_or_default();
        self
    }
}

/// Doses of a lot on the shelf of site 1: private, active, and good for years.
pub fn on_hand(id: i64, number: &str, cvx: u16, doses: i64) -> OnHand {
    let lot = StockLot {
        id: LotId(id),
        site_id: SiteId(1),
        unit_id: StorageUnitId(1),
        ndc: "".into(),
        cvx: Cvx::new(cvx),
        mvx: "".into(),
        lot: number.into(),
        expires_on: Date::constant(2030, 1, 1),
        funding: Funding::Private,
        standing: LotStanding::Active,
    };
    OnHand { lot, doses, last_entry: 1 }
}

impl OnHand {
    /// The same, paid for by this funding and good until this day.
    #[must_use]
    pub fn of(mut self, funding: Funding, expires_on: Date) -> Self {
        (self.lot.funding, self.lot.expires_on) = (funding, expires_on);
        self
    }
}
