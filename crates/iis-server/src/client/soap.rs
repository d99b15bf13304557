//! The CDC web service of 2011 from the client's side.

use super::{Answer, hl7_or_status};
use crate::soap::reply::escape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

pub(super) const MEDIA_TYPE: &str =
    "application/soap+xml; charset=utf-8; action=\"urn:cdc:iisb:2011:submitSingleMessage\"";

/// `submitSingleMessage` in a SOAP 1.2 envelope.
pub(super) fn request(message: &[u8], credentials: Option<&(String, String)>) -> String {
    let (name, secret) = credentials.map_or(("", ""), |(name, secret)| (name.as_str(), secret.as_str()));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <env:Envelope xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:iis=\"urn:cdc:iisb:2011\"><env:Body>\
         <iis:submitSingleMessage><iis:username>{}</iis:username><iis:password>{}</iis:password>\
         <iis:facilityID/><iis:hl7Message>{}</iis:hl7Message></iis:submitSingleMessage></env:Body></env:Envelope>",
        escape(name),
        escape(secret),
        escape(&String::from_utf8_lossy(message)),
    )
}

/// The reply in the envelope, or the fault's text.
pub(super) fn answer(status: u16, bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    match (element(&text, &["return", "Hl7Message"]), element(&text, &["Text", "faultstring"])) {
        (Some(reply), _) => hl7_or_status(status, reply.trim().as_bytes().to_vec()),
        (None, Some(fault)) => Answer::Fault(fault.trim().to_owned()),
        (None, None) => Answer::Status(status, text.trim().to_owned()),
    }
}

/// The text of the first element of one of these names, whatever its prefix.
fn element(text: &str, names: &[&str]) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut found: Option<String> = None;
    loop {
        match (reader.read_event().ok()?, &mut found) {
            (Event::Start(start), None) if names.contains(&start.local_name().into_inner()) => {
                found = Some(String::new());
            }
            (Event::Text(part), Some(found)) => found.push_str(&part.xml10_content()),
            (Event::CData(part), Some(found)) => found.push_str(&part.xml10_content()),
            (Event::GeneralRef(name), Some(found)) => match name.resolve_char_ref().ok()? {
                Some(character) => found.push(character),
                None => found.push_str(quick_xml::escape::resolve_predefined_entity(&name.xml10_content())?),
            },
            (Event::End(_), Some(_)) => return found,
            (Event::Eof, _) => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, answer, request};
    use crate::soap::envelope::{self, Call, Dialect};
    use crate::soap::fault::Fault;
    use crate::soap::headers::Headers;
    use crate::soap::reply::submitted;

    #[test]
    fn client_and_server_understand_each_other() {
        let credentials = ("clinic&co".to_owned(), "<s>".to_owned());
        let message = "MSH|^~\\&|A\rPID|1||Zoë\r";
        let envelope = envelope::read(request(message.as_bytes(), Some(&credentials)).as_bytes());
        match envelope.map(|envelope| envelope.call) {
            Ok(Call::SubmitSingleMessage { credentials: found, message: text, .. }) => {
                assert_eq!((found, text.as_str()), (Some(credentials), message));
            }
            _ => panic!("the server does not understand the client"),
        }
        let reply = submitted(message.as_bytes(), Dialect::default(), "");
        let expected = Answer::Hl7 { status: Some(200), bytes: message.trim().as_bytes().to_vec() };
        assert_eq!(answer(200, reply.as_bytes()), expected);
        let fault = Fault::Security.write(Dialect::default(), &Headers::default(), "");
        assert_eq!(
            answer(500, fault.as_bytes()),
            Answer::Fault("User name or password is missing or not right.".into())
        );
        assert_eq!(answer(502, b"<html>"), Answer::Status(502, "<html>".into()));
    }
}
