//! `/soap`: the CDC web service, its faults, and XML that means harm.

use crate::support::{House, Raw, SECRET, SENDER, Vxu, ack, client_of, hl7, published, raw, request};
use std::fmt::Write;

const SOAP_12: &str = "application/soap+xml; charset=utf-8";

fn post(house: &House, media_type: &str, body: &[u8]) -> Raw {
    let head = format!(
        "POST /soap HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    house.raw(&[head.as_bytes(), body].concat())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\r', "&#xD;")
}

fn submit(name: &str, secret: &str, message: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><submitSingleMessage xmlns='urn:cdc:iisb:2011'>\
         <username>{name}</username><password>{secret}</password><facilityID>RIVER</facilityID>\
         <hl7Message>{}</hl7Message></submitSingleMessage></e:Body></e:Envelope>",
        escape(message)
    )
}

#[test]
fn a_message_in_an_envelope_gets_its_reply_in_an_envelope() {
    let house = House::open();
    let message = Vxu::default().text();
    let answer = post(&house, SOAP_12, submit(SENDER, SECRET, &message).as_bytes());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(SOAP_12)), "{}", answer.text());
    assert!(answer.text().contains("<return>MSH|^~\\&amp;|OPENIIS|STATE|"), "{}", answer.text());
    assert!(answer.text().contains("&#xD;MSA|AA|M1&#xD;"), "{}", answer.text());

    // the same message over the other door is the same message
    let direct = house.reply(message.as_bytes());
    let client = house
        .runtime
        .block_on(client_of(&format!("http://{}/soap", house.address), None).send(message.as_bytes()));
    assert_eq!(hl7(client.expect("an answer")).trim(), direct.trim());
}

#[test]
fn every_hl7_refusal_is_a_reply_and_no_fault() {
    let house = House::open();
    let message = Vxu::default().text().replace("2.5.1", "9.9");
    let answer = post(&house, SOAP_12, submit(SENDER, SECRET, &message).as_bytes());
    assert!(answer.status == 200 && answer.text().contains("MSA|AR|M1"), "{}", answer.text());
}

#[test]
fn faults_are_those_of_the_contract_with_status_500() {
    let house = House::with(|config| config.limits.message_bytes = 65_536);
    let one = Vxu::default().text();
    let long = one.replace("Marlowe", &"M".repeat(66_000));
    let connectivity = |name: &str| {
        format!(
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body><{name} xmlns='urn:cdc:iisb:2011'/></Body></Envelope>"
        )
    };
    #[rustfmt::skip]
    let table = [
        ("wrong secret",      submit(SENDER, "wrong", &one),                    "SecurityFault",             "Security"),
        ("nobody",            submit("", "", &one),                             "SecurityFault",             "Security"),
        ("two messages",      submit(SENDER, SECRET, &format!("{one}{one}")),   "MessageTooLargeFault",      "MessageTooLarge"),
        ("a long message",    submit(SENDER, SECRET, &long),                    "MessageTooLargeFault",      "MessageTooLarge"),
        ("a very long one",   submit(SENDER, SECRET, &long.repeat(40)),         "MessageTooLargeFault",      "MessageTooLarge"),
        ("unknown operation", connectivity("submitSingleMessageX"),             "UnsupportedOperationFault", "UnsupportedOperation"),
        ("no message",        submit(SENDER, SECRET, ""),                       "fault",                     "NoMessage"),
        ("no MSH",            submit(SENDER, SECRET, "hello"),                  "fault",                     "NoMessage"),
        ("no XML",            "hello".to_owned(),                               "fault",                     "Unreadable"),
        ("nothing",           String::new(),                                    "fault",                     "Unreadable"),
        ("document type",     format!("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{}", submit(SENDER, SECRET, &one)), "fault", "Unreadable"),
    ];
    for (name, body, element, reason) in table {
        let answer = post(&house, SOAP_12, body.as_bytes());
        let text = answer.text();
        assert_eq!(answer.status, 500, "{name}: {text}");
        assert!(text.contains(&format!("<{element} xmlns=\"urn:cdc:iisb:2011\">")), "{name}: {text}");
        assert!(text.contains(&format!("<Reason>{reason}</Reason>")), "{name}: {text}");
        assert!(text.contains("<env:Value>env:Sender</env:Value>"), "{name}: {text}");
        assert!(!text.contains("root:"), "{name}: a file was read");
    }
}

#[test]
fn xml_that_means_harm_costs_little() {
    let house = House::open();
    let nested = (0..10_000).fold(String::new(), |text, _| text + "<a>");
    let mut attributes = String::from("<a");
    for n in 0..200_000 {
        write!(attributes, " b{n}=''").expect("a string takes text");
    }
    let laughs = (1..10).fold(String::new(), |mut text, n| {
        let inner = format!("&l{};", n - 1).repeat(10);
        write!(text, "<!ENTITY l{n} '{inner}'>").expect("a string takes text");
        text
    });
    let blow_up =
        format!("<!DOCTYPE x [<!ENTITY a '{}'>]><x>{}</x>", "a".repeat(50_000), "&a;".repeat(50_000));
    let bodies = [
        format!("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body>{nested}"),
        format!(
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body>{attributes}/></Body></Envelope>"
        ),
        format!("<!DOCTYPE lolz [<!ENTITY l0 'lol'>{laughs}]><lolz>&l9;</lolz>"),
        blow_up,
    ];
    for body in bodies {
        let started = std::time::Instant::now();
        let answer = post(&house, SOAP_12, body.as_bytes());
        assert!(answer.status == 500 && answer.text().contains("env:Fault"), "{}", answer.text());
        assert!(started.elapsed().as_secs() < 5, "{} bytes took {:?}", body.len(), started.elapsed());
    }
}

#[test]
fn older_envelopes_and_newer_names_are_answered_in_kind() {
    let house = House::open();
    let old = "<S:Envelope xmlns:S='http://schemas.xmlsoap.org/soap/envelope/'><S:Body>\
               <n:connectivityTest xmlns:n='urn:cdc:iisb:2011'><n:echoBack>Hello &amp; &lt;world&gt;</n:echoBack></n:connectivityTest></S:Body></S:Envelope>";
    let answer = post(&house, "text/xml", old.as_bytes());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
    assert!(answer.text().contains("<return>Hello &amp; &lt;world&gt;</return>"), "{}", answer.text());
    assert!(answer.text().contains("http://schemas.xmlsoap.org/soap/envelope/"), "{}", answer.text());
    let new = "<S:Envelope xmlns:S='http://www.w3.org/2003/05/soap-envelope'><S:Body>\
               <ConnectivityTestRequest xmlns='urn:cdc:iisb:2014'><EchoBack>Hi</EchoBack></ConnectivityTestRequest></S:Body></S:Envelope>";
    let answer = post(&house, SOAP_12, new.as_bytes());
    assert!(
        answer
            .text()
            .contains("<ConnectivityTestResponse xmlns=\"urn:cdc:iisb:2014\"><EchoBack>Hi</EchoBack>"),
        "{}",
        answer.text()
    );
}

#[test]
fn http_basic_may_stand_in_for_the_credentials_of_the_body() {
    let house = House::open();
    let body = submit("", "", &Vxu::default().text());
    let body = body.replace("<username></username><password></password>", "");
    let answer = house.raw(&request("/soap", SOAP_12, body.as_bytes()));
    assert!(answer.status == 200 && answer.text().contains("MSA|AA|M1"), "{}", answer.text());
}

#[test]
fn the_facility_of_the_call_must_be_one_of_the_senders() {
    let house = House::open();
    let message = Vxu::default().text();
    let call = |facility: &str, message: &str| {
        let facility = format!("<facilityID>{facility}</facilityID>");
        submit(SENDER, SECRET, message).replace("<facilityID>RIVER</facilityID>", &facility)
    };
    for facility in ["", "RIVER", " river-east "] {
        let answer = post(&house, SOAP_12, call(facility, &message).as_bytes());
        assert!(answer.status == 200 && answer.text().contains("MSA|AA|M1"), "{facility}: {}", answer.text());
    }
    let answer = post(&house, SOAP_12, call("ELSEWHERE", &message).as_bytes());
    assert_eq!(answer.status, 500);
    for part in ["<SecurityFault ", "<Code>8</Code>", "may not submit for the facility in facilityID"] {
        assert!(answer.text().contains(part), "{}", answer.text());
    }
}

/// A submission as the national gateway forwards it: names of 2014, the hub's block, WS-Addressing.
fn forwarded(secret: &str, message: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing'>\
         <s:Header><a:Action s:mustUnderstand='true'>urn:cdc:iisb:2014:IISPortType:SubmitSingleMessageRequest</a:Action>\
         <a:MessageID>urn:uuid:7d0b</a:MessageID><a:To s:mustUnderstand='true'>https://iis.example.gov/soap</a:To>\
         <HubRequestHeader xmlns='urn:cdc:iisb:hub:2014'><DestinationId>calder</DestinationId></HubRequestHeader></s:Header>\
         <s:Body><SubmitSingleMessageRequest xmlns='urn:cdc:iisb:2014'><Username>{SENDER}</Username>\
         <Password>{secret}</Password><FacilityID>RIVER</FacilityID><Hl7Message>{}</Hl7Message>\
         </SubmitSingleMessageRequest></s:Body></s:Envelope>",
        escape(message)
    )
}

#[test]
fn what_the_gateway_forwards_goes_back_with_what_the_gateway_needs() {
    let house = House::open();
    let message = Vxu::default().text();
    let action = "urn:cdc:iisb:2014:IISPortType:SubmitSingleMessage";
    #[rustfmt::skip]
    let table = [
        // what comes back says by itself whether the gateway sends again
        (SECRET,  200, format!("{action}Response"),            "MSA|AA|M1"),
        ("wrong", 500, format!("{action}:Fault:SecurityFault"), "<env:Value>env:Sender</env:Value>"),
    ];
    for (secret, status, action, expected) in table {
        let answer = post(&house, SOAP_12, forwarded(secret, &message).as_bytes());
        let text = answer.text();
        assert_eq!(answer.status, status, "{text}");
        assert!(text.contains(&format!(">{action}</wsa:Action>")), "{text}");
        assert!(text.contains(">urn:uuid:7d0b</wsa:RelatesTo>"), "{text}");
        let port = house.address.port();
        let hub = format!(
            "<HubResponseHeader xmlns=\"urn:cdc:iisb:hub:2014\"><DestinationId>calder</DestinationId>\
             <DestinationUri>http://localhost:{port}/soap</DestinationUri></HubResponseHeader>"
        );
        assert!(text.contains(&hub) && text.contains(expected), "{text}");
    }
}

#[test]
fn what_can_succeed_later_says_when() {
    // the store cannot take anything now: the reply is AR 207, the gateway's sign to send the same again
    let house = House::with(|config| config.read_only = true);
    let answer = post(&house, SOAP_12, forwarded(SECRET, &Vxu::default().text()).as_bytes());
    let text = answer.text();
    assert!(answer.status == 200 && text.contains("MSA|AR|M1") && text.contains("|207^"), "{text}");
    assert_eq!(answer.header("retry-after"), Some("60"));
    // a request that breaks off is the sender's to send again
    let house = House::with(|config| config.limits.request_seconds = 1);
    let head = format!(
        "POST /soap HTTP/1.1\r\nHost: x\r\nContent-Type: {SOAP_12}\r\nContent-Length: 5000\r\n\r\n<s:Envelope"
    );
    let answer = house.raw(head.as_bytes());
    assert!(
        answer.status == 500 && answer.text().contains("<Reason>Incomplete</Reason>"),
        "{}",
        answer.text()
    );
}

#[test]
fn the_service_describes_itself() {
    let house = House::open();
    let get = |path: &str| {
        raw(house.address, format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
    };
    for (path, namespace) in [
        ("/soap?wsdl", "urn:cdc:iisb:2011"),
        ("/soap?WSDL", "urn:cdc:iisb:2011"),
        ("/soap?wsdl=2014", "urn:cdc:iisb:2014"),
    ] {
        let answer = get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(&format!("targetNamespace=\"{namespace}\"")), "{path}");
        let port = house.address.port();
        assert!(
            answer.text().contains(&format!("location=\"http://localhost:{port}/soap\"")),
            "{path}: {}",
            answer.text()
        );
    }
    assert_eq!(get("/soap").status, 404);
}

#[test]
fn the_published_requests_get_what_their_tests_ask_for() {
    let Some(published) = published() else { return };
    let house = House::open();
    let samples = std::fs::read_dir(published.join("hl7/soap-samples")).expect("the samples are there");
    let mut answered = 0;
    for path in samples.map(|entry| entry.expect("readable").path()) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let is_request = name.ends_with("-request.xml")
            || name.contains("-sender-") && name.ends_with("request-message.xml");
        if !is_request {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        let known = text
            .replace(">???<", ">@<")
            .replacen(">@<", &format!(">{SENDER}<"), 1)
            .replacen(">@<", &format!(">{SECRET}<"), 1)
            .replacen(">@<", ">RIVER<", 1);
        let answer = post(&house, SOAP_12, known.as_bytes());
        let (text, status) = (answer.text(), answer.status);
        answered += 1;
        let expected = if name.contains("unsupportedop") {
            text.contains("UnsupportedOperationFault") && status == 500
        } else if name.contains("messagesizefault") {
            text.contains("MessageTooLargeFault") && status == 500
        } else if name.contains("submitsinglemessage") && name.contains("-sender-") {
            // their credentials are placeholders or somebody else's
            text.contains("SecurityFault") && status == 500
        } else if name.contains("connectivity") && known.contains("echoBack") {
            text.contains("Hello world!</return>") && status == 200
        } else {
            text.contains("MSA|") && status == 200
        };
        assert!(expected, "{name}: {status} {text}");
        // wrong credentials in the same request are a SecurityFault
        if known.contains(SECRET) && known.contains("<submitSingleMessage ") {
            let answer = post(&house, SOAP_12, known.replace(SECRET, "wrong").as_bytes());
            assert!(
                answer.status == 500
                    && answer.text().contains("<Detail>")
                    && answer.text().contains("SecurityFault"),
                "{name}"
            );
        }
    }
    assert!(answered >= 10, "{answered} requests were found");
    let message = Vxu::default().text();
    assert_eq!(ack(&house.reply(message.as_bytes())), "AA");
}
