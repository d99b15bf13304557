//! A release of CDC's supporting data as a zip: the same answers as the folder and the tables of the program, and what
//! is no release is refused with a sentence.

use crate::support::{Engine, Ground, published};
use iis_cdsi::verify::read_cases;
use iis_cdsi::{Schedule, Scratch, tables};
use iis_registry::recommend::releases;
use iis_server::opening;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

type Entries = Vec<(String, Vec<u8>)>;

/// CDC's files, each in a folder of the archive as CDC's own zip has them.
fn release(published: &Path) -> Entries {
    let files = std::fs::read_dir(published.join("cdsi/supporting-data")).expect("the release");
    let mut entries: Entries = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (format!("XML/{name}"), std::fs::read(&path).expect("its bytes"))
        })
        .collect();
    entries.sort();
    entries
}

fn zip(folder: &Path, entries: &Entries) -> PathBuf {
    let path = folder.join("release.zip");
    let mut writer = ZipWriter::new(File::create(&path).expect("a file"));
    for (name, bytes) in entries {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive");
    path
}

fn import(ground: &Ground, from: &Path, name: &str) -> Output {
    let mut command = ground.openiis(&["cdsi", "import", "--release", name]);
    command.arg(from).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_zip_answers_as_the_folder_and_the_tables_of_the_program() {
    let Some(published) = published() else { return };
    let ground = Ground::new(Engine::Sqlite);
    let zip = zip(ground.folder.path(), &release(&published));
    for (from, name) in [(zip, "4.64-zip"), (published.join("cdsi/supporting-data"), "4.64-folder")] {
        let output = import(&ground, &from, name);
        assert!(output.status.success(), "{name}: {}", said(&output));
    }
    let cx = opening::registry(&ground.config).expect("opened");
    let imported = |name: &str| {
        let schedule = crate::support::runtime().block_on(releases::schedule(&cx, Some(name)));
        schedule.expect("a release")
    };
    let imported = [imported("4.64-zip"), imported("4.64-folder")];
    let built_in = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
    let cases = std::fs::read_to_string(published.join("cdsi/test-cases.jsonl")).expect("the cases");
    let cases = read_cases(&cases).expect("cases");
    assert!(cases.len() > 800, "{}", cases.len());
    let mut scratch = Scratch::default();
    for case in &cases {
        let (on, history) = case.facts().expect("facts");
        let mut explained = |schedule: &Schedule| {
            let said = schedule.explain(&history, on, &mut scratch);
            let answer = (&said.answer.findings, &said.answer.evaluations, &said.answer.forecasts);
            format!("{answer:?} {:?} {:?} {:?}", said.doses, said.forecasts, said.series)
        };
        let expected = explained(&built_in);
        for schedule in &imported {
            assert_eq!(explained(schedule), expected, "{} {}", case.id, schedule.version().release);
        }
    }
    cx.store.clone().close_blocking();
}

#[test]
fn a_zip_that_is_damaged_incomplete_or_hostile_is_refused_and_nothing_is_stored() {
    let Some(published) = published() else { return };
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path();
    let whole = release(&published);
    let without = |what: &str| -> Entries {
        let left: Entries = whole.iter().filter(|(name, _)| !name.contains(what)).cloned().collect();
        assert!(left.len() < whole.len(), "{what}");
        left
    };
    let with = |name: &str, bytes: Vec<u8>| -> Entries {
        whole.iter().cloned().chain([(name.to_owned(), bytes)]).collect()
    };
    let bomb = vec![b' '; 33 << 20];
    #[rustfmt::skip]
    let table = [
        // entries                                              exit  said
        (without("Measles"),                                    1,    "nothing was stored"),
        (without("ScheduleSupportingData"),                     1,    "nothing was stored"),
        (with("XML/more.xml", b"<antigenSupportingData>".to_vec()), 1, "nothing was stored"),
        (with("XML/bomb.xml", bomb),                            2,    "larger than"),
        (with("../../outside.xml", b"<a/>".to_vec()),           2,    "leads out of the archive"),
        (with("other/ScheduleSupportingData.xml", b"<a/>".to_vec()), 2, "two files called"),
        (vec![("XML/readme.txt".to_owned(), b"no".to_vec())],   2,    "holds no XML files"),
    ];
    for (entries, exit, sentence) in table {
        let output = import(&ground, &zip(folder, &entries), "9.9");
        assert_eq!(output.status.code(), Some(exit), "{sentence}: {}", said(&output));
        assert!(said(&output).contains(sentence), "{sentence}: {}", said(&output));
    }
    let path = zip(folder, &whole);
    let bytes = std::fs::read(&path).expect("the archive");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 0x40;
    for damaged in [flipped, bytes[..bytes.len() / 2].to_vec(), b"no archive at all".to_vec()] {
        std::fs::write(&path, damaged).expect("written");
        let output = import(&ground, &path, "9.9");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("release.zip"), "{}", said(&output));
    }
    let releases = ground.openiis(&["cdsi", "releases"]).output().expect("the program runs");
    assert!(!said(&releases).contains("9.9"), "{}", said(&releases));
    assert!(!folder.join("outside.xml").exists() && !folder.with_file_name("outside.xml").exists());
}
