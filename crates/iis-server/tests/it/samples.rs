//! Every published sample message, and the bulk feeds, get exactly one reply each.

use crate::support::{Engine, Ground, House, SENDER, ack, published, request};
use std::collections::BTreeMap;

#[test]
fn every_published_message_gets_one_reply_and_replies_are_refused() {
    let Some(published) = published() else { return };
    let house = House::with(|config| {
        config.exchange.processing_ids = ["P", "T", "D"].map(str::to_owned).into();
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let files = std::fs::read_dir(published.join("hl7/samples")).expect("the samples are there");
    for path in files
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "hl7"))
    {
        let bytes = std::fs::read(&path).expect("readable");
        let answer = house.raw(&request("/hl7", "application/hl7-v2", &bytes));
        let reply = answer.text();
        assert_eq!(answer.status, 200, "{}: {reply}", path.display());
        assert_eq!(reply.matches("\rMSA|").count(), 1, "{}: {reply}", path.display());
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("ack-") || name.starts_with("rsp-") {
            assert!(ack(&reply) == "AR" && reply.contains("|200^"), "{name}: {reply}");
        }
        *seen.entry(ack(&reply).to_owned()).or_default() += 1;
    }
    let all: usize = seen.values().sum();
    assert!(all >= 500, "{seen:?}");
    assert!(!seen.contains_key("none"), "{seen:?}");
}

#[test]
fn the_bulk_feeds_are_loaded_with_one_reply_each() {
    let Some(published) = published() else { return };
    let ground = Ground::new(Engine::Sqlite);
    let bulk = published.join("hl7/samples/bulk");
    let files = ["mqe-large-b.hl7.gz", "mqe-large-d.hl7.gz"].map(|name| bulk.join(name));
    let mut command = ground.openiis(&["hl7", "load", "--json", "--sender", SENDER]);
    let output = command.args(&files).env("OPENIIS_EXCHANGE_PROCESSING_IDS", "P,T,D").output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{text} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    for (line, messages) in text.lines().zip([2548, 1861]) {
        let found: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(found["messages"], messages, "{line}");
        let results = std::fs::read_to_string(found["results"].as_str().expect("a path")).expect("replies");
        assert_eq!(results.matches("\rMSA|").count(), messages);
    }
    assert_eq!(text.lines().count(), 2);
}
