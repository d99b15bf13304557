//! The gate: whether a message is looked at at all.
//!
//! Source: immunization guide 1.5, enhanced acknowledgment mode; HL7 2.5.1 section 2.9.2. What fails here is answered AR.

use crate::er7::Message;
use crate::findings as noticed;
use crate::segments::qpd;
use iis_model::Finding;
use iis_model::query::Wanted;

/// What an address accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateRules<'a> {
    /// The processing ids (MSH-11): `["P"]` in production, `["T", "D"]` on a test system.
    pub processing_ids: &'a [&'a str],
    /// Whether versions 2.3.1 and 2.4 are read as well.
    pub accept_older_versions: bool,
}

/// A request that passed the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// An immunization record (Z22).
    Vxu,
    /// A query (Z34, Z44).
    Query(Wanted),
}

/// Looks, in this order, at MSH, message type, event, processing id and version.
///
/// Acknowledgments and responses are no requests: they get code 200 like every other type.
pub fn gate(message: &Message<'_>, rules: &GateRules<'_>) -> Result<Request, Finding> {
    let Some(header) = message.header() else {
        return Err(noticed::NO_HEADER.at(iis_model::Place::segment(*b"MSH", 0)));
    };
    let kind = header.field(9);
    let request = request(message)?;
    let event = match request {
        Request::Vxu => "V04",
        Request::Query(_) => "Q11",
    };
    if !kind.component(2).is(event) {
        return Err(noticed::UNSUPPORTED_EVENT.at(kind.component(2).place()));
    }
    let processing_id = header.field(11).component(1);
    if !rules.processing_ids.iter().any(|accepted| processing_id.is(accepted)) {
        return Err(noticed::UNSUPPORTED_PROCESSING.at(processing_id.place()));
    }
    let version = header.field(12).component(1);
    let older = rules.accept_older_versions && (version.is("2.3.1") || version.is("2.4"));
    if !version.is("2.5.1") && !older {
        return Err(noticed::UNSUPPORTED_VERSION.at(version.place()));
    }
    Ok(request)
}

fn request(message: &Message<'_>) -> Result<Request, Finding> {
    let kind = message.header().map(|header| header.field(9).component(1));
    match kind {
        Some(kind) if kind.is("VXU") => Ok(Request::Vxu),
        Some(kind) if kind.is("QBP") => Ok(Request::Query(wanted(message))),
        kind => Err(noticed::UNSUPPORTED_TYPE.at(kind.map(|kind| kind.place()).unwrap_or_default())),
    }
}

/// What a query asks for: QPD-1, else MSH-21, else the plain history.
pub fn wanted(message: &Message<'_>) -> Wanted {
    let by_name = message.segment("QPD").and_then(|parameters| qpd::wanted(&parameters.field(1)));
    let by_profile = || message.header().and_then(|header| qpd::wanted(&header.field(21)));
    by_name.or_else(by_profile).unwrap_or(Wanted::History)
}
