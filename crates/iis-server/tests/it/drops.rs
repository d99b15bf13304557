//! Folders that somebody else's file server fills: what is taken, when, and what comes of it.

use crate::loads::feed;
use crate::support::{Engine, Ground, House, SENDER, Spawned, Vxu, eventually, rounds};
use iis_server::drops::Folder;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Kills in the test run.
const KILLS: u64 = 3;

fn folder(root: &Path) -> Folder {
    Folder { sender: SENDER.to_owned(), root: root.to_path_buf(), only_whole: false }
}

/// A server that looks into a folder.
fn house(settle_seconds: u64) -> (House, Folder) {
    let mut ground = Ground::new(Engine::Sqlite);
    let folder = folder(&ground.folder.path().join("dropped"));
    ground.config.files.drop_folders = vec![format!("{SENDER}={}", folder.root.display())];
    ground.config.files.scan_seconds = 1;
    ground.config.files.settle_seconds = settle_seconds;
    folder.make().expect("made");
    (ground.serve(), folder)
}

fn names(path: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<_> = listed.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn replies(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("replies");
    text.split('\r').filter(|segment| segment.starts_with("MSA|")).map(str::to_owned).collect()
}

#[test]
fn a_file_is_taken_when_it_stands_still_and_its_results_are_put_out() {
    let (house, folder) = house(2);
    let file = folder.inbox().join("feed.hl7");
    // still being written: nothing is taken
    for n in 1..=4 {
        std::fs::write(&file, Vxu::default().text().repeat(n)).expect("written");
        std::thread::sleep(Duration::from_millis(900));
        assert!(names(&folder.out()).is_empty(), "it grows");
    }
    eventually("results", || names(&folder.out()).len() == 2);
    assert_eq!(names(&folder.out()), ["feed.replies.hl7", "feed.summary.txt"]);
    let mode = std::fs::metadata(folder.out().join("feed.replies.hl7")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "whoever fetches it can read it");
    assert_eq!(replies(&folder.out().join("feed.replies.hl7")), vec!["MSA|AA|M1"; 4]);
    assert!(names(&folder.inbox()).is_empty() && names(&folder.work()).is_empty());

    // the same name again: nothing of the first is touched
    std::fs::write(&file, Vxu { control_id: "M9", ..Vxu::default() }.text()).expect("written");
    eventually("more results", || names(&folder.out()).len() == 4);
    assert_eq!(replies(&folder.out().join("feed.replies.hl7")).len(), 4);
    let second = names(&folder.out()).into_iter().find(|name| name.ends_with("-feed.replies.hl7"));
    assert_eq!(replies(&folder.out().join(second.expect("there"))), ["MSA|AA|M9"]);
    assert_eq!(names(&folder.done()).len(), 2);
    assert!(house.figure("openiis_dropped_files_total{became=\"loaded\"}") >= 2.0);
}

#[test]
fn a_file_that_gets_its_name_is_taken_at_once() {
    let (_house, folder) = house(3600);
    std::fs::write(folder.inbox().join("feed.tmp"), Vxu::default().text()).expect("written");
    std::fs::write(folder.inbox().join("other.hl7"), Vxu::default().text()).expect("written");
    std::thread::sleep(Duration::from_millis(2500));
    assert!(names(&folder.out()).is_empty());
    std::fs::rename(folder.inbox().join("feed.tmp"), folder.inbox().join("feed.hl7")).expect("renamed");
    eventually("results", || names(&folder.out()).len() == 2);
    assert_eq!(names(&folder.inbox()), ["other.hl7"], "an hour has not passed");
}

#[test]
fn what_cannot_be_read_is_told_and_does_not_stand_in_the_way() {
    let (_house, folder) = house(0);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, Vxu::default().text().repeat(2000).as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    std::fs::write(folder.inbox().join("a-cut.hl7.gz"), &packed[..packed.len() / 2]).expect("written");
    std::os::unix::fs::symlink("/etc/passwd", folder.inbox().join("b-link.hl7")).expect("linked");
    std::fs::create_dir(folder.inbox().join("c-folder.hl7")).expect("made");
    std::fs::write(folder.inbox().join("d-good.hl7"), Vxu::default().text()).expect("written");
    eventually("results of the good one", || folder.out().join("d-good.replies.hl7").exists());
    let told = std::fs::read_to_string(folder.out().join("a-cut.summary.txt")).expect("told");
    assert!(
        told.starts_with("a-cut.hl7.gz") && told.contains("the packed file is damaged or cut off"),
        "{told}"
    );
    assert!(!told.contains(&folder.root.display().to_string()), "{told}");
    assert_eq!(names(&folder.inbox()), ["b-link.hl7", "c-folder.hl7"], "they are no files");
}

#[test]
fn a_load_of_a_dropped_file_goes_on_after_every_kill() {
    for engine in Engine::all() {
        let ground = Ground::new(engine);
        let folder = folder(&ground.folder.path().join("dropped"));
        folder.make().expect("made");
        let start = || {
            let mut command = ground.openiis(&["serve", "--http", "127.0.0.1:0"]);
            command.env("OPENIIS_FILES_DROP_FOLDERS", format!("{SENDER}={}", folder.root.display()));
            command.env("OPENIIS_FILES_SCAN_SECONDS", "1").env("OPENIIS_FILES_SETTLE_SECONDS", "0");
            Spawned::start(command)
        };
        let (people, doses) = (60, 10);
        std::fs::write(folder.inbox().join("feed.hl7"), feed(people, doses)).expect("written");
        for n in 0..rounds(KILLS) {
            let server = start();
            eventually("it is taken", || names(&folder.inbox()).is_empty());
            std::thread::sleep(Duration::from_millis(150 + 170 * (n % 5)));
            server.kill();
        }
        let _server = start();
        let results = folder.out().join("feed.replies.hl7");
        let until = Instant::now() + Duration::from_mins(2);
        while !results.exists() {
            assert!(Instant::now() < until, "{engine:?}: there are no results");
            std::thread::sleep(Duration::from_millis(100));
        }
        let in_order =
            (0..doses).flat_map(|n| (0..people).map(move |person| format!("MSA|AA|L{person}-{n}")));
        assert_eq!(replies(&results), in_order.collect::<Vec<_>>(), "{engine:?}");
        eventually("it is put away", || names(&folder.work()).is_empty() && names(&folder.done()).len() == 1);
    }
}

#[test]
fn a_claim_that_broke_off_at_its_beginning_does_not_keep_others_waiting() {
    let (_house, folder) = house(0);
    std::fs::create_dir(folder.work().join("20260301T000000.000Z-deadbeef")).expect("made");
    std::fs::write(folder.inbox().join("after.hl7"), Vxu::default().text()).expect("written");
    eventually("results", || names(&folder.out()).len() == 2);
    eventually("nothing is under way", || names(&folder.work()).is_empty());
}
