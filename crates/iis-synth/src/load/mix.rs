//! The mix of messages: 60 % a known person with a new dose, 20 % history, 15 % a new person, 5 % sent again.

use super::Target;
use super::template::{CONTROL, DAY, ORDER, Template};
use crate::Settings;
use crate::calendar::Day;
use crate::names::Writing;
use crate::population::{Family, Jurisdiction, SourceKind};
use crate::random::{Random, mix};
use crate::reporting::{Mistake, Source, Subject, administered_at, demographics, historical};
use iis_hl7::{WriteHeader, z22};
use iis_model::{Date, InformationSource, Submission, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a message of the mix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A person already sent, with a dose given on another day.
    NewDose,
    /// A person already sent, with seven historical doses, the last one of another day each time.
    History,
    /// A person never sent before, with a dose.
    NewPerson,
    /// The bytes of a message acknowledged before.
    Again,
}

/// Shares in a hundred.
const SHARES: [(Kind, u32); 4] =
    [(Kind::NewDose, 60), (Kind::History, 20), (Kind::NewPerson, 15), (Kind::Again, 5)];

/// The first day of the season: known people are introduced with a dose of that day. New doses spread over the days after
/// it, on all of which the vaccine was in use and the lot had not expired.
const SEASON: Day = Day(19_905); // 2024-07-01
const SEASON_DAYS: u64 = 363;

/// When all messages were made: after the last dose.
const SENT_AT: Timestamp = Timestamp::constant(1_751_371_200, 0); // 2025-07-01

/// Messages built ahead for one target.
#[derive(Debug, Clone)]
pub struct Mix {
    built: Arc<Built>,
}

#[derive(Debug)]
struct Built {
    doses: Vec<Template>,
    histories: Vec<Template>,
    strangers: Vec<Template>,
    next_stranger: AtomicUsize,
}

impl Mix {
    /// The mix for a target: `known` people to be sent first ([`Mix::introductions`]), `strangers` new ones. When the
    /// strangers run out they begin again, and are then known.
    pub fn new(target: &Target, site: &str, seed: u64, known: usize, strangers: usize) -> Self {
        let settings = Settings::new(1, seed, Date::constant(2025, 12, 31));
        let calder = Jurisdiction::of_one(site);
        let mut people = Invented { settings: &settings, calder: &calder, family: 0, site };
        let mut doses = Vec::with_capacity(known);
        let mut histories = Vec::with_capacity(known);
        for _ in 0..known {
            let (dose, history) = people.next(target);
            doses.push(dose);
            histories.push(history);
        }
        let strangers = (0..strangers).map(|_| people.next(target).0).collect();
        let built = Built { doses, histories, strangers, next_stranger: AtomicUsize::new(0) };
        Self { built: Arc::new(built) }
    }

    /// How many people are known.
    pub fn known(&self) -> usize {
        self.built.doses.len()
    }

    /// The mean length of a message of the mix, without the head of the request.
    pub fn mean_bytes(&self, target: &Target) -> usize {
        let head = target.head().len() + 8;
        let mean = |templates: &[Template]| {
            templates.iter().map(|template| template.len() - head).sum::<usize>() / templates.len().max(1)
        };
        (mean(&self.built.doses) * 63 + mean(&self.built.histories) * 21 + mean(&self.built.strangers) * 16)
            / 100
    }

    /// The first message about each known person of one of `streams` streams, to be sent before the mix; numbered from
    /// `first_control` on.
    pub fn introductions(
        &self,
        stream: usize,
        streams: usize,
        first_control: u64,
    ) -> impl Iterator<Item = (u64, Vec<u8>)> + use<> {
        let built = Arc::clone(&self.built);
        let people = (0..built.doses.len()).skip(stream).step_by(streams.max(1));
        (first_control..).zip(people).map(move |(control, person)| {
            let mut request = Vec::new();
            built.doses[person].fill(control, SEASON, &mut request);
            (control, request)
        })
    }

    /// A stream of messages for one connection, numbered from `first_control` on; the numbers of two streams must not
    /// meet.
    pub fn stream(&self, seed: u64, first_control: u64) -> Stream {
        Stream {
            built: Arc::clone(&self.built),
            random: Random::new(seed, first_control),
            next_control: first_control,
            sent: Vec::new(),
        }
    }
}

/// The messages of one connection.
#[derive(Debug)]
pub struct Stream {
    built: Arc<Built>,
    random: Random,
    next_control: u64,
    /// The latest messages, to be sent again: number and bytes.
    sent: Vec<(u64, Vec<u8>)>,
}

/// How many messages a stream remembers.
const REMEMBERED: usize = 32;

impl Stream {
    /// Writes the next request into `out`, which it replaces; says what it is and its control number.
    pub fn next(&mut self, out: &mut Vec<u8>) -> (Kind, u64) {
        let kind = SHARES[self.random.weighted(&SHARES.map(|(_, share)| share))].0;
        if kind == Kind::Again && !self.sent.is_empty() {
            let (control, request) = &self.sent[self.random.index(self.sent.len())];
            out.clear();
            out.extend_from_slice(request);
            return (kind, *control);
        }
        let control = self.next_control;
        self.next_control += 1;
        let built = &self.built;
        let (kind, template) = match kind {
            Kind::History => (kind, &built.histories[self.random.index(built.histories.len())]),
            Kind::NewPerson if !built.strangers.is_empty() => {
                let next = built.next_stranger.fetch_add(1, Ordering::Relaxed);
                (kind, &built.strangers[next % built.strangers.len()])
            }
            _ => (Kind::NewDose, &built.doses[self.random.index(built.doses.len())]),
        };
        let day = SEASON.plus(i32::try_from(1 + mix(control) % SEASON_DAYS).unwrap_or(1));
        template.fill(control, day, out);
        (kind, control)
    }

    /// Takes note that a request was acknowledged, so that it may be sent again.
    pub fn acknowledged(&mut self, control: u64, request: &[u8]) {
        if self.sent.len() < REMEMBERED {
            self.sent.push((control, request.to_vec()));
        } else {
            let place = self.random.index(REMEMBERED);
            let (number, bytes) = &mut self.sent[place];
            *number = control;
            bytes.clear();
            bytes.extend_from_slice(request);
        }
    }
}

/// Children of the bench, one after the other: old enough for every date, and with parents.
struct Invented<'a> {
    settings: &'a Settings,
    calder: &'a Jurisdiction,
    family: u32,
    site: &'a str,
}

impl Invented<'_> {
    fn next(&mut self, target: &Target) -> (Template, Template) {
        loop {
            let number = self.family;
            self.family += 1;
            let family = Family::generate(self.settings, number);
            let fits = |born_on: Day| (Day::new(2007, 1, 1)..Day::new(2020, 1, 1)).contains(&born_on);
            let mut children = family.patients().filter(|(_, person)| fits(person.born_on));
            if let Some((member, _)) = children.next() {
                return self.templates(target, &family, member);
            }
        }
    }

    fn templates(&self, target: &Target, family: &Family, member: u8) -> (Template, Template) {
        let opened = Source::open(self.settings, self.calder, family, member, 0, SEASON);
        // The seed decides how much a record holds: this one has both parents and an e-mail address.
        let (mistake, writing, seed) = (Mistake::None, Writing::Both, 36);
        let source = Source { kind: SourceKind::Clinic, mistake, writing, seed, ..opened };
        let subject = Subject { family, member, source: &source, on: SEASON };
        let person = demographics(self.calder, subject);
        let header = WriteHeader {
            sending_application: "BENCH",
            sending_facility: self.site,
            receiving_application: "OPENIIS",
            receiving_facility: "CALDER",
            sent_at: SENT_AT,
            offset: jiff::tz::offset(-6),
            control_id: CONTROL,
            processing_id: "P",
        };
        let dose = administered_at(self.calder, &source, ORDER, 140, DAY, family, member);
        let dose = Submission { person: person.clone(), events: vec![dose], ..Submission::default() };
        let past = [
            (20, "DTaP", -1_500),
            (10, "IPV", -1_500),
            (3, "MMR", -1_400),
            (21, "varicella", -1_400),
            (88, "influenza, unspecified formulation", -370),
            (213, "SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED", -300),
            (88, "influenza, unspecified formulation", 0),
        ];
        let events = (0..).zip(past).map(|(nth, (cvx, text, days))| {
            let order =
                if nth == past.len() - 1 { ORDER.to_owned() } else { format!("{}-H{nth}", source.mrn()) };
            historical(
                self.calder,
                &source,
                &order,
                (cvx, text),
                DAY.plus(days),
                InformationSource::ParentWritten,
            )
        });
        let history = Submission { person, events: events.collect(), ..Submission::default() };
        (
            Template::new(target, &z22::write(&dose, &header)),
            Template::new(target, &z22::write(&history, &header)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Mix};
    use crate::load::{Target, template};
    use iis_hl7::{ReadOptions, parse, z22};
    use iis_model::Severity;
    use std::collections::{BTreeMap, BTreeSet};

    fn target() -> Target {
        Target { address: ([127, 0, 0, 1], 80).into(), credentials: "bench:secret".into() }
    }

    fn body(request: &[u8]) -> &[u8] {
        let at = request.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        &request[at + 4..]
    }

    #[test]
    fn the_shares_are_those_of_the_design() {
        let mix = Mix::new(&target(), "BENCH", 1, 50, 5_000);
        let mut stream = mix.stream(1, 0);
        let mut counts: BTreeMap<Kind, u32> = BTreeMap::new();
        let mut request = Vec::new();
        for _ in 0..10_000 {
            let (kind, control) = stream.next(&mut request);
            *counts.entry(kind).or_default() += 1;
            stream.acknowledged(control, &request);
        }
        for (kind, share) in
            [(Kind::NewDose, 6_000), (Kind::History, 2_000), (Kind::NewPerson, 1_500), (Kind::Again, 500)]
        {
            let count = counts[&kind];
            assert!(count.abs_diff(share) < share / 10 + 50, "{kind:?}: {count}");
        }
    }

    #[test]
    fn every_request_is_a_clean_message_with_its_own_control_id_or_one_sent_again() {
        let mix = Mix::new(&target(), "BENCH", 1, 40, 400);
        let mut stream = mix.stream(7, 1_000);
        let (mut request, mut seen) = (Vec::new(), BTreeMap::new());
        for _ in 0..1_000 {
            let (kind, control) = stream.next(&mut request);
            let (text, mut findings) = parse(body(&request));
            let read = z22::read(&text, &ReadOptions::default(), &mut findings);
            assert!(
                findings.0.iter().all(|finding| finding.severity == Severity::Information),
                "{findings:?}"
            );
            let named = read.header.control_id.value.expect("a control id");
            assert_eq!(template::control_number(&named), Some(control));
            let before = seen.insert(control, request.clone());
            assert_eq!(before.is_some(), kind == Kind::Again, "{control}");
            assert!(before.is_none_or(|before| before == request));
            stream.acknowledged(control, &request);
        }
    }

    #[test]
    fn known_people_are_introduced_once_by_one_of_the_streams() {
        let mix = Mix::new(&target(), "BENCH", 1, 25, 0);
        let mut numbers = BTreeSet::new();
        let mut people = BTreeSet::new();
        for stream in 0..4 {
            for (control, request) in mix.introductions(stream, 4, stream as u64 * 1_000) {
                let (text, _) = parse(body(&request));
                let pid = text.segment("PID").expect("PID").field(3).raw().to_owned();
                assert!(numbers.insert(control) && people.insert(pid));
            }
        }
        assert_eq!(people.len(), 25);
    }

    #[test]
    fn a_message_has_about_1_7_kilobytes() {
        let mean = Mix::new(&target(), "BENCH", 1, 300, 300).mean_bytes(&target());
        assert!((1_600..1_800).contains(&mean), "{mean}");
    }
}
