//! An invented population as files: messages by sender or records for matching, and the truth beside them.

use crate::Settings;
use crate::reporting::{Content, Feed, Recorded, Report, Subject, demographics, recorded};
use iis_model::Given;
use iis_model::person::{Demographics, PersonName};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// In which form the population is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// HL7: `SENDER.hl7` for each sender (VXU in the order of sending, segments end with CR, messages follow one another),
    /// `queries.hl7`, `queries.csv` (control id, what is asked).
    Hl7,
    /// `records.csv`: one row a source record, for matching; `doses.csv`: one row a reported dose.
    Csv,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// People.
    pub people: usize,
    /// Messages or records.
    pub messages: usize,
    /// Bytes of them.
    pub bytes: u64,
}

/// Invents a population and writes it into a directory, which is made if it is not there; files of the same names
/// are replaced. `truth.csv` says which record is whose and what is wrong with it; a registry never reads it.
pub fn write(settings: &Settings, directory: &Path, format: Format) -> io::Result<Written> {
    fs::create_dir_all(directory)?;
    let feed = Feed::invent(settings);
    let mut written = match format {
        Format::Hl7 => write_messages(&feed, settings, directory)?,
        Format::Csv => write_records(&feed, directory)?,
    };
    write_truth(&feed, directory)?;
    written.people = feed.people();
    Ok(written)
}

fn write_messages(feed: &Feed, settings: &Settings, directory: &Path) -> io::Result<Written> {
    // Grouped before writing, so that a state with 1,200 senders needs one open file at a time.
    let mut by_sender: BTreeMap<u16, Vec<&Report>> = BTreeMap::new();
    for report in &feed.reports {
        by_sender.entry(feed.organization(report)).or_default().push(report);
    }
    let mut written = Written::default();
    for (organization, reports) in by_sender {
        let Some(sender) = &feed.calder.organizations[usize::from(organization)].sender else { continue };
        let mut file = create(directory, &format!("{sender}.hl7"))?;
        for report in reports {
            let message = feed.message(report);
            file.write_all(&message.bytes)?;
            written.messages += 1;
            written.bytes += message.bytes.len() as u64;
        }
        file.flush()?;
    }
    let mut queries = create(directory, "queries.hl7")?;
    let mut asked = create(directory, "queries.csv")?;
    writeln!(asked, "control_id,asked")?;
    for number in 0..u64::from(settings.people / 4).max(10) {
        let made_at = i64::from(settings.as_of.0) * 86_400 + i64::try_from(number % 86_400).unwrap_or(0);
        let Some(question) = feed.question(settings.seed, number, made_at) else { break };
        queries.write_all(&question.bytes)?;
        writeln!(asked, "{},{:?}", question.control_id, question.asked)?;
    }
    queries.flush()?;
    asked.flush()?;
    Ok(written)
}

impl Feed {
    /// The organization that sends a report, by index.
    pub fn organization(&self, report: &Report) -> u16 {
        let member = &self.household(report).members[usize::from(report.member)];
        member.sources[usize::from(report.source)].organization
    }

    /// The number of the first source record of each member, in the order of households and members: records are
    /// numbered through from 1.
    fn each_record(&self) -> impl Iterator<Item = (usize, usize, usize, usize)> + '_ {
        let places = self.households.iter().enumerate().flat_map(|(household, one)| {
            one.members.iter().enumerate().flat_map(move |(member, it)| {
                (0..it.sources.len()).map(move |source| (household, member, source))
            })
        });
        (1..).zip(places).map(|(number, (household, member, source))| (number, household, member, source))
    }
}

const RECORD_COLUMNS: &str = "record_id,facility_id,source_type,mrn,received_date,last_name,first_name,middle_name,suffix,\
birth_date,sex,multiple_birth,birth_order,mother_first,mother_last,mother_maiden,guardian_first,guardian_last,address1,\
address2,city,state,zip,phone,email,ssn,medicaid_id,alias_last";

fn write_records(feed: &Feed, directory: &Path) -> io::Result<Written> {
    let mut file = create(directory, "records.csv")?;
    writeln!(file, "{RECORD_COLUMNS}")?;
    let mut written = Written::default();
    for (number, household, member, source) in feed.each_record() {
        let household = &feed.households[household];
        let member = &household.members[member];
        let source = &member.sources[source];
        let subject = Subject { family: &household.family, member: member.index, source, on: source.since };
        let record = demographics(&feed.calder, subject);
        let site = &feed.calder.site(source.site).code;
        let line = record_line(&record, number, site, source.kind.word(), &source.since.to_string());
        written.messages += 1;
        written.bytes += line.len() as u64 + 1;
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    write_doses(feed, directory)?;
    Ok(written)
}

fn record_line(person: &Demographics, number: usize, site: &str, kind: &str, received_on: &str) -> String {
    let empty = PersonName::default();
    let name = person.legal_name().unwrap_or(&empty);
    let kin = |code: &str| {
        let is_it = |kin: &&iis_model::person::NextOfKin| {
            kin.relationship.get().is_some_and(|known| &*known.code == code)
        };
        person.next_of_kin.iter().find(is_it).and_then(|kin| kin.name.get())
    };
    let (mother, guardian) = (kin("MTH").unwrap_or(&empty), kin("FTH").unwrap_or(&empty));
    let home = person.addresses.first().and_then(Given::get).cloned().unwrap_or_default();
    let telecoms = || person.telecoms.iter().filter_map(Given::get);
    let phone = telecoms().find(|telecom| !telecom.digits.is_empty()).map(|telecom| &*telecom.digits);
    let email = telecoms().find(|telecom| !telecom.email.is_empty()).map(|telecom| &*telecom.email);
    let mrn = person.identifiers.first().and_then(Given::get).map_or("", |identifier| &*identifier.value);
    let cells: [&str; 28] = [
        &format!("R{number:07}"),
        site,
        kind,
        mrn,
        received_on,
        &name.family,
        &name.given,
        &name.middle,
        &name.suffix,
        &person.born_on.get().map(ToString::to_string).unwrap_or_default(),
        person.sex.get().map_or("", |sex| sex.code()),
        person.multiple_birth.get().map_or("", |yes| if *yes { "Y" } else { "N" }),
        &person.birth_order.get().map(ToString::to_string).unwrap_or_default(),
        &mother.given,
        &mother.family,
        person.mother_maiden_name.get().map_or("", |name| &*name.family),
        &guardian.given,
        &guardian.family,
        &home.street,
        &home.other,
        &home.city,
        &home.state,
        &home.zip,
        phone.unwrap_or_default(),
        email.unwrap_or_default(),
        "",
        "",
        "",
    ];
    row(&cells)
}

fn write_doses(feed: &Feed, directory: &Path) -> io::Result<()> {
    let mut file = create(directory, "doses.csv")?;
    let mut truth = create(directory, "doses_truth.csv")?;
    writeln!(file, "report_id,person_id,admin_date,cvx,mvx,trade,lot,org,source,action,site,dose")?;
    writeln!(truth, "report_id,event_id,kind")?;
    let mut number = 0;
    for report in feed.reports.iter().filter(|report| !report.is_resend()) {
        let submission = feed.submission(report);
        let person = person_id(feed, report.household as usize, usize::from(report.member));
        let organization = &feed.calder.organizations[usize::from(feed.organization(report))].authority;
        for event in submission.events.iter().filter(|event| event.kind.is_dose()) {
            number += 1;
            let text = |given: Option<String>| given.unwrap_or_default();
            let cells: [&str; 12] = [
                &format!("V{number:08}"),
                &*person,
                &text(event.given_on.get().map(ToString::to_string)),
                &text(event.cvx.get().map(|cvx| cvx.number().to_string())),
                event.lot.manufacturer.get().map_or("", |maker| maker.as_str()),
                "",
                event.lot.number.get().map_or("", |lot| lot),
                organization,
                event.source.get().map_or("", |source| source.code()),
                event.action.get().map_or("A", |action| action.code()),
                event.body_site.get().map_or("", |site| &*site.code),
                event.amount.get().map_or("", |amount| &*amount.number),
            ];
            writeln!(file, "{}", row(&cells))?;
            let order = event.filler.get().map_or("", |order| &*order.value);
            writeln!(
                truth,
                "V{number:08},{},{}",
                event_id(&person, order),
                content_word(report.content, event.is_administered())
            )?;
        }
    }
    file.flush()?;
    truth.flush()
}

/// Writes so many records of invented people, as `records.csv` and `truth.csv` (record, person, family, traits) of a
/// directory: for linking files larger than anybody needs with their doses.
pub fn write_recorded(settings: &Settings, records: usize, directory: &Path) -> io::Result<()> {
    let (mut file, mut truth) = (create(directory, "records.csv")?, create(directory, "truth.csv")?);
    writeln!(file, "{RECORD_COLUMNS}")?;
    writeln!(truth, "record_id,person_id,family_id,traits")?;
    let people = (1..).zip(recorded(*settings));
    let each = people.flat_map(|(person, one): (u32, Recorded)| {
        let (family, traits) = (one.family, if one.is_multiple { "twin" } else { "" });
        one.records.into_iter().map(move |record| (person, family, traits, record))
    });
    for (number, (person, family, traits, record)) in (1..).zip(each).take(records) {
        writeln!(file, "{}", record_line(&record.demographics, number, &record.authority, "", ""))?;
        writeln!(truth, "R{number:07},P{person:08},F{family:07},{traits}")?;
    }
    file.flush()?;
    truth.flush()
}

/// The true event behind an order number: the person's dose by index; a mixed-up dose is none of the person's.
fn event_id(person: &str, order: &str) -> String {
    let dose = order.split_once('-').map_or(order, |(_, dose)| dose).trim_start_matches('H');
    format!("{person}-{dose}")
}

const fn content_word(content: Content, is_administered: bool) -> &'static str {
    match content {
        Content::Correction { .. } => "correction",
        Content::Erroneous { .. } => "erroneous",
        Content::Withdrawal { .. } => "withdrawal",
        Content::Visit { wrong_lot: true, .. } if is_administered => "wrong_lot_in_visit",
        _ if is_administered => "original",
        _ => "historical",
    }
}

fn write_truth(feed: &Feed, directory: &Path) -> io::Result<()> {
    let mut file = create(directory, "truth.csv")?;
    writeln!(file, "record_id,facility_id,mrn,person_id,family_id,traits,corruptions")?;
    for (number, place, member, source) in feed.each_record() {
        let household = &feed.households[place];
        let it = &household.members[member];
        let source = &it.sources[source];
        let person = &household.family.members[usize::from(it.index)];
        let traits: Vec<&str> = [
            (it.index > 1, "child"),
            (person.multiple.is_some(), "multiple"),
            (person.is_namesake, "namesake"),
            (person.surname_at_birth.second.is_some(), "two_surnames"),
            (person.later_surname.is_some(), "surname_change"),
            (person.suffix.is_some(), "suffix"),
            (source.is_stale, "old_contact"),
        ]
        .iter()
        .filter_map(|(has, word)| has.then_some(*word))
        .collect();
        let site = &feed.calder.site(source.site).code;
        let (family, person) = (household.family.number, person_id(feed, place, member));
        let mistake = source.mistake.word();
        writeln!(
            file,
            "R{number:07},{site},{},{person},F{family:07},{},{mistake}",
            source.mrn(),
            traits.join(" ")
        )?;
    }
    file.flush()
}

fn person_id(feed: &Feed, household: usize, member: usize) -> String {
    let household = &feed.households[household];
    format!("P{:07}{}", household.family.number, household.members[member].index)
}

fn create(directory: &Path, name: &str) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(directory.join(name))?))
}

/// A row of CSV; a cell with a comma or a quote is quoted.
fn row(cells: &[&str]) -> String {
    let quoted = cells.iter().map(|cell| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    });
    quoted.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Format, row, write};
    use crate::Settings;
    use crate::calendar::Day;
    use std::collections::BTreeSet;
    use std::fs;

    fn settings() -> Settings {
        Settings::new(400, 5, Day::new(2026, 11, 20).date())
    }

    #[test]
    fn every_record_has_one_line_of_truth() {
        let directory = tempfile::tempdir().expect("a directory");
        let written = write(&settings(), directory.path(), Format::Csv).expect("written");
        let ids = |name: &str| -> BTreeSet<String> {
            let text = fs::read_to_string(directory.path().join(name)).expect("the file");
            text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
        };
        assert_eq!(ids("records.csv"), ids("truth.csv"));
        assert_eq!(ids("records.csv").len(), written.messages);
        assert_eq!(ids("doses.csv"), ids("doses_truth.csv"));
        assert!(written.messages > written.people / 2);
    }

    #[test]
    fn every_sender_has_a_file_whose_messages_begin_with_their_header() {
        let directory = tempfile::tempdir().expect("a directory");
        let written = write(&settings(), directory.path(), Format::Hl7).expect("written");
        let mut messages = 0;
        for entry in fs::read_dir(directory.path()).expect("the directory") {
            let path = entry.expect("an entry").path();
            let is_queries = path.file_stem().is_some_and(|stem| stem == "queries");
            if path.extension().is_some_and(|extension| extension == "hl7") && !is_queries {
                let text = fs::read_to_string(&path).expect("text");
                messages += text.split('\r').filter(|segment| segment.starts_with("MSH|")).count();
            }
        }
        assert_eq!(messages, written.messages);
    }

    #[test]
    fn cells_with_commas_are_quoted() {
        assert_eq!(row(&["a", "b,c", "d\"e"]), r#"a,"b,c","d""e""#);
    }
}
