//! Message pages: each Markdown file under `tests/pages` shows a message and what is expected of it.
//!
//! A page holds one ```` ```hl7 ```` block (lines are segments) and any of these expected blocks:
//!
//! - `findings`: code, severity and place of each finding, in order;
//! - `events`: the events that may be stored, one line each;
//! - `person`: what was understood of the person;
//! - `query`: what was understood of a query;
//! - `reply`: the acknowledgment or response, one segment a line; a query is answered with "nobody found".
//!
//! With `ACCEPT=1` the expected blocks are rewritten; the change is read in review.

use iis_hl7::{
    GateRules, Message, ReadOptions, ReplyHeader, Request, answer_unreadable, gate, parse, query, z22, z23,
    z33,
};
use iis_model::event::ObservationValue;
use iis_model::query::HistoryQuery;
use iis_model::{Demographics, Findings, Given, ReportedEvent};
use jiff::tz::Offset;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What a page's message came to.
#[derive(Default)]
struct Understood {
    findings: Findings,
    events: String,
    person: String,
    query: String,
    reply: Vec<u8>,
}

#[test]
fn every_page_shows_what_happens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages: Vec<_> =
        fs::read_dir(&folder).expect("the pages").map(|page| page.expect("a page").path()).collect();
    pages.sort();
    let mut differences = String::new();
    for path in pages {
        let page = fs::read_to_string(&path).expect("a page of text");
        let now = rewritten(&page);
        if now != page && accepting() {
            fs::write(&path, now).expect("the page can be written");
        } else if now != page {
            let _ = writeln!(differences, "{}\n--- expected\n{page}\n--- now\n{now}", path.display());
        }
    }
    assert!(differences.is_empty(), "{differences}\nACCEPT=1 rewrites the pages");
}

#[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
fn accepting() -> bool {
    std::env::var("ACCEPT").is_ok()
}

/// The page with its expected blocks as they are now.
fn rewritten(page: &str) -> String {
    let message = block(page, "hl7").expect("a page shows a message").replace('\n', "\r");
    let understood = understand(message.as_bytes());
    let reply = String::from_utf8(understood.reply).expect("replies are UTF-8").replace('\r', "\n");
    let blocks = [
        ("findings", list(&understood.findings)),
        ("events", understood.events),
        ("person", understood.person),
        ("query", understood.query),
        ("reply", reply),
    ];
    let mut page = page.to_owned();
    for (name, now) in blocks {
        if let Some(expected) = block(&page, name) {
            let (old, new) = (format!("```{name}\n{expected}```"), format!("```{name}\n{now}```"));
            page = page.replace(&old, &new);
        }
    }
    page
}

/// The content of a fenced block.
fn block<'p>(page: &'p str, name: &str) -> Option<&'p str> {
    let (_, from) = page.split_once(&format!("```{name}\n"))?;
    from.split_once("```").map(|(content, _)| content)
}

fn understand(bytes: &[u8]) -> Understood {
    let header = ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: "2026-03-02T15:00:00Z".parse().expect("a moment"),
        offset: Offset::constant(-5),
        control_id: "R1",
    };
    let (message, findings) = parse(bytes);
    let mut understood = Understood { findings, ..Understood::default() };
    if message.header().is_none() {
        understood.reply = answer_unreadable(&header);
        return understood;
    }
    match gate(&message, &GateRules { processing_ids: &["P"], accept_older_versions: false }) {
        Err(finding) => {
            understood.findings.push(finding);
            understood.reply = z23::reply(&message, &understood.findings, &header);
        }
        Ok(Request::Vxu) => submit(&message, &mut understood, &header),
        Ok(Request::Query(wanted)) => {
            let query = query::read(&message, &ReadOptions::default(), &mut understood.findings);
            understood.query = sketch_query(&query);
            let refused = understood.findings.reject_message();
            let reason = if refused { z33::Reason::Unusable } else { z33::Reason::NotFound };
            understood.reply = z33::reply(&message, wanted, reason, &understood.findings, &header);
        }
    }
    understood
}

fn submit(message: &Message<'_>, understood: &mut Understood, header: &ReplyHeader<'_>) {
    let submission = z22::read(message, &ReadOptions::default(), &mut understood.findings);
    for event in &submission.events {
        understood.events.push_str(&sketch_event(event));
        understood.events.push('\n');
    }
    understood.person = sketch_person(&submission.person);
    understood.reply = z23::reply(message, &understood.findings, header);
}

fn list(findings: &Findings) -> String {
    let line = |f: &iis_model::Finding| {
        format!("{} {} {}", f.code, f.severity.word(), f.place).trim_end().to_owned() + "\n"
    };
    findings.iter().map(line).collect()
}

fn shown<T>(name: &str, given: &Given<T>, show: impl Fn(&T) -> String) -> String {
    given.get().map(|value| format!(" {name}={}", show(value))).unwrap_or_default()
}

fn sketch_event(event: &ReportedEvent) -> String {
    let mut line = format!("{} {:?}", event.place, event.kind);
    line += &shown("action", &event.action, |action| action.code().to_owned());
    line += &shown("completion", &event.completion, |completion| completion.code().to_owned());
    line += &shown("source", &event.source, |source| source.code().to_owned());
    line += &shown("filler", &event.filler, |number| format!("{}@{}", number.value, number.authority));
    line += &shown("on", &event.given_on, ToString::to_string);
    line += &shown("cvx", &event.cvx, ToString::to_string);
    line += &shown("ndc", &event.ndc, ToString::to_string);
    line += &shown("amount", &event.amount, |amount| format!("{}{}", amount.number, amount.unit));
    line += &shown("lot", &event.lot.number, ToString::to_string);
    line += &shown("expires", &event.lot.expires_on, ToString::to_string);
    line += &shown("mvx", &event.lot.manufacturer, ToString::to_string);
    line += &shown("route", &event.route, |code| code.code.to_string());
    line += &shown("site", &event.body_site, |code| code.code.to_string());
    line += &shown("by", &event.administered_by, |clinician| clinician.family.to_string());
    line += &shown("at", &event.administered_at, ToString::to_string);
    line += &shown("refused", &event.refusal_reason, |code| code.code.to_string());
    line += &shown("eligibility", &event.eligibility, |code| code.code.to_string());
    line += &shown("funding", &event.funding_source, |code| code.code.to_string());
    line += &shown("not from stock", &event.not_from_stock, |why| why.code().to_owned());
    for vis in &event.vis {
        line += &shown("vis", &vis.document, |code| code.code.to_string());
        line += &shown("edition", &vis.edition_on, ToString::to_string);
        line += &shown("presented", &vis.given_on, ToString::to_string);
    }
    for observation in &event.observations {
        line += &shown(&observation.about.code, &observation.value, |value| match value {
            ObservationValue::Coded(coded) => coded.code.to_string(),
            ObservationValue::Date(date) => date.to_string(),
            ObservationValue::Number(text) | ObservationValue::Text(text) => text.to_string(),
        });
    }
    for comment in &event.comments {
        let _ = write!(line, " comment={comment:?}");
    }
    line
}

fn sketch_person(person: &Demographics) -> String {
    let mut text = String::new();
    let mut line = |shown: String| {
        if !shown.is_empty() {
            text.push_str(shown.trim_start());
            text.push('\n');
        }
    };
    for id in &person.identifiers {
        line(shown("identifier", id, |id| format!("{}@{} {}", id.value, id.authority, id.kind)));
    }
    for name in &person.names {
        line(shown("name", name, |n| {
            format!("{}, {} {} {} ({})", n.family, n.given, n.middle, n.suffix, n.kind)
        }));
    }
    line(shown("mother", &person.mother_maiden_name, |name| name.family.to_string()));
    line(shown("born", &person.born_on, ToString::to_string));
    line(shown("sex", &person.sex, |sex| sex.code().to_owned()));
    for race in &person.races {
        line(shown("race", race, |race| race.code.to_string()));
    }
    line(shown("ethnicity", &person.ethnicity, |code| code.code.to_string()));
    for address in &person.addresses {
        line(shown("address", address, |a| {
            format!("{}, {} {} {} ({})", a.street, a.city, a.state, a.zip, a.kind)
        }));
    }
    for telecom in &person.telecoms {
        line(shown("telecom", telecom, |t| format!("{} {}{}", t.usage, t.digits, t.email)));
    }
    line(shown("multiple birth", &person.multiple_birth, ToString::to_string));
    line(shown("birth order", &person.birth_order, ToString::to_string));
    line(shown("deceased", &person.is_deceased, ToString::to_string));
    line(shown("died", &person.died_on, ToString::to_string));
    line(shown("publicity", &person.publicity.value, |code| code.code.to_string()));
    line(shown("protected", &person.protection.value, ToString::to_string));
    line(shown("status", &person.status.value, |status| status.code().to_owned()));
    for kin in &person.next_of_kin {
        line(
            shown("kin", &kin.name, |name| format!("{}, {}", name.family, name.given))
                + &shown("is", &kin.relationship, |code| code.code.to_string()),
        );
    }
    text
}

fn sketch_query(query: &HistoryQuery) -> String {
    let mut text = format!("{:?}", query.wanted);
    text += &shown("tag", &query.tag, ToString::to_string);
    for id in &query.identifiers {
        text += &shown("identifier", id, |id| format!("{}@{} {}", id.value, id.authority, id.kind));
    }
    text += &shown("name", &query.name, |name| format!("{}, {}", name.family, name.given));
    text += &shown("mother", &query.mother_maiden_name, |name| name.family.to_string());
    text += &shown("born", &query.born_on, ToString::to_string);
    text += &shown("sex", &query.sex, |sex| sex.code().to_owned());
    text += &shown("limit", &query.limit, ToString::to_string);
    text + "\n"
}
