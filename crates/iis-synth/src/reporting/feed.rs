//! All messages of a population in the order in which they are sent.

use super::message::{control_id, submission, write};
use super::{Household, Report};
use crate::Settings;
use crate::population::Jurisdiction;
use iis_model::{Submission, Timestamp};

/// A message with who sends it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Index of the sending organization.
    pub organization: u16,
    /// When it is sent.
    pub sent_at: Timestamp,
    /// Its control id.
    pub control_id: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A population with all reports about it, the earliest first.
#[derive(Debug)]
pub struct Feed {
    /// Who reports.
    pub calder: Jurisdiction,
    /// Who lives there.
    pub households: Vec<Household>,
    /// What is reported.
    pub reports: Vec<Report>,
}

impl Feed {
    /// Invents a population and its reports. About a kilobyte of memory a person.
    pub fn invent(settings: &Settings) -> Self {
        let calder = Jurisdiction::calder(settings.people);
        let mut households = Vec::new();
        let mut reports = Vec::new();
        let mut people = 0;
        for number in 0.. {
            if people >= settings.people as usize {
                break;
            }
            let (household, planned) = Household::generate(settings, &calder, number, number);
            people += household.members.len();
            households.push(household);
            reports.extend(planned);
        }
        reports.sort_by_key(|report| (report.sent_at, report.household, report.member, report.ordinal));
        Self { calder, households, reports }
    }

    /// How many people it has.
    pub fn people(&self) -> usize {
        self.households.iter().map(|household| household.members.len()).sum()
    }

    /// The household of a report.
    pub fn household(&self, report: &Report) -> &Household {
        &self.households[report.household as usize]
    }

    /// A report as a message.
    pub fn message(&self, report: &Report) -> Message {
        let household = self.household(report);
        let source = &household.members[usize::from(report.member)].sources[usize::from(report.source)];
        Message {
            organization: source.organization,
            sent_at: Timestamp::from_second(report.sent_at).unwrap_or_default(),
            control_id: control_id(&self.calder, household, report),
            bytes: write(&self.calder, household, report),
        }
    }

    /// What a report says, as the model of a message, without its header.
    pub fn submission(&self, report: &Report) -> Submission {
        submission(&self.calder, self.household(report), report)
    }

    /// All messages in the order in which they are sent.
    pub fn messages(&self) -> impl Iterator<Item = Message> {
        self.reports.iter().map(|report| self.message(report))
    }
}

#[cfg(test)]
mod tests {
    use super::Feed;
    use crate::Settings;
    use crate::calendar::Day;
    use crate::reporting::{Content, Report};
    use iis_hl7::{GateRules, ReadOptions, Request, gate, parse, z22};
    use iis_model::{Findings, Severity};
    use std::collections::BTreeMap;

    type Kind = (&'static str, fn(&Report) -> bool);

    fn settings(people: u32) -> Settings {
        Settings::new(people, 42, Day::new(2026, 11, 20).date())
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_one_others() {
        let bytes = |seed| {
            let settings = Settings { seed, ..settings(300) };
            Feed::invent(&settings).messages().map(|message| message.bytes).collect::<Vec<_>>()
        };
        let first = bytes(1);
        assert!(first.len() > 500);
        assert!(first == bytes(1));
        assert!(first != bytes(2));
    }

    #[test]
    fn messages_come_in_the_order_of_sending_and_none_from_the_future() {
        let feed = Feed::invent(&settings(1_000));
        let times: Vec<_> = feed.messages().map(|message| message.sent_at).collect();
        assert!(times.is_sorted());
        assert!(times.last().is_some_and(|last| last.to_string().as_str() < "2026-11-20T12"));
    }

    #[test]
    fn every_message_is_read_without_an_error_or_a_warning() {
        let feed = Feed::invent(&settings(1_500));
        let rules = GateRules { processing_ids: &["P"], accept_older_versions: false };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (report, message) in feed.reports.iter().zip(feed.messages()) {
            let (text, mut findings) = parse(&message.bytes);
            assert_eq!(gate(&text, &rules).ok(), Some(Request::Vxu), "{report:?}");
            let submission = z22::read(&text, &ReadOptions::default(), &mut findings);
            assert_eq!(submission.header.control_id.value.as_deref(), Some(&*message.control_id));
            for finding in &findings.0 {
                if finding.severity != Severity::Information {
                    *seen.entry(format!("{finding:?}")).or_default() += 1;
                }
            }
        }
        assert_eq!(seen, BTreeMap::new());
    }

    #[test]
    fn what_is_read_is_what_was_meant() {
        let feed = Feed::invent(&settings(300));
        let visits = feed.reports.iter().filter(|report| matches!(report.content, Content::Visit { .. }));
        for report in visits {
            let Content::Visit { first, count, .. } = report.content else { continue };
            let message = feed.message(report);
            let (text, _) = parse(&message.bytes);
            let read = z22::read(&text, &ReadOptions::default(), &mut Findings::default());
            let life = &feed.household(report).members[usize::from(report.member)].life;
            for (dose, event) in
                life.doses[usize::from(first)..].iter().zip(&read.events[..usize::from(count)])
            {
                assert_eq!(event.cvx.value.map(iis_model::Cvx::number), Some(dose.product.get().cvx));
                assert_eq!(event.given_date(), Some(dose.on.date()));
                assert!(event.is_administered());
            }
        }
    }

    #[test]
    fn a_message_sent_again_has_the_same_bytes_and_every_other_a_control_id_of_its_own() {
        let feed = Feed::invent(&settings(2_000));
        let mut first: BTreeMap<(u16, String), Vec<u8>> = BTreeMap::new();
        let mut again = 0;
        for message in feed.messages() {
            match first.get(&(message.organization, message.control_id.clone())) {
                Some(bytes) => {
                    assert_eq!(*bytes, message.bytes);
                    again += 1;
                }
                None => {
                    first.insert((message.organization, message.control_id), message.bytes);
                }
            }
        }
        assert_eq!(again, feed.reports.iter().filter(|report| report.is_resend()).count());
        assert!(again > 10);
    }

    #[test]
    fn all_kinds_of_reports_occur() {
        let feed = Feed::invent(&settings(3_000));
        let count = |kind: fn(&Report) -> bool| feed.reports.iter().filter(|report| kind(report)).count();
        #[rustfmt::skip]
        let kinds: [Kind; 9] = [
            ("demographics",   |report| report.content == Content::Demographics),
            ("visit",          |report| matches!(report.content, Content::Visit { .. })),
            ("with history",   |report| matches!(report.content, Content::Visit { with_history: true, .. })),
            ("wrong lot",      |report| matches!(report.content, Content::Visit { wrong_lot: true, .. })),
            ("correction",     |report| matches!(report.content, Content::Correction { .. })),
            ("copy",           |report| matches!(report.content, Content::Copy { .. })),
            ("erroneous",      |report| matches!(report.content, Content::Erroneous { .. })),
            ("withdrawal",     |report| matches!(report.content, Content::Withdrawal { .. })),
            ("note",           |report| matches!(report.content, Content::Note { .. })),
        ];
        for (kind, is_it) in kinds {
            assert!(count(is_it) > 5, "{kind}");
        }
    }
}
