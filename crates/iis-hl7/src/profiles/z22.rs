//! Z22, VXU^V04: an immunization record, read into a submission and written from one.
//!
//! Reading never fails. What a bad value costs follows the guide's cascade: an optional value costs itself, a required
//! one its segment, a required segment its order group, and only the header and PID cost the message. Two departures,
//! both so that no dose is lost that can be used: an empty amount (RXA-6) means unknown, and an empty lot, manufacturer
//! or information source of a dose given is a warning. What is against the published profile and was not told by then is
//! told last.

use super::order::{self, Orders};
use crate::bounds::bound_person;
use crate::er7::{Message, Segment, Writer};
use crate::findings as noticed;
use crate::header::WriteHeader;
use crate::rules::{self, Profile, in_message_order};
use crate::segments::{msh, nk1, pd1, pid, pv1};
use iis_model::{Findings, Given, Place, Submission};
use jiff::tz::TimeZone;

/// Reading stops after this many findings, so that a hostile message cannot make a list much longer than itself.
const MOST_FINDINGS: usize = 5_000;

/// What a reader is told about the sender.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The sender's time zone, for a message time without one.
    pub sender_zone: TimeZone,
}

impl Default for ReadOptions {
    /// UTC.
    fn default() -> Self {
        Self { sender_zone: TimeZone::UTC }
    }
}

/// Reads a VXU. The submission holds what can be used; the findings say what cannot, and whether anything may be stored.
pub fn read(message: &Message<'_>, options: &ReadOptions, findings: &mut Findings) -> Submission {
    let header = msh::read(message, &options.sender_zone, findings);
    if message.header().is_some_and(|msh| !msh::names_profile(&msh, "Z22")) {
        findings.push(noticed::PROFILE_NOT_NAMED.at(Place::segment(*b"MSH", 1).field(21)));
    }
    let mut reading = Reading {
        submission: Submission { header, ..Submission::default() },
        orders: Orders::with_room_for(message.count("RXA")),
        ..Reading::default()
    };
    let version = message.header().map(|msh| msh.field(12).component(1));
    reading.orders.without_orc = version.is_some_and(|version| version.is("2.3.1") || version.is("2.4"));
    for segment in message.segments().skip(1) {
        if segment.name() == "MSH" {
            findings.push(noticed::SEVERAL_MESSAGES.at(segment.place()));
            break;
        }
        if findings.0.len() > MOST_FINDINGS {
            findings.push(noticed::TOO_MANY_FINDINGS.at(segment.place()));
            break;
        }
        reading.take(&segment, findings);
    }
    if !reading.has_patient {
        findings.push(noticed::NO_PATIENT.at(Place::segment(*b"PID", 0)));
    }
    bound_person(&mut reading.submission.person, findings);
    reading.submission.events = reading.orders.finish(findings);
    rules::tell(Profile::Z22, message, findings);
    in_message_order(message, findings);
    reading.submission
}

/// How far a message has been read: the sections of the structure in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    #[default]
    Header,
    Patient,
    Additional,
    NextOfKin,
    Visit,
    Insurance,
    Orders,
}

#[derive(Default)]
struct Reading {
    submission: Submission,
    section: Section,
    has_patient: bool,
    orders: Orders,
}

impl Reading {
    fn take(&mut self, segment: &Segment<'_>, findings: &mut Findings) {
        match segment.name() {
            "PID" if self.has_patient => findings.push(noticed::REPEATED.at(segment.place())),
            "PID" if self.enter(Section::Patient, segment, findings) => {
                self.has_patient = true;
                self.submission.person = pid::read(segment, findings);
            }
            "PD1" if self.section == Section::Additional => {
                findings.push(noticed::REPEATED.at(segment.place()));
            }
            "PD1" if self.enter(Section::Additional, segment, findings) => {
                pd1::read(segment, &mut self.submission.person, findings);
            }
            "NK1" if self.section <= Section::NextOfKin => {
                self.section = Section::NextOfKin;
                if !segment.is_empty() {
                    self.submission.person.next_of_kin.extend(nk1::read(segment, findings));
                }
            }
            "NK1" => findings.push(noticed::OUT_OF_ORDER.at(segment.place())),
            "PV1" if self.section <= Section::Visit => {
                self.section = Section::Visit;
                self.orders.visit_eligibility = pv1::eligibility(segment);
            }
            "GT1" | "IN1" if self.section <= Section::Insurance => self.section = Section::Insurance,
            "ORC" | "RXA" | "RXR" | "OBX" | "NTE" => {
                if matches!(segment.name(), "ORC" | "RXA") {
                    self.section = Section::Orders;
                }
                self.orders.take(segment, findings);
            }
            _ => {}
        }
    }

    /// Goes on to a section, unless the message is past it already.
    fn enter(&mut self, section: Section, segment: &Segment<'_>, findings: &mut Findings) -> bool {
        if self.section > section {
            findings.push(noticed::OUT_OF_ORDER.at(segment.place()));
            return false;
        }
        self.section = section;
        true
    }
}

/// Writes a VXU that the guide would accept, as far as the submission holds what it requires.
pub fn write(submission: &Submission, header: &WriteHeader<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    let person = &submission.person;
    msh::write_request(&mut out, header, ["VXU", "V04", "VXU_V04"], "Z22");
    let identifiers: Vec<_> = person.identifiers.iter().filter_map(Given::get).cloned().collect();
    pid::write(&mut out, 1, person, &identifiers, header.sending_facility);
    pd1::write(&mut out, person);
    nk1::write(&mut out, &person.next_of_kin);
    let mut next = 1;
    for event in &submission.events {
        order::write(&mut out, event, order::own_source(event), header.sending_facility, &mut next);
    }
    out.finish()
}
