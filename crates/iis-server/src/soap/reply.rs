//! Writing a SOAP reply in the client's dialect, below the header that [`super::headers`] writes.

use super::envelope::{CDC_2011, CDC_2014, Dialect, Generation, SOAP_11, SOAP_12, Version};

/// `connectivityTestResponse`: the text as it was sent.
pub fn connectivity(echo: &str, dialect: Dialect, header: &str) -> String {
    let echo = escape(echo);
    let body = match dialect.generation {
        Generation::Year2011 => format!(
            "<connectivityTestResponse xmlns=\"{CDC_2011}\"><return>{echo}</return></connectivityTestResponse>"
        ),
        Generation::Year2014 => format!(
            "<ConnectivityTestResponse xmlns=\"{CDC_2014}\"><EchoBack>{echo}</EchoBack></ConnectivityTestResponse>"
        ),
    };
    envelope_around(header, &body, dialect.version)
}

/// `submitSingleMessageResponse`: the HL7 reply.
pub fn submitted(reply: &[u8], dialect: Dialect, header: &str) -> String {
    let reply = escape(&String::from_utf8_lossy(reply));
    let body = match dialect.generation {
        Generation::Year2011 => format!(
            "<submitSingleMessageResponse xmlns=\"{CDC_2011}\"><return>{reply}</return></submitSingleMessageResponse>"
        ),
        Generation::Year2014 => format!(
            "<SubmitSingleMessageResponse xmlns=\"{CDC_2014}\"><Hl7Message>{reply}</Hl7Message></SubmitSingleMessageResponse>"
        ),
    };
    envelope_around(header, &body, dialect.version)
}

/// The media type of a dialect.
pub fn media_type(version: Version) -> &'static str {
    match version {
        Version::Soap11 => "text/xml; charset=utf-8",
        Version::Soap12 => "application/soap+xml; charset=utf-8",
    }
}

pub(super) fn envelope_around(header: &str, body: &str, version: Version) -> String {
    let namespace = match version {
        Version::Soap11 => SOAP_11,
        Version::Soap12 => SOAP_12,
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<env:Envelope xmlns:env=\"{namespace}\">{header}<env:Body>{body}</env:Body></env:Envelope>\n"
    )
}

/// Text of an element. A carriage return is written as a reference, because a reader of XML would turn it into a line
/// feed; characters that XML 1.0 cannot hold become U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' => out.push(character),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{connectivity, escape, submitted};
    use crate::soap::envelope::{Dialect, Generation};
    use quick_xml::events::Event;
    use quick_xml::reader::Reader;

    #[test]
    fn what_xml_cannot_hold_is_escaped() {
        #[rustfmt::skip]
        let table = [
            ("MSH|^~\\&|A\rPID", "MSH|^~\\&amp;|A&#xD;PID"),
            ("]]><x>",           "]]&gt;&lt;x&gt;"),
            ("a\u{b}b\0",        "a\u{fffd}b\u{fffd}"),
            ("Zoë 李",           "Zoë 李"),
        ];
        for (text, escaped) in table {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn replies_are_well_formed_whatever_they_carry() {
        for generation in [Generation::Year2011, Generation::Year2014] {
            let dialect = Dialect { generation, ..Dialect::default() };
            for text in
                [connectivity("</echoBack>&\0", dialect, ""), submitted(b"MSH|\xff\x00<&\r", dialect, "")]
            {
                let mut reader = Reader::from_str(&text);
                loop {
                    match reader.read_event() {
                        Ok(Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => panic!("{error} in {text}"),
                    }
                }
            }
        }
    }
}
