//! Z34 and Z44, QBP^Q11: a query for one person's record.

use super::gate;
use super::z22::ReadOptions;
use crate::datatypes::{cx, xad, xpn, xtn};
use crate::er7::{Message, Writer, time};
use crate::findings as noticed;
use crate::header::WriteHeader;
use crate::rules::{self, Profile, in_message_order};
use crate::segments::{msh, qpd, rcp};
use iis_model::query::{HistoryQuery, Wanted};
use iis_model::{Findings, Given, Place};

/// Reads a query. Findings that refuse it say which parameter is missing.
pub fn read(message: &Message<'_>, options: &ReadOptions, findings: &mut Findings) -> HistoryQuery {
    let header = msh::read(message, &options.sender_zone, findings);
    let wanted = gate::wanted(message);
    let profile = qpd::name_of(wanted)[0];
    if message.header().is_some_and(|msh| !msh::names_profile(&msh, profile)) {
        findings.push(noticed::PROFILE_NOT_NAMED.at(Place::segment(*b"MSH", 1).field(21)));
    }
    if message.count("MSH") > 1 {
        findings.push(noticed::SEVERAL_MESSAGES.at(Place::segment(*b"MSH", 2)));
    }
    let mut query = HistoryQuery {
        header,
        wanted,
        tag: Given::default(),
        identifiers: Vec::new(),
        name: Given::default(),
        mother_maiden_name: Given::default(),
        born_on: Given::default(),
        sex: Given::default(),
        address: Given::default(),
        phone: Given::default(),
        multiple_birth: Given::default(),
        birth_order: Given::default(),
        limit: Given::default(),
    };
    match message.segment("QPD") {
        Some(parameters) => qpd::read(&parameters, &mut query, findings),
        None => findings.push(noticed::NO_PARAMETERS.at(Place::segment(*b"QPD", 0))),
    }
    match message.segment("RCP") {
        Some(control) => query.limit = rcp::read(&control, findings),
        None => findings.push(noticed::NO_CONTROL.at(Place::segment(*b"RCP", 0))),
    }
    rules::tell(profile_of(wanted), message, findings);
    in_message_order(message, findings);
    query
}

fn profile_of(wanted: Wanted) -> Profile {
    match wanted {
        Wanted::History => Profile::Z34,
        Wanted::Forecast => Profile::Z44,
    }
}

/// Writes a query.
pub fn write(query: &HistoryQuery, header: &WriteHeader<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    let name = qpd::name_of(query.wanted);
    msh::write_request(&mut out, header, ["QBP", "Q11", "QBP_Q11"], name[0]);
    out.segment("QPD").field(1).components(&name);
    out.field(2).text(query.tag.get().map_or(header.control_id, |tag| tag)).field(3);
    for identifier in query.identifiers.iter().filter_map(Given::get) {
        cx::write(out.repetition(), identifier, header.sending_facility, "MR");
    }
    if let Some(name) = query.name.get() {
        xpn::write(out.field(4), name, "L");
    }
    if let Some(name) = query.mother_maiden_name.get() {
        xpn::write(out.field(5), name, "M");
    }
    if let Some(&born_on) = query.born_on.get() {
        out.field(6).text(&time::write_date(born_on));
    }
    if let Some(sex) = query.sex.get() {
        out.field(7).text(sex.code());
    }
    if let Some(address) = query.address.get() {
        xad::write(out.field(8), address);
    }
    if let Some(phone) = query.phone.get() {
        xtn::write(out.field(9), phone);
    }
    if let Some(&multiple) = query.multiple_birth.get() {
        out.field(10).text(if multiple { "Y" } else { "N" });
    }
    if let Some(order) = query.birth_order.get() {
        out.field(11).value(order);
    }
    rcp::write(&mut out, query.limit.get().copied().unwrap_or(1));
    out.finish()
}
