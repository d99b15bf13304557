//! Code sets: newer files of CDC's beside those that ship with the program, looked at before they are taken, on each
//! engine.

use crate::world::{on_each_engine, vxu};
use iis_codes::{Change, Set};
use iis_registry::codes::{self, ImportOutcome};
use jiff::Timestamp;

/// MMR is no longer given, and a vaccine is new.
const NEWER: &str = "<?xml version=\"1.0\"?><CVXCodes>\
    <CVXInfo><ShortDescription>MMR</ShortDescription><FullVaccinename>measles, mumps and rubella virus vaccine\
    </FullVaccinename><CVXCode>03        </CVXCode><Status>Inactive</Status><LastUpdated>1/2/2026</LastUpdated></CVXInfo>\
    <CVXInfo><ShortDescription>new one</ShortDescription><FullVaccinename>a new one</FullVaccinename>\
    <CVXCode>905 </CVXCode><Status>Active</Status><LastUpdated>1/2/2026</LastUpdated></CVXInfo></CVXCodes>";

fn files(text: &str) -> Vec<(String, Vec<u8>)> {
    vec![("cvx.xml".to_owned(), text.as_bytes().to_vec())]
}

#[test]
fn a_newer_file_is_looked_at_stored_and_put_in_force() {
    on_each_engine(|world| async move {
        let (cx, at) = (&world.cx, Timestamp::UNIX_EPOCH);
        let preview = codes::import(cx, "2026-01", &files(NEWER), true, at).await.expect("a preview");
        assert_eq!(preview.outcome, ImportOutcome::Previewed);
        assert_eq!(preview.changes.0[&(Set::Cvx, "03".into())], [Change::Standing]);
        assert_eq!(preview.changes.counts()[&Set::Cvx][0], 1, "one vaccine is new");
        assert_eq!(codes::releases(cx).await.expect("a list").len(), 1, "a preview stores nothing");

        let newer = files(NEWER);
        let import = |name: &'static str| codes::import(cx, name, &newer, false, at);
        assert_eq!(import("2026-01").await.expect("an import").outcome, ImportOutcome::Stored);
        assert_eq!(import("2026-01").await.expect("the same again").outcome, ImportOutcome::AlreadyThere);
        assert!(import("no name").await.is_err());
        assert!(cx.codes.now().find(Set::Cvx, "905").is_none(), "an import alone changes nothing");

        codes::activate(cx, "2026-01", at).await.expect("an activation");
        assert!(cx.codes.now().find(Set::Cvx, "905").is_some());
        assert!(!codes::follow(cx).await.expect("nothing else is wanted"));
        let listed = codes::releases(cx).await.expect("a list");
        assert_eq!(
            listed.iter().map(|one| (&*one.name, one.in_force)).collect::<Vec<_>>(),
            [("2025-12-09", false), ("2026-01", true)]
        );
        assert!(codes::activate(cx, "2027-01", at).await.is_err());

        codes::activate(cx, "2025-12-09", at).await.expect("back to the built-in ones");
        assert!(cx.codes.now().find(Set::Cvx, "905").is_none());
    });
}

#[test]
fn another_process_follows_an_activation() {
    on_each_engine(|world| async move {
        let at = Timestamp::UNIX_EPOCH;
        codes::import(&world.cx, "2026-01", &files(NEWER), false, at).await.expect("an import");
        let mut other = world.cx.clone();
        other.codes = codes::CodesInForce::built_in();
        codes::activate(&world.cx, "2026-01", at).await.expect("an activation");
        assert!(other.codes.now().find(Set::Cvx, "905").is_none());
        assert!(codes::follow(&other).await.expect("following"));
        assert!(other.codes.now().find(Set::Cvx, "905").is_some());
    });
}

#[test]
fn a_file_with_an_error_changes_nothing_and_names_the_line() {
    on_each_engine(|world| async move {
        let bad = NEWER
            .replace("905 ", "9x5 ")
            .replace("<CVXInfo><ShortDescription>new", "\n<CVXInfo><ShortDescription>new");
        let import = codes::import(&world.cx, "2026-01", &files(&bad), false, Timestamp::UNIX_EPOCH)
            .await
            .expect("an answer");
        assert_eq!(import.outcome, ImportOutcome::Refused);
        let errors: Vec<_> = import.imported.problems.iter().filter(|problem| problem.is_error).collect();
        assert_eq!(errors.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2]);
        let noise = codes::import(&world.cx, "2026-01", &files("a,b,c"), false, Timestamp::UNIX_EPOCH)
            .await
            .expect("an answer");
        assert_eq!(noise.outcome, ImportOutcome::Refused);
        assert_eq!(codes::releases(&world.cx).await.expect("a list").len(), 1);
    });
}

#[test]
fn a_message_is_checked_with_the_code_sets_in_force() {
    on_each_engine(|world| async move {
        let group = "ORC|RE||D1^NORTH\rRXA|0|1|20250301||905^new one^CVX|999|||01^H^NIP001|||||||||||CP|A";
        let reply = world.send(&world.north, &vxu("NORTH", "C1", "A17", group)).await;
        assert!(reply.contains("VAC-247"), "{reply}");
        codes::import(&world.cx, "2026-01", &files(NEWER), false, Timestamp::UNIX_EPOCH)
            .await
            .expect("an import");
        codes::activate(&world.cx, "2026-01", Timestamp::UNIX_EPOCH).await.expect("an activation");
        let reply = world.send(&world.north, &vxu("NORTH", "C2", "A17", group)).await;
        assert!(!reply.contains("VAC-247") && reply.contains("MSA|AA"), "{reply}");
    });
}
