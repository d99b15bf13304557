//! `cargo xtask conform`: what others published, sent to a registry over its public interface.
//!
//! The runner speaks HL7 over `POST /hl7` only, so another system can be put under it to check the cases
//! themselves. A case that we do not meet stands in `conformance/hl7/known-differences.toml` with a reason; a
//! difference that heals must leave the list.

mod cases;
mod client;
mod expected;
mod known;
mod reply;

use crate::arguments::Arguments;
use crate::cargo::{built, cargo};
use crate::server::Server;
use crate::{Outcome, environment, tree};
use anyhow::{Context, Result, bail};
use cases::{Case, Suite};
use client::Client;
use known::KnownDifferences;
use reply::Reply;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Connections at once for what has no order.
const CONNECTIONS: usize = 8;
/// Faults shown of each suite.
const SHOWN: usize = 20;

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let (url, user) = (arguments.value("--url")?, arguments.value("--user")?);
    arguments.done()?;
    let published = environment::published()?
        .with_context(|| format!("{} must name the folder of published material", environment::PUBLISHED))?;
    let (passed, failed) = match (url, user) {
        (Some(url), Some(user)) => against(url.trim_end_matches('/'), &user, &published)?,
        (None, None) => {
            if !cargo(&["build", "--package", "iis-server"]).status()?.success() {
                bail!("the server does not build");
            }
            let server = Server::start(&built("debug")?.join("openiis"))?;
            against(&server.url, &server.sender, &published)?
        }
        _ => bail!("--url and --user NAME:SECRET go together"),
    };
    println!("\n{passed} passed, {failed} failed");
    Ok(Outcome::passed_if(failed == 0))
}

/// Sends everything to the registry at `url`; the numbers of cases that passed and failed.
///
/// A single message is a case; a feed is one, and so are all coded values together.
pub(crate) fn against(url: &str, sender: &str, published: &Path) -> Result<(u64, u64)> {
    let mut known = KnownDifferences::read(&tree::root())?;
    let (mut passed, mut failed) = (0, 0);
    for suite in cases::read(&published.join("hl7/samples"))? {
        let started = Instant::now();
        let connections = if suite.is_ordered { 1 } else { CONNECTIONS };
        let answers = send(&suite.cases, url, sender, connections);
        let judged: Vec<_> = suite
            .cases
            .iter()
            .zip(&answers)
            .map(|(case, answer)| (case, judge(case, answer, &mut known)))
            .collect();
        println!("{}: {}", suite.name, tally(&answers, started.elapsed().as_secs_f64()));
        let faults: Vec<_> =
            judged.iter().filter_map(|(case, fault)| Some((case, fault.as_ref()?))).collect();
        for (case, fault) in faults.iter().take(SHOWN) {
            println!("    {}: {fault}", case.name);
        }
        if faults.len() > SHOWN {
            println!("    and {} more", faults.len() - SHOWN);
        }
        let (of_suite, bad) = count(&suite, faults.len() as u64);
        (passed, failed) = (passed + of_suite - bad, failed + bad);
    }
    for name in known.unused() {
        println!("known-differences.toml names {name}, which is no case");
        failed += 1;
    }
    println!("known differences: {}", known.len());
    Ok((passed, failed))
}

/// How many cases the suite counts as, and how many of them failed.
fn count(suite: &Suite, faults: u64) -> (u64, u64) {
    if suite.is_ordered { (suite.cases.len() as u64, faults) } else { (1, faults.min(1)) }
}

/// What is wrong with the answer; nothing when it is right or a known difference.
fn judge(case: &Case, answer: &Result<Vec<u8>, String>, known: &mut KnownDifferences) -> Option<String> {
    let reply = match answer {
        Ok(body) => match Reply::read(body) {
            Ok(reply) => reply,
            Err(fault) => return Some(fault),
        },
        Err(fault) => return Some(fault.clone()),
    };
    if let Some(fault) = reply.fault_as_answer_to(&case.control_id) {
        return Some(fault);
    }
    let disagreement = case.expected.disagreement(&reply);
    match (disagreement, known.take(&case.name)) {
        (Some(_), true) | (None, false) => None,
        (None, true) => Some("agrees now: take it from conformance/hl7/known-differences.toml".to_owned()),
        (disagreement, false) => disagreement,
    }
}

/// Sends the cases over so many connections; the answers in the order of the cases.
fn send(cases: &[Case], url: &str, sender: &str, connections: usize) -> Vec<Result<Vec<u8>, String>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let client = Client::new(url, sender);
        let mut answers = Vec::new();
        while let Some((at, case)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, cases.get(at)?)))
        {
            answers.push((at, client.post(&case.bytes)));
        }
        answers
    };
    let mut answers: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a connection's work does not panic"))
            .collect()
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// `529 sent, 529 answered in 1.2 s (AA 320, AE 90, AR 119)`.
fn tally(answers: &[Result<Vec<u8>, String>], seconds: f64) -> String {
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for reply in answers.iter().flatten().filter_map(|body| Reply::read(body).ok()) {
        *codes.entry(reply.code().to_owned()).or_default() += 1;
    }
    let answered: usize = codes.values().sum();
    let codes: Vec<_> = codes.iter().map(|(code, count)| format!("{code} {count}")).collect();
    format!("{} sent, {answered} answered in {seconds:.1} s ({})", answers.len(), codes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{KnownDifferences, cases::Case, expected::Expected, judge};

    #[test]
    fn a_difference_is_a_fault_unless_it_is_known_and_a_healed_one_must_leave_the_list() {
        let list = "[[difference]]\ncase = \"a\"\nreason = \"r\"\ndecided_by = \"d\"\n";
        #[rustfmt::skip]
        let table = [
            // case  expected  answered  fault
            ("a",    "AA",     "AE",     None),
            ("a",    "AA",     "AA",     Some("agrees now")),
            ("b",    "AA",     "AE",     Some("MSA-1 is \"AE\", published is \"AA\"")),
            ("b",    "AA",     "AA",     None),
        ];
        for (name, expected, answered, fault) in table {
            let mut known = KnownDifferences::parse(list).expect("a list");
            let case = Case {
                name: name.into(),
                bytes: Vec::new(),
                control_id: "1".into(),
                expected: Expected::code(expected),
            };
            let reply = format!("MSH|^~\\&|||||2026||ACK^V04^ACK|R1|P|2.5.1\rMSA|{answered}|1\r");
            let found = judge(&case, &Ok(reply.into_bytes()), &mut known);
            assert_eq!(found.is_some(), fault.is_some(), "{name} {answered}: {found:?}");
            assert!(found.unwrap_or_default().starts_with(fault.unwrap_or_default()));
        }
    }
}
