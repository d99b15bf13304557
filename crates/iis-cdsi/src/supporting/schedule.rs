//! Reading the schedule file (`scheduleSupportingData`).

use super::element::Element;
use super::model::{Conflict, Observation, Release, Vaccine, VaccineGroup};
use super::reading::{Reading, fold};
use crate::codes::Cvx;

/// Reads the schedule file into a release that has no antigens yet.
pub(super) fn read(r: &mut Reading<'_>, root: &Element) -> Release {
    #[rustfmt::skip]
    r.knows_only(root, &["liveVirusConflicts", "vaccineGroups", "vaccineGroupToAntigenMap", "cvxToAntigenMap",
        "observations"]);
    let rows = |list: &'static str, row: &'static str| root.all(list).flat_map(move |e| e.all(row));
    for list in &root.children {
        #[rustfmt::skip]
        r.knows_only(list, &["liveVirusConflict", "vaccineGroup", "vaccineGroupMap", "cvxMap", "observation"]);
    }
    let mut release = Release {
        conflicts: rows("liveVirusConflicts", "liveVirusConflict")
            .filter_map(|e| read_conflict(r, e))
            .collect(),
        vaccine_groups: rows("vaccineGroups", "vaccineGroup").map(|e| read_group(r, e)).collect(),
        vaccines: rows("cvxToAntigenMap", "cvxMap").filter_map(|e| read_vaccine(r, e)).collect(),
        observations: rows("observations", "observation").filter_map(|e| read_observation(r, e)).collect(),
        ..Release::default()
    };
    for map in rows("vaccineGroupToAntigenMap", "vaccineGroupMap") {
        r.knows_only(map, &["name", "antigen"]);
        let name = r.name(map, "name");
        match release.vaccine_groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.antigens.extend(map.all("antigen").map(|e| fold(&e.text))),
            None => r.wrong(map, "names a vaccine group that the list of groups does not hold"),
        }
    }
    release.conflicts.sort_unstable();
    release.vaccines.sort_by_key(|vaccine| vaccine.cvx);
    release.observations.sort_by_key(|observation| observation.code);
    release
}

fn read_conflict(r: &mut Reading<'_>, element: &Element) -> Option<Conflict> {
    #[rustfmt::skip]
    r.knows_only(element, &["previous", "current", "conflictBeginInterval", "minConflictEndInterval",
        "conflictEndInterval"]);
    let side = |r: &mut Reading<'_>, name: &str| -> Option<Cvx> {
        let vaccine = element.first(name)?;
        r.knows_only(vaccine, &["vaccineType", "cvx"]);
        r.cvx(vaccine)
    };
    for needed in ["conflictBeginInterval", "minConflictEndInterval", "conflictEndInterval"] {
        r.needed(element, needed);
    }
    Some(Conflict {
        previous: side(r, "previous")?,
        current: side(r, "current")?,
        begin: r.duration(element, "conflictBeginInterval")?,
        minimum_end: r.duration(element, "minConflictEndInterval")?,
        end: r.duration(element, "conflictEndInterval")?,
    })
}

fn read_group(r: &mut Reading<'_>, element: &Element) -> VaccineGroup {
    r.knows_only(element, &["name", "administerFullVaccineGroup"]);
    VaccineGroup {
        name: r.name(element, "name"),
        is_given_whole: r.yes_no(element, "administerFullVaccineGroup"),
        antigens: Vec::new(),
    }
}

fn read_vaccine(r: &mut Reading<'_>, element: &Element) -> Option<Vaccine> {
    r.knows_only(element, &["cvx", "shortDescription", "association"]);
    let mut vaccine =
        Vaccine { cvx: r.cvx(element)?, name: r.name(element, "shortDescription"), antigens: Vec::new() };
    for association in element.all("association") {
        r.knows_only(association, &["antigen", "associationBeginAge", "associationEndAge"]);
        let ages = r.ages(association, "associationBeginAge", "associationEndAge");
        vaccine.antigens.push((r.name(association, "antigen"), ages));
    }
    Some(vaccine)
}

fn read_observation(r: &mut Reading<'_>, element: &Element) -> Option<Observation> {
    #[rustfmt::skip]
    r.knows_only(element, &["observationCode", "observationTitle", "group", "indicationText",
        "contraindicationText", "clarifyingText", "codedValues"]);
    let mut observation = Observation {
        code: r.observation(element, "observationCode")?,
        title: short_title(&r.name(element, "observationTitle")),
        codes: Vec::new(),
    };
    for value in element.all("codedValues").flat_map(|e| &e.children) {
        r.knows_only(value, &["code", "codeSystem", "text"]);
        observation
            .codes
            .push((r.needed(value, "codeSystem").to_owned(), r.needed(value, "code").to_owned()));
    }
    observation.codes.sort_unstable();
    observation.codes.dedup();
    Some(observation)
}

/// The longest title kept.
const LONGEST_TITLE: usize = 160;

/// Titles are names of conditions; the few that go on to describe them are cut at a word.
fn short_title(title: &str) -> String {
    match title.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => {
            let cut = title[..end].rfind(' ').unwrap_or(end);
            format!("{}…", &title[..cut])
        }
        None => title.to_owned(),
    }
}
