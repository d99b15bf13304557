//! What every answer tells a browser, asked of every address and of answers that no handler gave.

use super::{Browser, House, Page};
use crate::{clock, routes};
use axum::http::{Request, StatusCode};

/// Addresses with something in place of their parameters, and what belongs to nobody.
fn everywhere() -> Vec<(&'static str, String)> {
    let mut all: Vec<_> = routes::declared()
        .into_iter()
        .map(|declared| {
            let filled = declared.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            (declared.method, filled.collect::<Vec<_>>().join("/"))
        })
        .collect();
    let nobodys = [
        ("GET", "/nowhere"),
        ("DELETE", "/hl7"),
        ("PUT", "/patients"),
        ("POST", "/healthz"),
        ("GET", "/assets/none"),
    ];
    all.extend(nobodys.map(|(method, path)| (method, path.to_owned())));
    all
}

/// Asks without a credential and without a form.
async fn ask(house: &House, (method, path): &(&str, String)) -> Page {
    house.send(&mut Browser::default(), Request::builder().method(*method).uri(path), String::new()).await
}

#[tokio::test]
async fn every_answer_of_every_address_tells_browsers_to_guess_nothing_and_to_frame_nothing() {
    let house = House::open().await;
    let all = everywhere();
    assert!(all.len() > 150, "the table of addresses was looked at");
    for address in &all {
        let page = ask(&house, address).await;
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{address:?}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{address:?}: {policy}"
        );
        assert!(["same-origin", "no-referrer"].contains(&page.header("referrer-policy")), "{address:?}");
        assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{address:?}");
        assert!(!page.header("cache-control").is_empty(), "{address:?}");
        assert_eq!(
            page.header("strict-transport-security"),
            "",
            "nothing of it over plain HTTP: {address:?}"
        );
        assert_eq!(page.header("access-control-allow-origin"), "", "{address:?}");
        assert_eq!(page.header("server"), "", "{address:?}");
    }
}

#[tokio::test]
async fn over_https_every_answer_keeps_browsers_to_it_and_names_below_only_when_the_operator_says_so() {
    for (below, said) in [(false, "max-age=31536000"), (true, "max-age=31536000; includeSubDomains")] {
        let house = House::with_rules(&[], |config, _| {
            "https://iis.calder.example".clone_into(&mut config.http.public_url);
            config.http.subdomains_by_https = below;
        })
        .await;
        for address in &everywhere() {
            let page = ask(&house, address).await;
            assert_eq!(page.header("strict-transport-security"), said, "{address:?}");
        }
    }
}

#[tokio::test]
async fn what_a_machine_is_told_is_kept_by_nobody() {
    let house = House::open().await;
    let sender = house.clinic("RIVER").await;
    house.hear(&sender, "A17", "Ortega^Maya^^^^^L||20240211|F").await;
    let basic =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "river:a secret of the tests");
    let today = clock::now();
    let query = format!(
        "MSH|^~\\&|EHR|RIVER|IIS|IIS|20260301101500-0500||QBP^Q11^QBP_Q11|Q{}|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r\
         QPD|Z34^Request Immunization History^CDCPHINVS|T1|A17^^^RIVER^MR||20240211|F\rRCP|I|5^RD&Records&HL70126\r",
        today.as_second()
    );
    let request = Request::post("/hl7")
        .header("content-type", "application/hl7-v2")
        .header("authorization", format!("Basic {basic}"));
    let reply = house.send(&mut Browser::default(), request, query).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert!(reply.body.contains("MSA|"), "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
}
