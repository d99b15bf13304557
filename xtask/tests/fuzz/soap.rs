//! The reader of SOAP envelopes: any bytes give an envelope or a fault.

use crate::fuzz;
use iis_server::soap::envelope::{Call, read};
use iis_server::soap::fault::Fault;
use iis_server::soap::headers::Kind;
use iis_server::soap::reply::connectivity;

/// Our own address in replies.
const HERE: &str = "https://iis.example.gov/soap";

/// An invented submission in both dialects, and a connectivity test.
const ENVELOPES: &[&str] = &[
    r#"<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:urn="urn:cdc:iisb:2011"><soap:Body><urn:submitSingleMessage><urn:username>clinic</urn:username><urn:password>x</urn:password><urn:facilityID>CLINIC7</urn:facilityID><urn:hl7Message>MSH|^~\&amp;|EHR&#13;PID|1</urn:hl7Message></urn:submitSingleMessage></soap:Body></soap:Envelope>"#,
    r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body><connectivityTest xmlns="urn:cdc:iisb:2011"><echoBack><![CDATA[hello]]></echoBack></connectivityTest></s:Body></s:Envelope>"#,
    r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action>urn:cdc:iisb:2014:IISPortType:SubmitSingleMessageRequest</a:Action><a:MessageID>urn:uuid:1</a:MessageID><HubRequestHeader xmlns="urn:cdc:iisb:hub:2014"><DestinationId>calder</DestinationId><AdditionalId>x</AdditionalId></HubRequestHeader></s:Header><s:Body><SubmitSingleMessageRequest xmlns="urn:cdc:iisb:2014"><Username>clinic</Username><Password>x</Password><FacilityID>CLINIC7</FacilityID><Hl7Message>MSH|^~\&amp;|EHR&#13;PID|1</Hl7Message></SubmitSingleMessageRequest></s:Body></s:Envelope>"#,
    r#"<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>"#,
];

#[test]
fn soap_takes_any_bytes() {
    let envelopes: Vec<_> = ENVELOPES.iter().map(|envelope| envelope.as_bytes().to_vec()).collect();
    let is_understood = |envelope: &Vec<u8>| read(envelope).is_ok();
    assert_eq!(envelopes.iter().map(is_understood).collect::<Vec<_>>(), [true, true, true, false]);
    fuzz("soap", &envelopes, |bytes| {
        let envelope = match read(bytes) {
            Ok(envelope) => envelope,
            Err(unreadable) => {
                let fault = Fault::Unreadable(unreadable.error);
                return well_formed(&fault.write(unreadable.dialect, &unreadable.headers, HERE));
            }
        };
        let (dialect, header) = (envelope.dialect, envelope.headers.reply(Kind::Response, HERE));
        let text = match envelope.call {
            Call::ConnectivityTest { echo } => echo,
            Call::SubmitSingleMessage { message, .. } => message,
            Call::Unsupported => return,
        };
        // Whatever goes back of the request leaves the envelope well-formed.
        well_formed(&connectivity(&text, dialect, &header));
        // Nothing grows while it is read: no entity of the sender's is ever expanded. A byte of ISO-8859-1 is two of UTF-8.
        assert!(text.len() <= 2 * bytes.len());
    });
}

/// Our own reader takes what we write.
fn well_formed(text: &str) {
    use iis_server::soap::envelope::EnvelopeError;
    // An answer is no request: its operation is none of ours, and that is all that is said of it.
    let read = read(text.as_bytes());
    assert!(
        matches!(read.map_err(|unreadable| unreadable.error), Ok(_) | Err(EnvelopeError::NotSoap)),
        "{text}"
    );
}
