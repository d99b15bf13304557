//! A form whose session ended while somebody typed.

use super::desk::{desk, encoded, filled};
use super::{Browser, House};
use axum::http::StatusCode;

/// Fields with what is typed into them.
type Typed<'a> = &'a [(&'a str, &'a str)];

/// Ends the browser's session as if nothing had been done for long.
pub(super) async fn end_session(house: &House, browser: &Browser) {
    use sha2::{Digest, Sha256};
    let token = &browser.cookies["openiis-session"];
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let at = house.app.arrival().at;
    let ended = house
        .app
        .registry
        .store
        .write(iis_store::Lane::Web, move |tx| iis_store::session::seen(tx, &hash, at, at));
    ended.await.expect("the store works");
}

#[tokio::test]
async fn what_was_typed_survives_the_end_of_a_session_for_whoever_typed_it_and_nobody_else() {
    let (house, number) =
        desk(&[("joan", "clinic-access", "RIVER"), ("kim", "clinic-access", "RIVER")]).await;
    let forms: [(&str, Typed<'_>, &str); 7] = [
        ("demographics/change", &[("street", "77 Unsaved Way")], "77 Unsaved Way"),
        ("history/new", &[("l0_1", "03/04/2025")], "03/04/2025"),
        ("notes/new", &[("kind", "immunity"), ("on", "02/03/2025")], "02/03/2025"),
        ("doses/new", &[("given_by", "Robin Unsaved")], "Robin Unsaved"),
        ("status", &[("note", "moved to her aunt")], "moved to her aunt"),
        ("duplicate", &[("other", "4711"), ("remark", "the Unsaved mother")], "the Unsaved mother"),
        ("new", &[("last", "Unsavedson")], "Unsavedson"),
    ];
    for (form, typed, kept) in forms {
        let mut jo = house.sign_in("joan").await;
        let mut shown = format!("/patients/{number}/{form}");
        if form == "new" {
            let sent = house.post(&mut jo, "/patients/searches", "text=nobody,+no+1/1/2020").await;
            let id = sent.location().rsplit('/').next().unwrap_or_default().to_owned();
            shown = format!("/patients/new?search={id}");
        }
        let page = house.get(&mut jo, &shown).await;
        assert_eq!(page.status, StatusCode::OK, "{form}");
        let mut fields = filled(&page);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let action = match form {
            "status" => format!("{shown}/here"),
            "new" => "/patients/new".to_owned(),
            _ => shown.clone(),
        };
        let action = if form == "status" && !page.body.contains("status/here") {
            format!("{shown}/state")
        } else {
            action
        };
        end_session(&house, &jo).await;
        let mut stranger = jo.clone();
        stranger.csrf = "0".repeat(32);
        let refused = house.post(&mut stranger, &action, &encoded(&fields)).await;
        assert!(!refused.location().contains("ended=draft"), "{form}: a form of nobody's");
        // sent by somebody who did not notice, or by the script of a page whose time is over
        let (to, sent) = if matches!(form, "notes/new" | "status") {
            let mut sent = fields.clone();
            sent.insert("draft_for".to_owned(), action.clone());
            ("/session/draft", sent)
        } else {
            (action.as_str(), fields.clone())
        };
        let late = house.post(&mut jo, to, &encoded(&sent)).await;
        assert_eq!(late.status, StatusCode::SEE_OTHER, "{form}");
        assert!(late.location().starts_with("/sign-in?ended=draft&next="), "{form}: {}", late.location());
        assert!(!late.location().contains("Unsaved"), "{form}");
        let mut kim = house.sign_in("kim").await;
        if form != "new" {
            let other = house.get(&mut kim, &shown).await;
            assert!(!other.body.contains(kept), "{form}: somebody else");
        }
        let mut again = house.sign_in("joan").await;
        let back = house.get(&mut again, &shown).await;
        assert!(back.body.contains(kept), "{form}");
        assert!(back.body.contains("Your session ended before this form was saved"), "{form}");
        let mut fields = filled(&back);
        fields.insert("do".to_owned(), "look".to_owned());
        house.post(&mut again, &action, &encoded(&fields)).await;
        let once = house.get(&mut again, &shown).await;
        assert!(!once.body.contains("Your session ended before this form was saved"), "{form}: it was sent");
    }
}

#[tokio::test]
async fn a_page_whose_time_is_not_over_after_all_saves_nothing_and_goes_on() {
    let (house, number) = desk(&[("joan", "clinic-access", "RIVER")]).await;
    let mut jo = house.sign_in("joan").await;
    let form = format!("/patients/{number}/notes/new");
    let page = house.get(&mut jo, &form).await;
    let mut fields = filled(&page);
    fields.extend([("draft_for".to_owned(), form.clone()), ("kind".to_owned(), "immunity".to_owned())]);
    let answer = house.post(&mut jo, "/session/draft", &encoded(&fields)).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, "900"));
    end_session(&house, &jo).await;
    for elsewhere in
        ["/account/password", "/patients/1/merge", "https://evil.example/patients/1/notes/new", ""]
    {
        fields.insert("draft_for".to_owned(), elsewhere.to_owned());
        let late = house.post(&mut jo, "/session/draft", &encoded(&fields)).await;
        assert!(!late.location().contains("ended=draft"), "{elsewhere}: {}", late.location());
    }
}

#[tokio::test]
async fn forms_that_were_not_finished_stand_on_the_first_page_and_are_gone_on_with_or_discarded() {
    let (house, number) =
        desk(&[("joan", "clinic-access", "RIVER"), ("kim", "clinic-access", "RIVER")]).await;
    let mut jo = house.sign_in("joan").await;
    let paths = ["demographics/change", "notes/new"].map(|form| format!("/patients/{number}/{form}"));
    let mut sent = Vec::new();
    for path in &paths {
        sent.push(filled(&house.get(&mut jo, path).await));
    }
    end_session(&house, &jo).await;
    for (path, mut fields) in paths.iter().zip(sent) {
        fields.insert("street".to_owned(), "77 Unsaved Way".to_owned());
        let late = house.post(&mut jo, path, &encoded(&fields)).await;
        assert!(late.location().starts_with("/sign-in?ended=draft"), "{}", late.location());
    }
    let mut kim = house.sign_in("kim").await;
    let of_kim = house.get(&mut kim, "/").await;
    assert!(of_kim.body.contains("Nothing is waiting for you.") && !of_kim.body.contains("Unfinished"));
    let mut again = house.sign_in("joan").await;
    let today = house.get(&mut again, "/").await;
    for text in ["Unfinished", "Changing demographics, ID", "A refusal, contraindication"] {
        assert!(today.body.contains(text), "{text}: {}", today.body);
    }
    for path in &paths {
        assert!(today.body.contains(&format!("<a href=\"{path}\">")), "{path}: {}", today.body);
    }
    assert!(!today.body.contains("Unsaved Way") && !today.body.contains("Nothing is waiting for you."));
    let address = format!("address={}", paths[1].replace('/', "%2F"));
    house.post(&mut kim, "/session/draft/discard", &address).await;
    assert!(house.get(&mut again, "/").await.body.contains(&paths[1]), "nobody discards another one's form");
    let gone = house.post(&mut again, "/session/draft/discard", &address).await;
    assert_eq!(gone.location(), "/?done=discarded");
    let today = house.get(&mut again, "/?done=discarded").await;
    assert!(
        today.body.contains("The form is discarded.") && !today.body.contains(&paths[1]),
        "{}",
        today.body
    );
    let back = house.get(&mut again, &paths[0]).await;
    assert!(back.body.contains("77 Unsaved Way"), "the other is gone on with");
}

/// "End all other sessions" in another window: what was typed in the ended one is kept for the same account, and opens nothing. Who signs
/// out said that they are done.
#[tokio::test]
async fn what_was_typed_survives_that_the_session_is_ended_from_elsewhere_and_not_signing_out() {
    let (house, number) = desk(&[("joan", "clinic-access", "RIVER")]).await;
    let form = format!("/patients/{number}/demographics/change");
    for (end, is_kept) in [("/account/sessions/end-others", true), ("/sign-out", false)] {
        let mut there = house.sign_in("joan").await;
        let mut fields = filled(&house.get(&mut there, &form).await);
        fields.insert("street".to_owned(), format!("77 Unsaved Way {is_kept}"));
        let mut here = if is_kept { house.sign_in("joan").await } else { there.clone() };
        house.get(&mut here, "/account").await;
        let ended = house.post(&mut here, end, "").await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{end}: {}", ended.body);
        let gone = house.get(&mut there.clone(), "/patients").await;
        assert!(gone.location().starts_with("/sign-in"), "{end}: it opens nothing");
        let late = house.post(&mut there, &form, &encoded(&fields)).await;
        assert_eq!(
            late.location().starts_with("/sign-in?ended=draft"),
            is_kept,
            "{end}: {}",
            late.location()
        );
        let back = house.get(&mut house.sign_in("joan").await, &form).await.body;
        assert_eq!(back.contains(&format!("77 Unsaved Way {is_kept}")), is_kept, "{end}: {back}");
    }
}
