//! Reactions that were noted after a dose, when that dose is corrected or removed.

use super::desk::{desk, filled, send};
use super::{Browser, House, Page};
use axum::http::StatusCode;

/// The first link of a page whose address has this in it.
pub(super) fn link_to(body: &str, part: &str) -> String {
    let mut hrefs = body.split("href=\"").filter_map(|rest| rest.split('"').next());
    hrefs.find(|href| href.contains(part)).expect("a link").replace("&#38;", "&")
}

/// Ana with a reaction that was noted after her dose by her own clinic: the way to correct the dose, its history.
pub(super) async fn reacted() -> (House, Browser, String, String) {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let history_href = format!("/patients/{number}/history");
    let history = house.get(&mut ana, &history_href).await.body;
    let (mend, note) = (link_to(&history, "/mend"), link_to(&history, "kind=reaction"));
    let page = house.get(&mut ana, &note).await;
    let typed = [("reaction", "39579001"), ("on", "t")];
    let noted = send(&house, &mut ana, &page, &format!("/patients/{number}/notes/new"), &typed).await;
    assert!(noted.location().ends_with("done=noted"), "{}", noted.body);
    (house, ana, mend, history_href)
}

/// The box that a reaction goes along.
fn box_of(page: &Page) -> String {
    let fields = filled(page);
    fields.keys().find(|name| name.starts_with("along-")).expect("a box that is ticked").clone()
}

const TO_POLIO: [(&str, &str); 3] =
    [("reason", "wrong-product"), ("vaccine", "10"), ("expires", "01/01/2027")];

/// A reaction names a vaccine and a day: where it is not to go along, a correction of these asks, and leads to it afterwards.
#[tokio::test]
async fn v_6_correcting_a_dose_tells_of_the_reaction_that_names_it_as_it_was() {
    let (house, mut ana, mend, _) = reacted().await;
    let page = house.get(&mut ana, &mend).await;
    let along = box_of(&page);
    let stays = [TO_POLIO.as_slice(), &[(&*along, "")]].concat();
    let asked = send(&house, &mut ana, &page, &mend, &stays).await;
    assert!(
        asked.body.contains("It does not go along") && asked.body.contains("Anaphylaxis after"),
        "{}",
        asked.body
    );
    let saved = send(&house, &mut ana, &asked, &mend, &stays).await;
    assert!(saved.location().contains("reacted=yes"), "{} {}", saved.location(), saved.body);
    let after = house.get(&mut ana, saved.location()).await.body;
    assert!(after.contains("Look at the reaction that names the dose as it was"), "{after}");
}

/// A reaction of one's own that names the dose goes along with its correction, and counts against the vaccine that was given.
#[tokio::test]
async fn v_6_a_reaction_goes_along_with_the_dose_that_is_corrected() {
    let (house, mut ana, mend, history) = reacted().await;
    let record = history.trim_end_matches("/history");
    let mmr = "Anaphylaxis after MMR 03/01/2025";
    let page = house.get(&mut ana, &mend).await;
    assert!(page.body.contains("The reaction goes along with the dose") && page.body.contains(mmr));
    let asked = send(&house, &mut ana, &page, &mend, &TO_POLIO).await;
    assert!(
        asked.body.contains("Save all the same") && !asked.body.contains("It does not go along"),
        "{}",
        asked.body
    );
    let saved = send(&house, &mut ana, &asked, &mend, &TO_POLIO).await;
    let after = house.get(&mut ana, saved.location()).await.body;
    assert!(after.contains("The reaction that was noted after it names it as it is now."), "{after}");
    let shown = house.get(&mut ana, record).await.body;
    assert!(shown.contains("after IPV 03/01/2025") && !shown.contains("after MMR"), "{shown}");
    let mend = link_to(&after, "/mend");
    let page = house.get(&mut ana, &mend).await;
    let day = [("reason", "wrong-date"), ("on", "03/02/2025"), ("expires", "01/01/2027")];
    let asked = send(&house, &mut ana, &page, &mend, &day).await;
    let saved = if asked.status == StatusCode::OK {
        send(&house, &mut ana, &asked, &mend, &day).await
    } else {
        asked
    };
    assert!(saved.location().ends_with("reacted=along"), "{} {}", saved.location(), saved.body);
    let shown = house.get(&mut ana, record).await.body;
    assert!(shown.contains("after IPV 03/02/2025") && !shown.contains("03/01/2025"), "{shown}");
}

/// A reaction that stayed with the day that was wrong is told of when the dose is removed later, by whichever of its versions it names it.
#[tokio::test]
async fn v_6_a_reaction_that_names_the_dose_as_it_was_before_is_told_of_when_it_is_removed() {
    let (house, mut ana, mut mend, history) = reacted().await;
    for day in ["03/02/2025", "03/03/2025"] {
        let page = house.get(&mut ana, &mend).await;
        let along = filled(&page).keys().find(|name| name.starts_with("along-")).cloned();
        let mut typed = vec![("reason", "wrong-date"), ("on", day), ("expires", "01/01/2027")];
        typed.extend(along.as_deref().map(|along| (along, "")));
        let asked = send(&house, &mut ana, &page, &mend, &typed).await;
        let saved = send(&house, &mut ana, &asked, &mend, &typed).await;
        assert!(saved.location().contains("reacted=yes"), "{day}: {} {}", saved.location(), saved.body);
        mend = link_to(&house.get(&mut ana, &history).await.body, "/mend");
    }
    let page = house.get(&mut ana, &mend).await;
    assert!(page.body.contains("what was noted after it stays"), "{}", page.body);
    assert!(page.body.contains("Anaphylaxis after MMR 03/01/2025"), "{}", page.body);
    let removed = send(&house, &mut ana, &page, &mend, &[("reason", "not-given"), ("do", "remove")]).await;
    assert!(removed.location().contains("done=removed-reaction"), "{}", removed.location());
    let after = house.get(&mut ana, removed.location()).await.body;
    assert!(after.contains("A reaction that was noted after this dose still stands"), "{after}");
}

/// A dose that is removed leaves the reaction that was noted after it, and says so before and afterwards.
#[tokio::test]
async fn v_6_removing_a_dose_tells_of_the_reaction_that_stays() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let history_href = format!("/patients/{number}/history");
    let history = house.get(&mut ana, &history_href).await.body;
    let (mend, note) = (link_to(&history, "/mend"), link_to(&history, "kind=reaction"));
    let before = house.get(&mut ana, &mend).await;
    assert!(!before.body.contains("what was noted after it stays"), "{}", before.body);
    let page = house.get(&mut ana, &note).await;
    let typed = [("reaction", "39579001"), ("on", "t")];
    let noted = send(&house, &mut ana, &page, &format!("/patients/{number}/notes/new"), &typed).await;
    assert!(noted.location().ends_with("done=noted"), "{}", noted.body);
    let page = house.get(&mut ana, &mend).await;
    for text in ["what was noted after it stays", "Anaphylaxis after ", "#notes-heading"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let removed = send(&house, &mut ana, &page, &mend, &[("reason", "not-given"), ("do", "remove")]).await;
    let after = house.get(&mut ana, removed.location()).await.body;
    for text in ["A reaction that was noted after this dose still stands", "#notes-heading"] {
        assert!(after.contains(text), "{text}: {after}");
    }
}
