//! Queries about invented people: known ones, unknown ones, and nearly right ones.

use super::message::request;
use super::{Feed, Mistake, Subject, demographics};
use crate::random::Random;
use iis_hl7::query;
use iis_model::query::{HistoryQuery, Wanted};
use iis_model::{Given, Header};

/// What a query is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A person that was reported, as the asker's own record has it.
    Known,
    /// A person that was reported, with something wrong or missing.
    Nearly,
    /// Nobody: a name and birth date that nobody reported.
    Unknown,
}

/// A query with who asks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub asked: Asked,
    /// Index of the asking organization.
    pub organization: u16,
    /// Its control id.
    pub control_id: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Feed {
    /// The query with this number: seven of ten about known people, two nearly right, one about nobody; half of them
    /// ask for the forecast too. The same number always gives the same query.
    pub fn question(&self, seed: u64, number: u64, made_at: i64) -> Option<Question> {
        let random = &mut Random::new(seed ^ 0x0a5c, number);
        let report = self.reports.get(random.index(self.reports.len()))?;
        let household = self.household(report);
        let member = &household.members[usize::from(report.member)];
        let source = &member.sources[usize::from(report.source)];
        let asked = [Asked::Known, Asked::Nearly, Asked::Unknown][random.weighted(&[70, 20, 10])];
        let mut record = *source;
        if asked == Asked::Nearly {
            record.mistake =
                *random.pick(&[Mistake::FirstNameTyped, Mistake::LastNameTyped, Mistake::Nickname]);
        }
        let on = report.day();
        let person = demographics(
            &self.calder,
            Subject { family: &household.family, member: member.index, source: &record, on },
        );
        let mut name = person.names.first().cloned().unwrap_or_default();
        if let Some(name) = name.value.as_mut().filter(|_| asked == Asked::Unknown) {
            name.family = format!("Zz{}", name.family).into();
        }
        let is_known = asked == Asked::Known;
        let control_id =
            format!("Q-{}-{number}", self.calder.organizations[usize::from(source.organization)].authority);
        let query = HistoryQuery {
            header: Header::default(),
            wanted: if random.chance(500) { Wanted::Forecast } else { Wanted::History },
            tag: Given::of(format!("T{number}").into()),
            identifiers: person.identifiers.into_iter().filter(|_| is_known).collect(),
            name,
            mother_maiden_name: person.mother_maiden_name,
            born_on: person.born_on,
            sex: person.sex,
            address: person.addresses.into_iter().next().unwrap_or_default(),
            phone: person.telecoms.into_iter().next().filter(|_| is_known).unwrap_or_default(),
            multiple_birth: person.multiple_birth,
            birth_order: person.birth_order,
            limit: Given::of(10),
        };
        let site = &self.calder.site(source.site).code;
        let bytes = query::write(&query, &request(site, made_at, &control_id));
        Some(Question { asked, organization: source.organization, control_id, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use crate::Settings;
    use crate::calendar::Day;
    use crate::reporting::Feed;
    use iis_hl7::{GateRules, ReadOptions, Request, gate, parse, query};
    use iis_model::Severity;

    #[test]
    fn every_query_is_read_without_an_error_and_its_shares_are_kept() {
        let feed = Feed::invent(&Settings::new(400, 9, Day::new(2026, 11, 20).date()));
        let rules = GateRules { processing_ids: &["P"], accept_older_versions: false };
        let mut known = 0;
        for number in 0..500 {
            let question = feed.question(9, number, 1_760_000_000).expect("there are reports");
            let (text, mut findings) = parse(&question.bytes);
            assert!(matches!(gate(&text, &rules), Ok(Request::Query(_))));
            let read = query::read(&text, &ReadOptions::default(), &mut findings);
            assert!(
                findings.0.iter().all(|finding| finding.severity == Severity::Information),
                "{findings:?}"
            );
            assert!(read.name.get().is_some() && read.born_on.get().is_some());
            known += i32::from(question.asked == Asked::Known);
        }
        assert!((310..390).contains(&known), "{known}");
    }
}
