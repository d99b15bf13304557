//! The schedule as CDC publishes it: reading the XML files of a release and checking them.
//!
//! CDC issues one XML file an antigen and one for the schedule. [`read`] takes their bytes,
//! reads every element it knows, and reports every element it does not; nothing of a
//! release goes unread without a finding. [`check`] then follows every reference.

mod antigen;
mod check;
mod counts;
mod element;
mod finding;
pub mod model;
mod reading;
mod schedule;
mod skip;

pub use check::check;
pub use counts::Counts;
pub use finding::{Finding, Severity};
use model::Release;
use reading::Reading;

/// A release as read from files, with what was noticed and how much was read.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The facts. Complete only if [`Imported::is_usable`].
    pub release: Release,
    /// What was noticed, errors and notes.
    pub findings: Vec<Finding>,
    /// How many of each there are.
    pub counts: Counts,
}

impl Imported {
    /// Whether nothing stands against using the release.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// Reads and checks a release from the bytes of its XML files, in any order.
///
/// Files that are not XML by their name are passed over. `name` is CDC's number of the
/// release, which stands in the names of the archives but not in the files.
#[must_use]
pub fn read(name: &str, files: &[(String, Vec<u8>)]) -> Imported {
    let mut findings = Vec::new();
    let mut antigens = Vec::new();
    let mut schedules = Vec::new();
    for (file, bytes) in files.iter().filter(|(file, _)| is_xml(file)) {
        let mut error = |place: String, text: &str| {
            findings.push(Finding {
                severity: Severity::Error,
                file: file.clone(),
                place,
                text: text.to_owned(),
            });
        };
        let root = match element::parse(bytes) {
            Ok(root) => root,
            Err((line, text)) => {
                error(format!("line {line}"), &text);
                continue;
            }
        };
        let mut reading = Reading { file, findings: &mut findings };
        match root.name.as_str() {
            "antigenSupportingData" => antigens.push((file.clone(), antigen::read(&mut reading, &root))),
            "scheduleSupportingData" => schedules.push(schedule::read(&mut reading, &root)),
            _ => reading.wrong(&root, "is neither an antigen nor a schedule file"),
        }
    }
    if schedules.len() != 1 {
        let text = format!("{} schedule files instead of one", schedules.len());
        findings.push(Finding {
            severity: Severity::Error,
            file: String::new(),
            place: "release".to_owned(),
            text,
        });
    }
    let mut release = schedules.pop().unwrap_or_default();
    name.clone_into(&mut release.name);
    antigens.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let files: Vec<String> = antigens.iter().map(|(file, _)| file.clone()).collect();
    release.antigens = antigens.into_iter().map(|(_, antigen)| antigen).collect();
    for mut finding in check(&release) {
        let antigen = release.antigens.iter().position(|antigen| antigen.name == finding.file);
        if let Some(file) = antigen.and_then(|index| files.get(index)) {
            finding.file.clone_from(file);
        }
        findings.push(finding);
    }
    let counts = Counts::of(&release);
    Imported { release, findings, counts }
}

fn is_xml(file: &str) -> bool {
    file.len() >= 4 && file.as_bytes()[file.len() - 4..].eq_ignore_ascii_case(b".xml")
}
