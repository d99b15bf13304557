//! The reader of SOAP envelopes: any bytes give an envelope or a fault.

use crate::fuzz;
use iis_server::soap::envelope::{Call, read};

/// An invented submission in both dialects, and a connectivity test.
const ENVELOPES: &[&str] = &[
    r#"<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:urn="urn:cdc:iisb:2011"><soap:Body><urn:submitSingleMessage><urn:username>clinic</urn:username><urn:password>x</urn:password><urn:facilityID>CLINIC7</urn:facilityID><urn:hl7Message>MSH|^~\&amp;|EHR&#13;PID|1</urn:hl7Message></urn:submitSingleMessage></soap:Body></soap:Envelope>"#,
    r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body><connectivityTest xmlns="urn:cdc:iisb:2011"><echoBack><![CDATA[hello]]></echoBack></connectivityTest></s:Body></s:Envelope>"#,
    r#"<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>"#,
];

#[test]
fn soap_takes_any_bytes() {
    let envelopes: Vec<_> = ENVELOPES.iter().map(|envelope| envelope.as_bytes().to_vec()).collect();
    let is_understood = |envelope: &Vec<u8>| read(envelope).is_ok();
    assert_eq!(envelopes.iter().map(is_understood).collect::<Vec<_>>(), [true, true, false]);
    fuzz("soap", &envelopes, |bytes| {
        let text = match read(bytes).map(|envelope| envelope.call) {
            Ok(Call::ConnectivityTest { echo }) => echo,
            Ok(Call::SubmitSingleMessage { message, .. }) => message,
            Ok(Call::Unsupported) | Err(_) => return,
        };
        // Nothing grows while it is read: no entity of the sender's is ever expanded. A byte of ISO-8859-1 is two of UTF-8.
        assert!(text.len() <= 2 * bytes.len());
    });
}
