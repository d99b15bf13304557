//! The faults of the CDC web service, in the client's own dialect.
//!
//! All leave with HTTP 500, also those with the code Sender: SOAP 1.1 demands it, and the stacks in use accept it for
//! SOAP 1.2. Source: CDC IIS WSDL 2011 and 2014, the fault types; reasons are the fixed words of the contract.

use super::envelope::{Dialect, EnvelopeError, Generation, Version};
use super::headers::{Headers, Kind};
use super::reply::{envelope_around, escape};

/// What is answered instead of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The body's operation is none of ours.
    UnsupportedOperation,
    /// No or wrong credentials.
    Security,
    /// The facility that the call names is none for which the sender may submit.
    Facility,
    /// Too many bytes.
    MessageTooLarge {
        /// Bytes received, as far as known.
        size: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// More than one message in a call.
    SeveralMessages {
        /// Bytes received.
        size: usize,
    },
    /// The envelope cannot be read.
    Unreadable(EnvelopeError),
    /// The call holds no HL7 message.
    NoMessage,
    /// The request did not arrive whole, or not in time.
    Incomplete,
    /// Something of ours went wrong; the same request may succeed later.
    Internal,
}

/// How one fault is printed.
struct Print {
    /// Element of the detail, in both generations.
    element: &'static str,
    /// The number in the detail of 2011; its meaning is ours.
    code: u16,
    /// The fixed word of 2011.
    reason: &'static str,
    /// Whether the sender is at fault.
    sender: bool,
    /// What was wrong and how to mend it.
    text: String,
}

impl Fault {
    /// The envelope with the fault.
    pub fn write(&self, dialect: Dialect, headers: &Headers, here: &str) -> String {
        let print = self.print();
        let header = headers.reply(
            if print.element == "fault" { Kind::OtherFault } else { Kind::Fault(print.element) },
            here,
        );
        let detail = self.detail(&print, dialect.generation);
        let text = escape(&print.text);
        let fault = match dialect.version {
            Version::Soap12 => {
                let code = if print.sender { "Sender" } else { "Receiver" };
                format!(
                    "<env:Fault><env:Code><env:Value>env:{code}</env:Value></env:Code><env:Reason>\
                     <env:Text xml:lang=\"en\">{text}</env:Text></env:Reason><env:Detail>{detail}</env:Detail></env:Fault>"
                )
            }
            Version::Soap11 => {
                let code = if print.sender { "Client" } else { "Server" };
                format!(
                    "<env:Fault><faultcode>env:{code}</faultcode><faultstring>{text}</faultstring>\
                     <detail>{detail}</detail></env:Fault>"
                )
            }
        };
        envelope_around(&header, &fault, dialect.version)
    }

    fn print(&self) -> Print {
        let print =
            |element, code, reason, sender, text: String| Print { element, code, reason, sender, text };
        match self {
            Self::UnsupportedOperation => print(
                "UnsupportedOperationFault",
                1,
                "UnsupportedOperation",
                true,
                "The operation is not supported. Use connectivityTest or submitSingleMessage.".to_owned(),
            ),
            Self::Security => print(
                "SecurityFault",
                2,
                "Security",
                true,
                "User name or password is missing or not right.".to_owned(),
            ),
            Self::Facility => print(
                "SecurityFault",
                8,
                "Security",
                true,
                "This sender may not submit for the facility in facilityID. Send the code agreed with the registry, \
                 or none."
                    .to_owned(),
            ),
            Self::MessageTooLarge { most, .. } => print(
                "MessageTooLargeFault",
                3,
                "MessageTooLarge",
                true,
                format!("The message is longer than {most} bytes. Send fewer doses in one message."),
            ),
            Self::SeveralMessages { .. } => print(
                "MessageTooLargeFault",
                4,
                "MessageTooLarge",
                true,
                "More than one HL7 message was submitted. Send one message in one call.".to_owned(),
            ),
            Self::Unreadable(error) => print("fault", 5, "Unreadable", true, error.to_string()),
            Self::NoMessage => print(
                "fault",
                6,
                "NoMessage",
                true,
                "hl7Message holds no HL7 message: it must start with an MSH segment.".to_owned(),
            ),
            Self::Incomplete => print(
                "fault",
                9,
                "Incomplete",
                true,
                "The request did not arrive whole, or not in time. Send it again.".to_owned(),
            ),
            Self::Internal => print(
                "fault",
                7,
                "Internal",
                false,
                "The registry could not process the request. Send it again later.".to_owned(),
            ),
        }
    }

    fn detail(&self, print: &Print, generation: Generation) -> String {
        let Print { element, code, reason, text, .. } = print;
        match (generation, self) {
            (Generation::Year2011, _) => format!(
                "<{element} xmlns=\"urn:cdc:iisb:2011\"><Code>{code}</Code><Reason>{reason}</Reason>\
                 <Detail>{}</Detail></{element}>",
                escape(text)
            ),
            (Generation::Year2014, Self::MessageTooLarge { size, most }) => {
                size_and_limit(element, *size, *most)
            }
            (Generation::Year2014, Self::SeveralMessages { size }) => size_and_limit(element, *size, *size),
            (Generation::Year2014, Self::Security | Self::Facility | Self::UnsupportedOperation) => {
                format!("<{element} xmlns=\"urn:cdc:iisb:2014\"/>")
            }
            // 2014 has no element for the rest: the reason's text says it
            (Generation::Year2014, _) => String::new(),
        }
    }
}

fn size_and_limit(element: &str, size: usize, most: usize) -> String {
    format!("<{element} xmlns=\"urn:cdc:iisb:2014\"><Size>{size}</Size><MaxSize>{most}</MaxSize></{element}>")
}

#[cfg(test)]
mod tests {
    use super::{Dialect, EnvelopeError, Fault, Generation, Headers, Version};

    #[test]
    fn each_fault_has_one_detail_element_and_the_fixed_word() {
        #[rustfmt::skip]
        let table = [
            (Fault::UnsupportedOperation,                       "UnsupportedOperationFault", "UnsupportedOperation", "Sender"),
            (Fault::Security,                                   "SecurityFault",             "Security",             "Sender"),
            (Fault::MessageTooLarge { size: 9, most: 8 },       "MessageTooLargeFault",      "MessageTooLarge",      "Sender"),
            (Fault::SeveralMessages { size: 9 },                "MessageTooLargeFault",      "MessageTooLarge",      "Sender"),
            (Fault::Unreadable(EnvelopeError::DocumentType),    "fault",                     "Unreadable",           "Sender"),
            (Fault::Facility,                                   "SecurityFault",             "Security",             "Sender"),
            (Fault::NoMessage,                                  "fault",                     "NoMessage",            "Sender"),
            (Fault::Incomplete,                                 "fault",                     "Incomplete",           "Sender"),
            (Fault::Internal,                                   "fault",                     "Internal",             "Receiver"),
        ];
        for (fault, element, word, code) in table {
            let text = fault.write(Dialect::default(), &Headers::default(), "");
            assert_eq!(text.matches(&format!("<{element} ")).count(), 1, "{text}");
            assert!(text.contains(&format!("<Reason>{word}</Reason>")), "{text}");
            assert!(text.contains(&format!("<env:Value>env:{code}</env:Value>")), "{text}");
        }
    }

    #[test]
    fn a_fault_speaks_the_dialect_of_its_request() {
        let old = Dialect { version: Version::Soap11, generation: Generation::Year2011 };
        let text = Fault::Security.write(old, &Headers::default(), "");
        assert!(text.contains("<faultcode>env:Client</faultcode>"), "{text}");
        assert!(text.contains(super::super::envelope::SOAP_11), "{text}");

        let hub = Dialect { version: Version::Soap12, generation: Generation::Year2014 };
        let text = Fault::MessageTooLarge { size: 9, most: 8 }.write(hub, &Headers::default(), "");
        assert!(text.contains("<Size>9</Size><MaxSize>8</MaxSize>"), "{text}");
        let text = Fault::Security.write(hub, &Headers::default(), "");
        assert!(text.contains("<SecurityFault xmlns=\"urn:cdc:iisb:2014\"/>"), "{text}");
    }
}
