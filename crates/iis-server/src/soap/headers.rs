//! What stands in the header of an envelope besides credentials, and goes back: WS-Addressing and the hub's own block.
//!
//! Source: WS-Addressing 1.0 core, section 3.4 (a reply's `RelatesTo` is the request's `MessageID`); CDC IIS hub WSDL
//! 2014 (`HubRequestHeader`, `HubResponseHeader`). Blocks that are not as those documents say are passed over.

use super::reply::escape;
use std::fmt::Write;

/// Namespace of WS-Addressing.
pub(super) const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
/// Namespace of the hub's blocks.
pub(super) const HUB: &str = "urn:cdc:iisb:hub:2014";
/// The action of faults that no description of the service names.
const OTHER_FAULT: &str = "http://www.w3.org/2005/08/addressing/soap/fault";
/// The longest identifier that goes back.
const LONGEST: usize = 512;
/// The most further destinations that go back.
const MOST_ADDITIONAL: usize = 16;

/// The blocks of a request that are answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `wsa:MessageID`.
    pub message_id: String,
    /// `wsa:Action`.
    pub action: String,
    /// `DestinationId` of the hub, which says for whom the request is.
    pub destination: String,
    /// `AdditionalId` of the hub.
    pub additional: Vec<String>,
}

/// Which block, and which part of it, a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    MessageId,
    Action,
    Hub,
}

impl Block {
    /// The block that an element of the header begins.
    pub(super) fn of(namespace: &str, name: &str) -> Option<Self> {
        match (namespace, name) {
            (ADDRESSING, "MessageID") => Some(Self::MessageId),
            (ADDRESSING, "Action") => Some(Self::Action),
            (HUB, "HubRequestHeader") => Some(Self::Hub),
            _ => None,
        }
    }
}

/// What a reply is, for its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// The answer to an operation.
    Response,
    /// A fault that the service's description names.
    Fault(&'a str),
    /// Another fault.
    OtherFault,
}

impl Headers {
    /// Where the text of an element inside a block goes.
    pub(super) fn place(&mut self, block: Block, inner: Option<&str>) -> Option<&mut String> {
        match (block, inner) {
            (Block::MessageId, None) => Some(&mut self.message_id),
            (Block::Action, None) => Some(&mut self.action),
            (Block::Hub, Some("DestinationId")) => Some(&mut self.destination),
            (Block::Hub, Some("AdditionalId")) => self.additional.last_mut(),
            _ => None,
        }
    }

    /// One more `AdditionalId` begins.
    pub(super) fn begin_additional(&mut self) {
        if self.additional.len() < MOST_ADDITIONAL {
            self.additional.push(String::new());
        }
    }

    /// The header of the reply: nothing for a request without these blocks. `here` is our own address.
    pub fn reply(&self, kind: Kind<'_>, here: &str) -> String {
        let mut blocks = String::new();
        let message_id = self.message_id.trim();
        if !message_id.is_empty() && message_id.len() <= LONGEST {
            let (action, message_id) = (escape(&self.reply_action(kind)), escape(message_id));
            // a string takes text
            let _ = write!(
                blocks,
                "<wsa:Action xmlns:wsa=\"{ADDRESSING}\">{action}</wsa:Action>\
                 <wsa:RelatesTo xmlns:wsa=\"{ADDRESSING}\">{message_id}</wsa:RelatesTo>"
            );
        }
        let destination = self.destination.trim();
        if is_destination(destination) {
            let _ = write!(
                blocks,
                "<HubResponseHeader xmlns=\"{HUB}\"><DestinationId>{destination}</DestinationId>"
            );
            for id in self.additional.iter().map(|id| id.trim()).filter(|id| is_destination(id)) {
                let _ = write!(blocks, "<AdditionalId>{id}</AdditionalId>");
            }
            let here = escape(here);
            let _ = write!(blocks, "<DestinationUri>{here}</DestinationUri></HubResponseHeader>");
        }
        if blocks.is_empty() { blocks } else { format!("<env:Header>{blocks}</env:Header>") }
    }

    /// The request's action with another end (CDC IIS WSDL 2014, the actions of inputs, outputs and faults).
    fn reply_action(&self, kind: Kind<'_>) -> String {
        let action = self.action.trim();
        let base = action.strip_suffix("Request").unwrap_or(action);
        match kind {
            _ if action.is_empty() || action.len() > LONGEST => OTHER_FAULT.to_owned(),
            Kind::Response => format!("{base}Response"),
            Kind::Fault(name) => format!("{base}:Fault:{name}"),
            Kind::OtherFault => OTHER_FAULT.to_owned(),
        }
    }
}

/// Letters, digits, `_` and `-`, as the hub's schema says.
fn is_destination(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !id.is_empty() && id.len() <= LONGEST && id.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::{Headers, Kind};

    #[test]
    fn the_reply_says_what_it_belongs_to_and_what_it_is() {
        let base = "urn:cdc:iisb:2014:IISPortType:SubmitSingleMessage";
        #[rustfmt::skip]
        let table = [
            (format!("{base}Request"),                        Kind::Response,               format!("{base}Response")),
            (format!("{base}Request"),                        Kind::Fault("SecurityFault"), format!("{base}:Fault:SecurityFault")),
            (format!("{base}Request"),                        Kind::OtherFault,             super::OTHER_FAULT.to_owned()),
            ("urn:cdc:iisb:2011:submitSingleMessage".into(),  Kind::Response,               "urn:cdc:iisb:2011:submitSingleMessageResponse".to_owned()),
        ];
        for (action, kind, expected) in table {
            let headers = Headers { message_id: " urn:uuid:<1> ".into(), action, ..Headers::default() };
            let text = headers.reply(kind, "https://iis.example.gov/soap");
            assert!(text.contains(&format!(">{expected}</wsa:Action>")), "{text}");
            assert!(text.contains(">urn:uuid:&lt;1&gt;</wsa:RelatesTo>"), "{text}");
            assert!(!text.contains("HubResponseHeader"), "{text}");
        }
    }

    #[test]
    fn the_hubs_block_goes_back_with_our_address_if_it_is_as_its_schema_says() {
        #[rustfmt::skip]
        let table = [
            ("ny",       vec!["a-1", "b_2"], "<DestinationId>ny</DestinationId><AdditionalId>a-1</AdditionalId><AdditionalId>b_2</AdditionalId><DestinationUri>https://iis.example.gov/soap?a&amp;b</DestinationUri>"),
            (" ny\n",    vec!["<x>"],        "<DestinationId>ny</DestinationId><DestinationUri>"),
            ("<script>", vec![],             ""),
            ("",         vec!["a"],          ""),
        ];
        for (destination, additional, expected) in table {
            let additional = additional.into_iter().map(str::to_owned).collect();
            let headers = Headers { destination: destination.into(), additional, ..Headers::default() };
            let text = headers.reply(Kind::Response, "https://iis.example.gov/soap?a&b");
            assert!(text.contains(expected) && text.is_empty() == expected.is_empty(), "{text}");
        }
    }
}
