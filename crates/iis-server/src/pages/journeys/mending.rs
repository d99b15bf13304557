//! Doses that are corrected and removed, and what whoever comes second is shown.

use super::desk::{desk, doses, send};
use super::{Browser, House, Page};
use axum::http::StatusCode;

#[tokio::test]
async fn a_dose_of_ones_own_is_corrected_and_removed_with_its_reason() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR"), ("ben", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let history = format!("/patients/{number}/history");
    assert!(!house.get(&mut ana, &history).await.body.contains("/mend"), "somebody else's dose");
    let mut ben = house.sign_in("ben").await;
    let page = house.get(&mut ben, &history).await;
    let path = page
        .body
        .split("href=\"")
        .find(|rest| rest.split('"').next().is_some_and(|href| href.ends_with("/mend")));
    let path = path.and_then(|rest| rest.split('"').next()).expect("a way to correct").to_owned();
    assert_eq!(house.get(&mut ana, &path).await.status, StatusCode::NOT_FOUND);
    let page = house.get(&mut ben, &path).await;
    let without = send(&house, &mut ben, &page, &path, &[]).await;
    assert!(without.body.contains("Choose what was wrong."), "{}", without.body);
    let typed = [("reason", "wrong-date"), ("on", "3/2/2025"), ("expires", "01/01/2027")];
    let corrected = send(&house, &mut ben, &page, &path, &typed).await;
    assert_eq!(corrected.location(), format!("{history}?done=corrected"), "{}", corrected.body);
    let shown = house.get(&mut ben, corrected.location()).await;
    assert!(shown.body.contains("03/02/2025") && !shown.body.contains(">03/01/2025"), "{}", shown.body);
    let path = shown
        .body
        .split("href=\"")
        .find(|rest| rest.split('"').next().is_some_and(|href| href.ends_with("/mend")));
    let path = path.and_then(|rest| rest.split('"').next()).expect("a way to correct").to_owned();
    let page = house.get(&mut ben, &path).await;
    let removed = send(&house, &mut ben, &page, &path, &[("reason", "twice"), ("do", "remove")]).await;
    let location = removed.location().to_owned();
    assert!(
        location.starts_with(&format!("{history}?done=removed-03&undo=")),
        "{location}: {}",
        removed.body
    );
    assert_eq!(doses(&house, &mut ben, &number).await, 0);
    // one press puts it back, and the second finds nothing to do
    let page = house.get(&mut ben, &location).await;
    let told = "Removed from the record: MMR. It stays in the audit trail.";
    assert!(page.body.contains(told), "{}", page.body);
    let undo = page.body.split("action=\"").filter_map(|rest| rest.split('"').next());
    let undo = undo.filter(|at| at.ends_with("/mend")).last().expect("a way to undo").to_owned();
    let undone = send(&house, &mut ben, &page, &undo, &[("do", "undo")]).await;
    assert_eq!(undone.location(), format!("{history}?done=undone"), "{}", undone.body);
    assert_eq!(doses(&house, &mut ben, &number).await, 1);
    let page = house.get(&mut ben, &location).await;
    let again = send(&house, &mut ben, &page, &undo, &[("do", "undo")]).await;
    assert_eq!(again.location(), format!("{history}?done=nothing"), "{}", again.body);
    assert_eq!(doses(&house, &mut ben, &number).await, 1);
}

/// Saving for a reason of a removal would leave the dose on the wrong child and say that it is mended.
#[tokio::test]
async fn a_correction_that_corrects_nothing_is_refused_and_a_reason_of_a_removal_leads_to_it() {
    const MOVED: (&str, &str) = ("on", "3/2/2025");
    type Typed = &'static [(&'static str, &'static str)];
    let (house, number) = desk(&[("ben", "clinic-access", "RIVER")]).await;
    let history = format!("/patients/{number}/history");
    let mut ben = house.sign_in("ben").await;
    let path = way_to_mend(&house, &mut ben, &history).await;
    let page = house.get(&mut ben, &path).await;
    let before = house.get(&mut ben, &history).await.body;
    let off = "This reason takes the dose off the record: press “Remove this dose from the record”. Nothing was changed.";
    let same = "Nothing was changed: correct the dose below, or go back without saving.";
    #[rustfmt::skip]
    let table: [(&str, Typed, &str); 7] = [
        ("other-person",  &[],      off),
        ("not-given",     &[],      off),
        ("twice",         &[],      off),
        ("other-person",  &[MOVED], off), // whatever is typed, the reason takes it off
        ("wrong-date",    &[],      same),
        ("wrong-product", &[],      same),
        ("other",         &[],      same),
    ];
    for (reason, typed, told) in table {
        let typed = [&[("reason", reason)], typed].concat();
        let refused = send(&house, &mut ben, &page, &path, &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}: {}", refused.body);
        let at = format!("href=\"#reason-other-person\">{told}");
        assert!(refused.body.contains(&at), "{reason}: {}", refused.body);
        let chosen = format!("value=\"{reason}\" checked");
        assert!(refused.body.contains(&chosen), "the reason stays chosen: {}", refused.body);
    }
    let doses = |body: &str| body.split("<main").nth(1).map(|main| main.matches("03/01/2025").count());
    assert_eq!(doses(&house.get(&mut ben, &history).await.body), doses(&before), "the dose is as it was");
    let removed = send(&house, &mut ben, &page, &path, &[("reason", "other-person"), ("do", "remove")]).await;
    assert!(removed.location().contains("done=removed"), "{}", removed.body);
}

/// Sends a correction, and once more where something is to be read first.
async fn saved_when_read(
    house: &House,
    browser: &mut Browser,
    page: &Page,
    (path, typed): (&str, &[(&str, &str)]),
) -> Page {
    let saved = send(house, browser, page, path, typed).await;
    if saved.status == StatusCode::OK { send(house, browser, &saved, path, typed).await } else { saved }
}

/// The way to correct the first dose of a history.
async fn way_to_mend(house: &House, browser: &mut Browser, history: &str) -> String {
    let page = house.get(browser, history).await;
    let mut hrefs = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
    hrefs.find(|href| href.ends_with("/mend")).expect("a way to correct").to_owned()
}

/// The dose is said by two systems of the organization: who corrects one report is told what the other goes on saying.
#[tokio::test]
async fn who_corrects_a_dose_is_told_that_another_report_still_says_it_as_it_was() {
    let house = House::with(&[("nurse", "clinic-access", false)]).await;
    for sender in house.organization(&["RIVER", "BROOK"]).await {
        house.hear(&sender, "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F").await;
    }
    let number = house.number("A17").await;
    super::desk::at_site(&house, "ben", "clinic-access", "RIVER").await;
    let mut ben = house.sign_in("ben").await;
    let history = format!("/patients/{number}/history");
    assert_eq!(doses(&house, &mut ben, &number).await, 1, "two reports, one dose");
    let usual = [("reason", "wrong-product"), ("expires", "01/01/2099")];
    for (what, told, left) in [
        (("lot", "LOT2"), "still says the lot that you changed", 1),
        (("vaccine", "83"), "still says the dose as it was", 2),
    ] {
        let path = way_to_mend(&house, &mut ben, &history).await;
        let page = house.get(&mut ben, &path).await;
        assert!(page.body.contains("theirs stays as it is"), "{}", page.body);
        let typed = [usual.as_slice(), &[what]].concat();
        let mut saved = send(&house, &mut ben, &page, &path, &typed).await;
        if saved.status == StatusCode::OK {
            saved = send(&house, &mut ben, &saved, &path, &typed).await;
        }
        let shown = house.get(&mut ben, saved.location()).await.body;
        assert!(shown.contains(told), "{}: {} {shown}", saved.location(), saved.body);
        let way = shown.split("Reports that still say what you changed").nth(1);
        let way = way.and_then(|list| list.split("href=\"").nth(1)).and_then(|rest| rest.split('"').next());
        let way = way.expect("the way to the other report");
        let other = house.get(&mut ben, way).await;
        assert!(way.ends_with("/mend") && other.status == StatusCode::OK, "{way}: {}", other.body);
        assert_ne!(way, path, "not to the report that was just corrected");
        assert_eq!(doses(&house, &mut ben, &number).await, left, "{told}");
    }
}

/// A dose of a sister site is corrected where the person lies within reach, and the way there is shown nowhere else.
#[tokio::test]
async fn the_way_to_correct_a_dose_of_a_sister_site_is_shown_where_it_opens() {
    let house = House::with(&[("nurse", "clinic-access", false)]).await;
    let senders = house.organization(&["RIVER", "BROOK"]).await;
    house.hear(&senders[0], "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F").await;
    let number = house.number("A17").await;
    for (name, site) in [("rita", "RIVER"), ("ben", "BROOK")] {
        super::desk::at_site(&house, name, "clinic-access", site).await;
    }
    let history = format!("/patients/{number}/history");
    let mut rita = house.sign_in("rita").await;
    let path = way_to_mend(&house, &mut rita, &history).await;
    assert_eq!(house.get(&mut rita, &path).await.status, StatusCode::OK);
    let mut ben = house.sign_in("ben").await;
    let opens = |page: &Page| page.status == StatusCode::OK;
    for is_there in [false, true] {
        if is_there {
            house.hear(&senders[1], "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F").await;
        }
        let shown = house.get(&mut ben, &history).await;
        assert_eq!(shown.status, StatusCode::OK);
        let form = house.get(&mut ben, &path).await;
        assert_eq!((shown.body.contains(&path), opens(&form)), (is_there, is_there), "{}", shown.body);
    }
    // whoever of the organization corrects it, the dose stays that of the site that gave it
    let said_by = |page: &Page| (page.body.matches("RIVER").count(), page.body.matches("BROOK").count());
    let before = house.get(&mut ben, &history).await;
    let form = house.get(&mut ben, &path).await;
    let typed = [("reason", "other"), ("site", "LA"), ("expires", "01/01/2027")];
    let mut sent = send(&house, &mut ben, &form, &path, &typed).await;
    if sent.status == StatusCode::OK {
        sent = send(&house, &mut ben, &sent, &path, &typed).await;
    }
    assert!(sent.location().contains("done=corrected"), "{}", sent.body);
    let after = house.get(&mut ben, &history).await;
    assert_eq!(said_by(&after), said_by(&before), "{}", after.body);
}

#[tokio::test]
async fn who_corrects_a_dose_second_sees_what_the_first_said_and_loses_nothing() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("ben", "clinic-access", "RIVER")]).await;
    let history = format!("/patients/{number}/history");
    let (mut ana, mut ben) = (house.sign_in("ana").await, house.sign_in("ben").await);
    let path = way_to_mend(&house, &mut ana, &history).await;
    let (of_ana, of_ben) = (house.get(&mut ana, &path).await, house.get(&mut ben, &path).await);
    let typed = [("reason", "wrong-date"), ("on", "3/2/2025"), ("expires", "01/01/2027")];
    let first = send(&house, &mut ana, &of_ana, &path, &typed).await;
    assert_eq!(first.location(), format!("{history}?done=corrected"), "{}", first.body);
    let typed = [("reason", "wrong-product"), ("lot", "BEN<1>"), ("expires", "01/01/2027")];
    let second = send(&house, &mut ben, &of_ben, &path, &typed).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    for text in [
        "The ana corrected this dose",
        "03/02/2025",
        "value=\"BEN&#60;1&#62;\"",
        "Nothing of yours is saved yet",
    ] {
        assert!(second.body.contains(text), "{text}: {}", second.body);
    }
    // what was typed is saved over it, with the date of the first
    let again = second
        .body
        .split("method=\"post\" action=\"")
        .find_map(|rest| rest.split('"').next().filter(|action| action.ends_with("/mend")));
    let again = again.expect("a form").to_owned();
    assert_ne!(again, path);
    let third = send(&house, &mut ben, &second, &again, &[("on", "3/2/2025"), ("lot", "BEN1")]).await;
    assert_eq!(third.location(), format!("{history}?done=corrected"), "{}", third.body);
    let page = house.get(&mut ana, &history).await;
    assert!(page.body.contains("03/02/2025") && page.body.contains("BEN1"), "{}", page.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 1);
    // an old address leads to the dose as it is now
    assert_ne!(house.get(&mut ana, &path).await.location(), path);
}

#[tokio::test]
async fn who_removes_a_dose_that_was_corrected_meanwhile_sees_what_it_says_now_and_typed_nothing() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("ben", "clinic-access", "RIVER")]).await;
    let history = format!("/patients/{number}/history");
    let (mut ana, mut ben) = (house.sign_in("ana").await, house.sign_in("ben").await);
    let path = way_to_mend(&house, &mut ana, &history).await;
    let (of_ana, of_ben) = (house.get(&mut ana, &path).await, house.get(&mut ben, &path).await);
    let typed = [("reason", "wrong-date"), ("on", "3/2/2025"), ("expires", "01/01/2027")];
    send(&house, &mut ana, &of_ana, &path, &typed).await;
    let second = send(&house, &mut ben, &of_ben, &path, &[("reason", "twice"), ("do", "remove")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    assert!(second.body.contains("You asked to remove it."), "{}", second.body);
    assert!(
        second.body.contains("value=\"03/02/2025\""),
        "the fields hold what it says now: {}",
        second.body
    );
    for text in ["You typed", "What you typed", "as you typed it"] {
        assert!(!second.body.contains(text), "{text}: {}", second.body);
    }
    let again = second
        .body
        .split("method=\"post\" action=\"")
        .find_map(|rest| rest.split('"').next().filter(|action| action.ends_with("/mend")));
    let again = again.expect("a form").to_owned();
    let third = send(&house, &mut ben, &second, &again, &[("reason", "twice"), ("do", "remove")]).await;
    assert!(third.location().contains("?done=removed-03&undo="), "{}", third.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 0);
}

#[tokio::test]
async fn a_dose_that_was_removed_meanwhile_is_said_so_and_comes_back_only_when_saved() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("ben", "clinic-access", "RIVER")]).await;
    let history = format!("/patients/{number}/history");
    let (mut ana, mut ben) = (house.sign_in("ana").await, house.sign_in("ben").await);
    let path = way_to_mend(&house, &mut ana, &history).await;
    let (of_ana, of_ben) = (house.get(&mut ana, &path).await, house.get(&mut ben, &path).await);
    send(&house, &mut ana, &of_ana, &path, &[("reason", "twice"), ("do", "remove")]).await;
    let typed = [("reason", "wrong-date"), ("on", "3/2/2025"), ("expires", "01/01/2027")];
    let second = send(&house, &mut ben, &of_ben, &path, &typed).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    assert!(second.body.contains("The ana removed this dose"), "{}", second.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 0, "nothing is stored yet");
    let again = second
        .body
        .split("method=\"post\" action=\"")
        .find_map(|rest| rest.split('"').next().filter(|action| action.ends_with("/mend")));
    let again = again.expect("a form").to_owned();
    let third = send(&house, &mut ben, &second, &again, &[]).await;
    assert_eq!(third.location(), format!("{history}?done=corrected"), "{}", third.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 1);
}

/// Their system named no lot, and its doses leave the stock alone: a correction of the body site says neither.
#[tokio::test]
async fn a_dose_that_was_reported_without_a_lot_is_corrected_without_one_and_says_no_more_of_the_stock() {
    let house = House::with(&[("nurse", "clinic-access", false)]).await;
    let senders = house.organization(&["RIVER"]).await;
    let dose =
        "RXA|0|1|20250301||03^MMR^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001|||||||||||CP|A\r";
    house.hear_of(&senders[0], "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F", dose).await;
    let number = house.number("A17").await;
    super::desk::at_site(&house, "ben", "clinic-access", "RIVER").await;
    let mut ben = house.sign_in("ben").await;
    let history = format!("/patients/{number}/history");
    let path = way_to_mend(&house, &mut ben, &history).await;
    let page = house.get(&mut ben, &path).await;
    let unsaid = "<option value=\"not-said\" selected>Not said: it leaves our stock alone</option>";
    assert!(page.body.contains(unsaid), "{}", page.body);
    let typed = [("reason", "other"), ("site", "LT")];
    let saved = saved_when_read(&house, &mut ben, &page, (&path, &typed)).await;
    assert_eq!(saved.location(), format!("{history}?done=corrected"), "{}", saved.body);
    let path = way_to_mend(&house, &mut ben, &history).await;
    let page = house.get(&mut ben, &path).await;
    assert!(page.body.contains(unsaid), "it is still not said: {}", page.body);
    // a lot that is known is not emptied again
    let typed = [("reason", "other"), ("lot", "LOT7")];
    let saved = saved_when_read(&house, &mut ben, &page, (&path, &typed)).await;
    assert_eq!(saved.location(), format!("{history}?done=corrected"), "{}", saved.body);
    let path = way_to_mend(&house, &mut ben, &history).await;
    let page = house.get(&mut ben, &path).await;
    let emptied = send(&house, &mut ben, &page, &path, &[("reason", "other"), ("lot", "")]).await;
    assert!(emptied.body.contains("Enter the lot number as it stands on the package."), "{}", emptied.body);
}
