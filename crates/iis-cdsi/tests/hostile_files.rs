//! Files of any content: the readers answer with findings and never panic.

use iis_cdsi::overlay::Overlay;
use iis_cdsi::supporting;
use iis_cdsi::tables;
use iis_cdsi::{History, Schedule, Scratch, dates::Day};
use proptest::prelude::*;

const ANTIGEN: &str = "<antigenSupportingData><immunity/><contraindications/><series>\
<seriesName>S</seriesName><targetDisease>A</targetDisease><vaccineGroup>A</vaccineGroup><seriesType>Standard</seriesType>\
<equivalentSeriesGroups/><requiredGender/><selectSeries><defaultSeries>Yes</defaultSeries><productPath>No</productPath>\
<seriesGroupName>Standard</seriesGroupName><seriesGroup>1</seriesGroup><seriesPriority>A</seriesPriority>\
<seriesPreference>1</seriesPreference><minAgeToStart/><maxAgeToStart/></selectSeries><indication/><seriesDose>\
<doseNumber>Dose 1</doseNumber><age><absMinAge>6 weeks - 4 days</absMinAge><minAge>6 weeks</minAge></age><interval/>\
<preferableVaccine><vaccineType>V</vaccineType><cvx>03</cvx><beginAge/><endAge/></preferableVaccine><allowableVaccine/>\
<conditionalSkip><context>Both</context><setLogic>n/a</setLogic><set><condition><conditionType>Age</conditionType>\
<beginAge>7 years</beginAge></condition></set></conditionalSkip><recurringDose>No</recurringDose></seriesDose></series>\
</antigenSupportingData>";

const SCHEDULE: &str = "<scheduleSupportingData><liveVirusConflicts/><vaccineGroups><vaccineGroup><name>A</name>\
<administerFullVaccineGroup/></vaccineGroup></vaccineGroups><vaccineGroupToAntigenMap><vaccineGroupMap><name>A</name>\
<antigen>A</antigen></vaccineGroupMap></vaccineGroupToAntigenMap><cvxToAntigenMap><cvxMap><cvx>03</cvx>\
<shortDescription>V</shortDescription><association><antigen>A</antigen></association></cvxMap></cvxToAntigenMap>\
<observations/></scheduleSupportingData>";

fn files(antigen: &[u8], schedule: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![("a.xml".to_owned(), antigen.to_vec()), ("Schedule.XML".to_owned(), schedule.to_vec())]
}

#[test]
fn a_small_release_can_be_read_and_used() {
    let imported = supporting::read("0.1", &files(ANTIGEN.as_bytes(), SCHEDULE.as_bytes()));
    assert!(imported.is_usable(), "{:?}", imported.findings);
    let schedule = Schedule::compile(&imported.release, &[]).expect("it can be compiled");
    let history =
        History { birth: iis_cdsi::gather::BirthDate::On(Day::from_civil(2025, 1, 1)), ..History::default() };
    let answer = schedule.evaluate(&history, Day::from_civil(2025, 1, 1), &mut Scratch::default());
    assert_eq!(answer.forecasts[0].dates.map(|dates| dates.earliest), Some(Day::from_civil(2025, 2, 12)));
}

#[test]
fn what_is_missing_or_unknown_is_found_with_file_and_element() {
    #[rustfmt::skip]
    let table = [
        // in the antigen file                      instead                     found
        ("6 weeks - 4 days",                        "6 moons",                  "is not a duration"),
        ("<cvx>03</cvx>",                           "<cvx>04</cvx>",            "names CVX 04"),
        ("<cvx>03</cvx>",                           "",                         "has no <cvx>"),
        ("<immunity/>",                             "<surprise/>",              "does not know"),
        ("<conditionType>Age",                      "<conditionType>Mood",      "condition type"),
        ("<targetDisease>A",                        "<targetDisease>B",         "is in 0 vaccine groups"),
        ("Dose 1",                                  "Dose 2",                   "should be numbered Dose 1"),
        ("<interval/>", "<interval><fromPrevious>N</fromPrevious></interval>",  "exactly one anchor"),
        ("</antigenSupportingData>",                "",                         "ends inside"),
    ];
    for (text, instead, found) in table {
        let imported =
            supporting::read("0.1", &files(ANTIGEN.replace(text, instead).as_bytes(), SCHEDULE.as_bytes()));
        assert!(!imported.is_usable(), "{instead}");
        let finding = imported.findings.iter().find(|finding| finding.text.contains(found));
        let finding = finding.unwrap_or_else(|| panic!("{found:?} in {:?}", imported.findings));
        assert_eq!(finding.file, "a.xml", "{finding}");
        assert!(Schedule::compile(&imported.release, &[]).is_err() || found != "names CVX 04");
    }
    assert!(!supporting::read("0.1", &[]).is_usable(), "no files");
}

proptest! {
    #[test]
    fn bytes_changed_cut_or_doubled_never_make_the_reader_panic(
        at in any::<prop::sample::Index>(), end in any::<prop::sample::Index>(),
        insert in proptest::collection::vec(any::<u8>(), 0..12), in_schedule in any::<bool>(),
    ) {
        let mut bytes = if in_schedule { SCHEDULE } else { ANTIGEN }.as_bytes().to_vec();
        let (a, b) = (at.index(bytes.len()), end.index(bytes.len()));
        bytes.splice(a.min(b)..a.max(b), insert);
        let files = if in_schedule { files(ANTIGEN.as_bytes(), &bytes) } else { files(&bytes, SCHEDULE.as_bytes()) };
        let imported = supporting::read("0.1", &files);
        if imported.is_usable() {
            // What the check lets through can be compiled, written and read again.
            prop_assert!(Schedule::compile(&imported.release, &[]).is_ok());
        }
    }

    #[test]
    fn tables_and_overlays_of_any_text_never_make_the_reader_panic(text in "(\\PC|\n|; | ){0,200}") {
        for file in ["schedule.txt", "vaccines.txt", "conflicts.txt", "observations.txt", "antigens/a.txt"] {
            let _ = tables::read(&[(file, text.as_str())]);
        }
        let _ = Overlay::parse(&text);
    }
}
