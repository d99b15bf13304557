//! Doses that nothing asks for: whoever is in the wrong record, or took the wrong lot, is asked before they are saved.

use super::asked::{house_with, save_all_the_same};
use super::desk::{doses, send};
use super::giving::lot_of;
use super::reactions::link_to;

/// A third dose of a series of two, and a dose against what the patient had.
#[tokio::test]
async fn v_3_a_dose_of_a_complete_series_or_of_an_immune_patient_is_asked_about() {
    let (house, mut pia, number) = house_with(&[("83", "A-ONE"), ("21", "V-ONE")]).await;
    let (record, history) = (format!("/patients/{number}"), format!("/patients/{number}/history/new"));
    let page = house.get(&mut pia, &history).await;
    let sent = send(&house, &mut pia, &page, &history, &[("l13_1", "t-500"), ("l13_2", "t-200")]).await;
    let sent = save_all_the_same(&house, &mut pia, sent, &history, &[]).await;
    assert!(sent.location().ends_with("history-2"), "{}", sent.body);
    let notes = format!("{record}/notes/new");
    let page = house.get(&mut pia, &notes).await;
    let had = [("kind", "immunity"), ("immunity", "38907003"), ("on", "t-30")];
    assert!(send(&house, &mut pia, &page, &notes, &had).await.location().ends_with("done=noted"));
    let before = doses(&house, &mut pia, &number).await;
    let path = format!("{record}/doses/new");
    for (lot, question) in [("A-ONE", "as a dose of Hepatitis A: "), ("V-ONE", "immunity is on record")] {
        let page = house.get(&mut pia, &path).await;
        let lot = lot_of(&page, lot);
        let typed = [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V01"), ("do", "save")];
        let asked = send(&house, &mut pia, &page, &path, &typed).await;
        assert!(asked.body.contains(question), "{question}: {} {}", asked.location(), asked.body);
        assert_eq!(doses(&house, &mut pia, &number).await, before, "nothing is saved before it is read");
    }
    let page = house.get(&mut pia, &path).await;
    let lot = lot_of(&page, "A-ONE");
    let typed = [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V01"), ("do", "save")];
    let asked = send(&house, &mut pia, &page, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

/// Whoever scans is told before the vial is drawn up, not only at Save.
#[tokio::test]
async fn v_3_a_scanned_package_of_a_contraindicated_vaccine_is_told_at_once() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let record = format!("/patients/{number}");
    let (notes, path) = (format!("{record}/notes/new"), format!("{record}/doses/new"));
    let scan = [("scan", "(01)00349281286100(17)991231(10)V-ONE"), ("do", "scan")];
    let page = house.get(&mut pia, &path).await;
    let free = send(&house, &mut pia, &page, &path, &scan).await.body;
    assert!(free.contains("Lot V-ONE is chosen for") && !free.contains("Do not draw it up"), "{free}");
    assert!(!free.contains("usa-alert--warning"), "a scan that went well is no warning: {free}");
    let page = house.get(&mut pia, &notes).await;
    let severe = [("contraindication", "451331000124106"), ("on", "t-20")];
    assert!(send(&house, &mut pia, &page, &notes, &severe).await.location().ends_with("done=noted"));
    let page = house.get(&mut pia, &path).await;
    let said = "Not offered, since contraindicated by what is on record: ";
    assert!(page.body.contains(said) && !free.contains(said), "{}", page.body);
    let told = send(&house, &mut pia, &page, &path, &scan).await.body;
    let mark = "usa-alert--warning";
    for text in
        [mark, "Do not draw it up yet. ", "contraindicated by what is on record", "Lot V-ONE is chosen for"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
    let unknown = [("scan", "(01)00349281286100(17)991231(10)V-TWO"), ("do", "scan")];
    let told = send(&house, &mut pia, &page, &path, &unknown).await.body;
    assert!(told.contains(mark) && told.contains("Lot V-TWO is not in your inventory."), "{told}");
}

/// What an earlier dose did, and what the patient had, are told with the vial in the hand too.
#[tokio::test]
async fn v_3_a_scan_tells_of_reactions_and_of_immunity() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE"), ("08", "B-ONE")]).await;
    let record = format!("/patients/{number}");
    let (history, notes) = (format!("{record}/history/new"), format!("{record}/notes/new"));
    let page = house.get(&mut pia, &history).await;
    let sent = send(&house, &mut pia, &page, &history, &[("l0_1", "t-1")]).await;
    let sent = save_all_the_same(&house, &mut pia, sent, &history, &[]).await;
    assert!(sent.location().ends_with("history-1"), "{}", sent.body);
    let shown = house.get(&mut pia, &format!("{record}/history")).await.body;
    let page = house.get(&mut pia, &link_to(&shown, "kind=reaction")).await;
    let reacted = [("reaction", "39579001"), ("on", "t-1")];
    assert!(send(&house, &mut pia, &page, &notes, &reacted).await.location().ends_with("done=noted"));
    let page = house.get(&mut pia, &notes).await;
    let had = [("kind", "immunity"), ("immunity", "38907003"), ("on", "t-30")];
    assert!(send(&house, &mut pia, &page, &notes, &had).await.location().ends_with("done=noted"));
    let path = format!("{record}/doses/new");
    let known = [
        ("B-ONE", "a reaction is on record"),
        ("V-ONE", "immunity is on record"),
        ("B-ONE", "as a dose of Hepatitis B: "), // too early after the one of yesterday
    ];
    for (lot, known) in known {
        let scan = format!("(01)00349281286100(17)991231(10){lot}");
        let page = house.get(&mut pia, &path).await;
        let told = send(&house, &mut pia, &page, &path, &[("scan", &*scan), ("do", "scan")]).await.body;
        assert!(told.contains("Do not draw it up yet. ") && told.contains(known), "{lot}: {told}");
    }
}

/// What the list of a row marks, Save and the scan ask about, in every kind of row and on another day.
#[tokio::test]
async fn v_3_a_vaccine_that_does_not_fit_the_dose_is_marked_and_asked_about() {
    let (house, mut pia, number) = house_with(&[("33", "P-ONE"), ("215", "Q-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    assert!(page.body.contains("not for this dose · lot P-ONE"), "{}", page.body);
    let (other, fits) = (lot_of(&page, "P-ONE"), lot_of(&page, "Q-ONE"));
    let question = "not among the vaccines for this dose of Pneumococcal (";
    #[rustfmt::skip]
    let table = [
        // row            lot      given on    asked
        ("Pneumococcal",  &*other, "t",        true),
        ("Pneumococcal",  &*other, "t-30",     true),
        ("any1",          &*other, "t",        true),
        ("any1",          &*other, "t-30",     true),
        ("Pneumococcal",  &*fits,  "t",        false),
        ("any1",          &*fits,  "t-30",     false),
    ];
    for (row, lot, on, is_asked) in table {
        let (give, field) = (format!("give_{row}"), format!("lot_{row}"));
        let typed = [(&*give, "on"), (&*field, lot), ("on", on), ("eligibility", "V01"), ("do", "save")];
        let page = house.get(&mut pia, &path).await;
        // what is asked is not saved: two doses of one disease on one day are asked about too
        let typed: Vec<_> = typed.into_iter().chain([("give_any2", "on"), ("lot_any2", &*other)]).collect();
        let asked = send(&house, &mut pia, &page, &path, &typed).await.body;
        assert!(asked.contains("Nothing is saved yet"), "{row} {lot} {on}: {asked}");
        let times = if is_asked { 2 } else { 1 };
        assert_eq!(asked.matches(question).count(), times, "{row} {lot} {on}: {asked}");
    }
    let beside = [("give_any2", "on"), ("lot_any2", &*other)];
    let scan = [("scan", "(01)00349281286100(17)991231(10)Q-ONE"), ("do", "scan"), beside[0], beside[1]];
    let page = house.get(&mut pia, &path).await;
    let told = send(&house, &mut pia, &page, &path, &scan).await.body;
    assert!(told.contains("both hold Pneumococcal"), "{told}");
    for (lot, is_told) in [("P-ONE", true), ("Q-ONE", false)] {
        let scan = format!("(01)00349281286100(17)991231(10){lot}");
        let page = house.get(&mut pia, &path).await;
        let told = send(&house, &mut pia, &page, &path, &[("scan", &*scan), ("do", "scan")]).await.body;
        assert!(told.contains(&format!("Lot {lot} is chosen for Pneumococcal")), "{told}");
        assert_eq!(told.contains(question), is_told, "{lot}: {told}");
    }
}
