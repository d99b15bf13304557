//! The order group: ORC, RXA, RXR, OBX, NTE make one reported event.

use crate::bounds::bound_event;
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use crate::segments::{nte, obx, orc, rxa, rxr};
use iis_model::event::{EventKind, InformationSource, OrderNumber};
use iis_model::{Coded, Cvx, Findings, Given, PartialDate, Place, ReportedEvent, Said};
use std::collections::{HashMap, HashSet};

/// Gathers the order groups of a message in their order.
#[derive(Default)]
pub(super) struct Orders {
    done: Vec<ReportedEvent>,
    open: Option<Group>,
    /// Whether a group may begin with its RXA: versions 2.3.1 and 2.4 have no ORC in a VXU.
    pub(super) without_orc: bool,
    /// The eligibility in its old place (PV1-20).
    pub(super) visit_eligibility: Given<Coded>,
}

/// One group while its segments come in.
struct Group {
    event: ReportedEvent,
    vis: obx::VisSets,
    /// The ORC; `None` when the group began with its RXA.
    ordered: Option<Place>,
    has_rxa: bool,
    has_rxr: bool,
    /// Whether it may be stored.
    is_usable: bool,
}

impl Group {
    fn new(ordered: Option<Place>) -> Self {
        Self {
            event: ReportedEvent::new(EventKind::Historical),
            vis: obx::VisSets::default(),
            ordered,
            has_rxa: false,
            has_rxr: false,
            is_usable: ordered.is_some(),
        }
    }
}

impl Orders {
    /// None yet; room for so many.
    pub(super) fn with_room_for(count: usize) -> Self {
        Self { done: Vec::with_capacity(count), ..Self::default() }
    }

    /// Takes the next segment of the order part.
    pub(super) fn take(&mut self, segment: &Segment<'_>, findings: &mut Findings) {
        match segment.name() {
            "ORC" => {
                self.close(findings);
                let group = self.open.insert(Group::new(Some(segment.place())));
                group.is_usable &= orc::read(segment, &mut group.event, findings);
            }
            "RXA" => self.take_rxa(segment, findings),
            _ => match self.open.as_mut().filter(|group| group.has_rxa) {
                Some(group) => group.take_detail(segment, findings),
                None if segment.name() == "NTE" => {}
                None => findings.push(noticed::OUT_OF_ORDER.at(segment.place())),
            },
        }
    }

    fn take_rxa(&mut self, segment: &Segment<'_>, findings: &mut Findings) {
        if self.open.as_ref().is_none_or(|group| group.has_rxa) {
            self.close(findings);
            if !self.without_orc {
                findings.push(noticed::RXA_WITHOUT_ORC.at(segment.place()));
            }
            self.open = Some(Group { is_usable: self.without_orc, ..Group::new(None) });
        }
        let Some(group) = &mut self.open else { return };
        group.has_rxa = true;
        group.event.place = segment.place();
        group.is_usable &= rxa::read(segment, &mut group.event, findings);
        let no_dose = !group.event.kind.is_dose();
        if no_dose && group.event.filler.get().is_some_and(OrderNumber::is_identity) {
            findings.push(noticed::FORM_OF_9999.at(group.event.filler.place));
        }
    }

    fn close(&mut self, findings: &mut Findings) {
        let Some(mut group) = self.open.take() else { return };
        if let Some(place) = group.ordered.filter(|_| !group.has_rxa) {
            findings.push(noticed::ORDER_WITHOUT_RXA.at(place));
        } else if group.is_usable {
            group.event.vis = group.vis.into_statements();
            eligibility(&mut group.event, &self.visit_eligibility, findings);
            if bound_event(&mut group.event, findings) {
                self.done.push(group.event);
            }
        }
    }

    /// The events that may be stored.
    pub(super) fn finish(mut self, findings: &mut Findings) -> Vec<ReportedEvent> {
        self.close(findings);
        drop_shared_numbers(&mut self.done, findings);
        self.done
    }
}

/// A filler order number under which a message reports several vaccines or days is the number of a visit or of a
/// patient, not that of a dose (ORC-3 "uniquely identifies the order", HL7 Version 2.5.1 Implementation Guide for Immunization
/// Messaging, ORC): each would replace the one before. It is not taken, and the doses are known by vaccine and day.
fn drop_shared_numbers(events: &mut [ReportedEvent], findings: &mut Findings) {
    let mut first_under: HashMap<OrderNumber, (Option<PartialDate>, Option<Cvx>)> = HashMap::new();
    let mut shared: HashSet<OrderNumber> = HashSet::new();
    if events.len() < 2 {
        return;
    }
    for event in events.iter().filter(|event| !event.is_delete()) {
        let Some(number) = event.filler.get().filter(|number| number.is_identity()) else { continue };
        let given = (event.given_on.value, event.cvx.value);
        match first_under.get(number) {
            None => drop(first_under.insert(number.clone(), given)),
            Some(first) if *first != given => drop(shared.insert(number.clone())),
            Some(_) => {}
        }
    }
    for event in events {
        if event.filler.get().is_some_and(|number| shared.contains(number)) {
            findings.push(noticed::ORDER_NUMBER_SHARED.at(event.filler.place));
            event.filler = Given { value: None, said: Said::Something, place: event.filler.place };
        }
    }
}

impl Group {
    fn take_detail(&mut self, segment: &Segment<'_>, findings: &mut Findings) {
        match segment.name() {
            "RXR" if self.has_rxr => findings.push(noticed::REPEATED.at(segment.place())),
            "RXR" => {
                self.has_rxr = true;
                rxr::read(segment, &mut self.event, findings);
            }
            "OBX" => obx::read(segment, &mut self.event, &mut self.vis, findings),
            _ => self.event.comments.extend(nte::read(segment, findings)),
        }
    }
}

/// A dose given needs the patient's eligibility (rule IZ-23). It is taken from the visit when no observation says it.
fn eligibility(event: &mut ReportedEvent, visit: &Given<Coded>, findings: &mut Findings) {
    if !event.is_administered() || event.is_delete() || event.eligibility.get().is_some() {
        return;
    }
    if visit.get().is_some() {
        event.eligibility = visit.clone();
        findings.push(noticed::ELIGIBILITY_AT_VISIT.at(visit.place));
    } else {
        findings.push(noticed::ELIGIBILITY_MISSING.at(event.place));
    }
}

/// The information source that the reporter itself gives.
pub(super) fn own_source(event: &ReportedEvent) -> InformationSource {
    let otherwise = if event.is_administered() {
        InformationSource::NewImmunization
    } else {
        InformationSource::Historical
    };
    event.source.get().copied().unwrap_or(otherwise)
}

/// Writes an order group; `source` is what RXA-9 is to say, `next` the next OBX-1.
pub(super) fn write(
    out: &mut Writer,
    event: &ReportedEvent,
    source: InformationSource,
    authority: &str,
    next: &mut u32,
) {
    orc::write(out, event, authority);
    rxa::write(out, event, source, authority);
    if event.kind.is_dose() {
        rxr::write(out, event);
    }
    obx::write(out, event, next);
}
