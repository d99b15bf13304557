//! Reading a SOAP request: which operation, with which words, in which dialect.
//!
//! A pull parser with limits; document type declarations are refused, entities other than the five of XML do not
//! exist. Namespace prefixes are free. Source: CDC IIS WSDL 2011 (`urn:cdc:iisb:2011`) and 2014 (`urn:cdc:iisb:2014`);
//! SOAP 1.2 part 1 and SOAP 1.1, the envelope.

use super::headers::{Block, Headers};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;
use std::borrow::Cow;

/// Namespace of the SOAP 1.2 envelope.
pub(crate) const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// Namespace of the SOAP 1.1 envelope.
pub(crate) const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of the operations of 2011.
pub(crate) const CDC_2011: &str = "urn:cdc:iisb:2011";
/// Namespace of the operations of 2014.
pub(crate) const CDC_2014: &str = "urn:cdc:iisb:2014";

/// Elements inside one another.
const DEEPEST: usize = 32;
/// Attributes of one element.
const MOST_ATTRIBUTES: usize = 64;
/// Elements, texts and references of one envelope outside the message's own text.
const MOST_ELEMENTS: usize = 1000;

/// Which envelope the client speaks; it is answered in kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// SOAP 1.1.
    Soap11,
    /// SOAP 1.2.
    #[default]
    Soap12,
}

/// Which names the client uses; it is answered with the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generation {
    /// `urn:cdc:iisb:2011`.
    #[default]
    Year2011,
    /// `urn:cdc:iisb:2014`.
    Year2014,
}

/// How a client wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialect {
    /// Envelope.
    pub version: Version,
    /// Names.
    pub generation: Generation,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Call {
    /// `connectivityTest`.
    ConnectivityTest {
        /// To be returned as sent.
        echo: String,
    },
    /// `submitSingleMessage`.
    SubmitSingleMessage {
        /// Name and secret, if the body or the security header holds them.
        credentials: Option<(String, String)>,
        /// The site that the call is for; empty: as the message or the agreement says.
        facility: String,
        /// The HL7 message.
        message: String,
    },
    /// Some other operation.
    Unsupported,
}

/// A request that could be read.
pub struct Envelope {
    /// How to answer.
    pub dialect: Dialect,
    /// What of the header goes back.
    pub headers: Headers,
    /// What is asked for.
    pub call: Call,
}

/// A request that could not be read, with what is known of how to answer.
#[derive(Debug)]
pub struct Unreadable {
    /// How to answer.
    pub dialect: Dialect,
    /// What of the header goes back.
    pub headers: Headers,
    /// Why.
    pub error: EnvelopeError,
}

/// Why a request could not be read. The texts are shown to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Neither UTF-8 nor what the declaration says.
    #[error("The request is not text in UTF-8, UTF-16 or ISO-8859-1.")]
    Encoding,
    /// Not well-formed.
    #[error("The request is not well-formed XML.")]
    NotXml,
    /// A DTD.
    #[error("A document type declaration is not accepted.")]
    DocumentType,
    /// An entity beyond the five of XML.
    #[error("Entities other than &amp;, &lt;, &gt;, &quot; and &apos; are not accepted.")]
    Entity,
    /// Too deep, too many attributes, too many elements.
    #[error("The envelope has too many elements or attributes, or they are nested too deeply.")]
    TooComplex,
    /// No envelope with a body.
    #[error("The request holds no SOAP envelope with a body and one operation in it.")]
    NotSoap,
}

/// What has been read of an envelope so far.
#[derive(Default)]
struct Reading {
    dialect: Dialect,
    /// Local names from the root to here.
    path: Vec<String>,
    operation: Option<Operation>,
    headers: Headers,
    block: Option<Block>,
    echo: String,
    facility: String,
    message: String,
    body_username: Option<String>,
    body_password: Option<String>,
    header_username: Option<String>,
    header_password: Option<String>,
    elements: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Connectivity,
    Submit,
    Other,
}

/// Reads a request.
pub fn read(bytes: &[u8]) -> Result<Envelope, Unreadable> {
    let mut reading = Reading::default();
    let read = text_of(bytes).and_then(|text| reading.read(&text));
    let (dialect, headers) = (reading.dialect, std::mem::take(&mut reading.headers));
    match read.and_then(|()| reading.finish()) {
        Ok(call) => Ok(Envelope { dialect, headers, call }),
        Err(error) => Err(Unreadable { dialect, headers, error }),
    }
}

impl Reading {
    fn read(&mut self, text: &str) -> Result<(), EnvelopeError> {
        let mut reader = NsReader::from_str(text);
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|_| EnvelopeError::NotXml)?;
            let namespace = match namespace {
                ResolveResult::Bound(Namespace(name)) => name,
                ResolveResult::Unbound | ResolveResult::Unknown(_) => "",
            };
            match event {
                Event::Start(start) => self.open(&start, namespace)?,
                Event::Empty(start) => {
                    self.open(&start, namespace)?;
                    self.path.pop();
                }
                Event::End(_) => {
                    self.path.pop();
                }
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let found = match name.resolve_char_ref().map_err(|_| EnvelopeError::NotXml)? {
                        Some(character) => character,
                        None => entity(&name.xml10_content())?,
                    };
                    self.text(found.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) => return Err(EnvelopeError::DocumentType),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.path.is_empty() => return Ok(()),
                Event::Eof => return Err(EnvelopeError::NotXml),
            }
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, namespace: &str) -> Result<(), EnvelopeError> {
        self.elements += 1;
        let attributes = start.attributes().with_checks(false).take(MOST_ATTRIBUTES + 1).count();
        if self.elements > MOST_ELEMENTS || attributes > MOST_ATTRIBUTES || self.path.len() >= DEEPEST {
            return Err(EnvelopeError::TooComplex);
        }
        self.path.push(start.local_name().into_inner().to_owned());
        match self.path.len() {
            1 => self.envelope(namespace),
            3 if self.path[1] == "Body" => self.operation(namespace),
            3 if self.path[1] == "Header" => {
                self.block = Block::of(namespace, &self.path[2]);
                Ok(())
            }
            4 if self.block == Some(Block::Hub) && self.path[3] == "AdditionalId" => {
                self.headers.begin_additional();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn envelope(&mut self, namespace: &str) -> Result<(), EnvelopeError> {
        self.dialect.version = if namespace == SOAP_11 { Version::Soap11 } else { Version::Soap12 };
        let known = namespace == SOAP_11 || namespace == SOAP_12;
        if known && self.path[0] == "Envelope" { Ok(()) } else { Err(EnvelopeError::NotSoap) }
    }

    fn operation(&mut self, namespace: &str) -> Result<(), EnvelopeError> {
        if namespace == CDC_2014 {
            self.dialect.generation = Generation::Year2014;
        }
        let operation = match (namespace, self.path[2].as_str()) {
            (CDC_2011 | "", "connectivityTest") | (CDC_2014, "ConnectivityTestRequest") => {
                Operation::Connectivity
            }
            (CDC_2011 | "", "submitSingleMessage") | (CDC_2014, "SubmitSingleMessageRequest") => {
                Operation::Submit
            }
            _ => Operation::Other,
        };
        // two operations in one body are none
        if self.operation.replace(operation).is_some() { Err(EnvelopeError::NotSoap) } else { Ok(()) }
    }

    /// Text belongs to the element it stands in.
    fn text(&mut self, text: &str) {
        let into = match self.path.as_slice() {
            [_, body, _, name] if body == "Body" => match name.as_str() {
                "echoBack" | "EchoBack" => Some(&mut self.echo),
                "hl7Message" | "Hl7Message" => Some(&mut self.message),
                "facilityID" | "FacilityID" => Some(&mut self.facility),
                "username" | "Username" => Some(self.body_username.get_or_insert_default()),
                "password" | "Password" => Some(self.body_password.get_or_insert_default()),
                _ => None,
            },
            [_, header, .., token, name] if header == "Header" && token == "UsernameToken" => {
                match name.as_str() {
                    "Username" => Some(self.header_username.get_or_insert_default()),
                    "Password" => Some(self.header_password.get_or_insert_default()),
                    _ => None,
                }
            }
            [_, header, _, inner @ ..] if header == "Header" && inner.len() <= 1 => {
                self.block.and_then(|block| self.headers.place(block, inner.first().map(String::as_str)))
            }
            _ => None,
        };
        if let Some(into) = into {
            into.push_str(text);
        }
    }

    fn finish(self) -> Result<Call, EnvelopeError> {
        let credentials =
            self.body_username.zip(self.body_password).or(self.header_username.zip(self.header_password));
        Ok(match self.operation.ok_or(EnvelopeError::NotSoap)? {
            Operation::Connectivity => Call::ConnectivityTest { echo: self.echo },
            Operation::Submit => {
                // line feeds and blanks are the envelope's layout; a final carriage return belongs to the message
                let message = self.message.trim_start().trim_end_matches([' ', '\t', '\n']).to_owned();
                Call::SubmitSingleMessage { credentials, facility: self.facility, message }
            }
            Operation::Other => Call::Unsupported,
        })
    }
}

fn entity(name: &str) -> Result<char, EnvelopeError> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(EnvelopeError::Entity),
    }
}

/// The request as text: UTF-8, UTF-16 by its byte order mark, or ISO-8859-1 when the declaration says so.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, EnvelopeError> {
    let utf16 = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]]));
        let text = char::decode_utf16(units).collect::<Result<String, _>>();
        text.map(Cow::Owned).map_err(|_| EnvelopeError::Encoding)
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            std::str::from_utf8(rest).map(Cow::Borrowed).map_err(|_| EnvelopeError::Encoding)
        }
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) if declares_latin_1(bytes) => {
                Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()))
            }
            Err(_) => Err(EnvelopeError::Encoding),
        },
    }
}

fn declares_latin_1(bytes: &[u8]) -> bool {
    let head: String = bytes.iter().take(100).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let declaration = head.split("?>").next().unwrap_or("");
    declaration.starts_with("<?xml") && declaration.contains("iso-8859-1")
}

#[cfg(test)]
mod tests {
    use super::{Call, Dialect, EnvelopeError, Generation, Headers, Version, read};
    use std::fmt::Write;

    fn envelope(namespace: &str, body: &str) -> String {
        format!("<e:Envelope xmlns:e='{namespace}'><e:Header/><e:Body>{body}</e:Body></e:Envelope>")
    }

    fn call(text: &str) -> Result<(Dialect, Call), EnvelopeError> {
        read(text.as_bytes())
            .map(|envelope| (envelope.dialect, envelope.call))
            .map_err(|unreadable| unreadable.error)
    }

    impl std::fmt::Debug for Call {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match self {
                Self::ConnectivityTest { echo } => write!(out, "test {echo:?}"),
                Self::SubmitSingleMessage { credentials, facility, message } => {
                    write!(out, "submit {credentials:?} for {facility:?} {message:?}")
                }
                Self::Unsupported => write!(out, "unsupported"),
            }
        }
    }

    #[test]
    fn message_and_credentials_are_found_however_they_are_written() {
        let wanted = Call::SubmitSingleMessage {
            credentials: Some(("clinic".into(), "p<ss".into())),
            facility: "x".into(),
            message: "MSH|^~\\&|A\rPID|1".into(),
        };
        #[rustfmt::skip]
        let table = [
            ("default namespace, escaped",  "<submitSingleMessage xmlns='urn:cdc:iisb:2011'><username>clinic</username><password>p&lt;ss</password><facilityID>x</facilityID><hl7Message>MSH|^~\\&amp;|A&#xD;PID|1</hl7Message></submitSingleMessage>"),
            ("prefix, CDATA, blanks around", "<x:submitSingleMessage xmlns:x='urn:cdc:iisb:2011'><x:username>clinic</x:username><x:password><![CDATA[p<ss]]></x:password><x:facilityID>x</x:facilityID><x:hl7Message> \n<![CDATA[MSH|^~\\&|A]]>&#13;<![CDATA[PID|1]]>\n</x:hl7Message></x:submitSingleMessage>"),
            ("no namespace at all",         "<submitSingleMessage><username>clinic</username><password>p&#x3C;ss</password><facilityID>x</facilityID><hl7Message>MSH|^~\\&amp;|A&#xD;PID|1</hl7Message></submitSingleMessage>"),
        ];
        for (name, body) in table {
            for (namespace, version) in [(super::SOAP_12, Version::Soap12), (super::SOAP_11, Version::Soap11)]
            {
                let (dialect, call) = call(&envelope(namespace, body)).expect(name);
                assert_eq!(call, wanted, "{name}");
                assert_eq!(dialect, Dialect { version, generation: Generation::Year2011 }, "{name}");
            }
        }
        let body = "<SubmitSingleMessageRequest xmlns='urn:cdc:iisb:2014'><Username>clinic</Username><Password>p&lt;ss</Password><FacilityID>x</FacilityID><Hl7Message>MSH|^~\\&amp;|A&#xD;PID|1</Hl7Message></SubmitSingleMessageRequest>";
        let (dialect, call) = call(&envelope(super::SOAP_12, body)).expect("2014");
        assert_eq!((dialect.generation, call), (Generation::Year2014, wanted));
    }

    #[test]
    fn a_security_header_may_hold_the_credentials() {
        let text = format!(
            "<e:Envelope xmlns:e='{}'><e:Header><w:Security xmlns:w='urn:w'><w:UsernameToken><w:Username>a</w:Username>\
             <w:Password>b</w:Password></w:UsernameToken></w:Security></e:Header><e:Body>\
             <submitSingleMessage xmlns='urn:cdc:iisb:2011'><hl7Message>MSH</hl7Message></submitSingleMessage></e:Body></e:Envelope>",
            super::SOAP_12
        );
        let (_, call) = call(&text).expect("readable");
        let credentials = Some(("a".to_owned(), "b".to_owned()));
        assert_eq!(
            call,
            Call::SubmitSingleMessage { credentials, facility: String::new(), message: "MSH".into() }
        );
    }

    #[test]
    fn blocks_of_the_header_are_read_by_their_namespace() {
        let text = |hub: &str, addressing: &str| {
            format!(
                "<e:Envelope xmlns:e='{}' xmlns:h='{hub}' xmlns:a='{addressing}'><e:Header><a:To>urn:us</a:To>\
                 <a:MessageID>urn:uuid:1</a:MessageID><a:Action>urn:x:Request</a:Action><h:HubRequestHeader>\
                 <h:DestinationId>ny</h:DestinationId><h:AdditionalId>a</h:AdditionalId><h:AdditionalId>b</h:AdditionalId>\
                 </h:HubRequestHeader></e:Header><e:Body><connectivityTest/></e:Body></e:Envelope>",
                super::SOAP_12
            )
        };
        let headers = |text: &str| read(text.as_bytes()).map(|envelope| envelope.headers).expect("readable");
        let expected = Headers {
            message_id: "urn:uuid:1".into(),
            action: "urn:x:Request".into(),
            destination: "ny".into(),
            additional: vec!["a".into(), "b".into()],
        };
        let addressing = "http://www.w3.org/2005/08/addressing";
        assert_eq!(headers(&text("urn:cdc:iisb:hub:2014", addressing)), expected);
        assert_eq!(headers(&text("urn:other", "urn:other")), Headers::default());
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let soap = |body: &str| envelope(super::SOAP_12, body);
        let deep = (0..10_000).fold(String::new(), |text, _| text + "<a>");
        let mut wide = String::from("<a");
        for n in 0..1_000_000 {
            write!(wide, " b{n}=''").expect("a string takes it");
        }
        let bomb = "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;'>]>";
        #[rustfmt::skip]
        let table = [
            ("external entity",     format!("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{}", soap("<connectivityTest><echoBack>&e;</echoBack></connectivityTest>")), EnvelopeError::DocumentType),
            ("billion laughs",      format!("{bomb}{}", soap("<connectivityTest><echoBack>&lol2;</echoBack></connectivityTest>")), EnvelopeError::DocumentType),
            ("bare document type",  format!("<!DOCTYPE x>{}", soap("")),                     EnvelopeError::DocumentType),
            ("undeclared entity",   soap("<connectivityTest><echoBack>&nbsp;</echoBack></connectivityTest>"), EnvelopeError::Entity),
            ("10,000 levels",       soap(&deep),                                             EnvelopeError::TooComplex),
            ("1,000,000 attributes", soap(&format!("{wide}/>")),                             EnvelopeError::TooComplex),
            ("many elements",       soap(&"<a/>".repeat(2000).replacen("<a/>", "<o>", 1)),   EnvelopeError::TooComplex),
            ("two operations",      soap("<connectivityTest/><connectivityTest/>"),          EnvelopeError::NotSoap),
            ("empty body",          soap(""),                                                EnvelopeError::NotSoap),
            ("other root",          "<html/>".into(),                                        EnvelopeError::NotSoap),
            ("other namespace",     envelope("urn:x", "<connectivityTest/>"),                EnvelopeError::NotSoap),
            ("nothing",             String::new(),                                           EnvelopeError::NotSoap),
            ("an HL7 message",      "MSH|^~\\&|A\r".into(),                                  EnvelopeError::NotXml),
            ("cut off",             soap("<connectivityTest/>")[..80].to_owned(),            EnvelopeError::NotXml),
            ("crossed tags",        soap("<a><b></a></b>"),                                  EnvelopeError::NotXml),
            ("character 0",         soap("<connectivityTest><echoBack>&#0;</echoBack></connectivityTest>"), EnvelopeError::NotXml),
        ];
        for (name, text, expected) in table {
            assert_eq!(call(&text).err(), Some(expected), "{name}");
        }
    }

    #[test]
    fn encodings_are_honored_or_refused() {
        let text = |declaration: &str| {
            format!(
                "{declaration}{}",
                envelope(super::SOAP_12, "<connectivityTest><echoBack>Zoë</echoBack></connectivityTest>")
            )
        };
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text("").encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let latin = |text: &str| {
            text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect::<Vec<_>>()
        };
        #[rustfmt::skip]
        let table = [
            ("UTF-8",                text("").into_bytes(),                                                true),
            ("UTF-8 with a mark",    ["\u{feff}".as_bytes(), text("").as_bytes()].concat(),                true),
            ("UTF-16",               utf16,                                                                true),
            ("Latin-1, declared",    latin(&text("<?xml version='1.0' encoding='ISO-8859-1'?>")),          true),
            ("Latin-1, undeclared",  latin(&text("")),                                                     false),
        ];
        for (name, bytes, readable) in table {
            let result = read(&bytes).map(|envelope| envelope.call).map_err(|unreadable| unreadable.error);
            let expected = if readable {
                Ok(Call::ConnectivityTest { echo: "Zoë".into() })
            } else {
                Err(EnvelopeError::Encoding)
            };
            assert_eq!(result, expected, "{name}");
        }
    }
}
