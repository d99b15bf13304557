//! What stands beside the doses of a record: refusals, immunity, reactions, and what was said before.

use super::desk::{desk, filled, send};
use super::printing::text;
use axum::http::StatusCode;

#[tokio::test]
async fn a_refusal_and_immunity_stand_beside_the_doses() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR")]).await;
    let mut browser = house.sign_in("ana").await;
    let path = format!("/patients/{number}/notes/new");
    let page = house.get(&mut browser, &path).await;
    let missing = send(&house, &mut browser, &page, &path, &[]).await;
    assert!(missing.body.contains("Choose the vaccine that was refused."), "{}", missing.body);
    let refused = send(&house, &mut browser, &page, &path, &[("vaccine", "88"), ("reason", "00")]).await;
    assert_eq!(refused.location(), format!("/patients/{number}?done=noted-refusal"), "{}", refused.body);
    let told = house.get(&mut browser, refused.location()).await.body;
    let words = "Saved: the refusal stands beside the doses. The vaccine stays due.";
    assert!(told.contains(words), "{told}");
    let pressed_again =
        send(&house, &mut browser, &page, &path, &[("vaccine", "88"), ("reason", "00")]).await;
    assert_eq!(pressed_again.location(), refused.location(), "one deed: {}", pressed_again.body);
    let page = house.get(&mut browser, &path).await;
    let twice = send(&house, &mut browser, &page, &path, &[("vaccine", "88"), ("reason", "00")]).await;
    assert!(twice.body.contains("The same is on record already"), "{}", twice.body);
    let page = house.get(&mut browser, &path).await;
    let immune = [("kind", "immunity"), ("immunity", "38907003"), ("on", "t-30")];
    send(&house, &mut browser, &page, &path, &immune).await;
    let record = house.get(&mut browser, &format!("/patients/{number}")).await;
    for text in ["parental decision", "Varicella: a clinician confirms the disease"] {
        assert!(record.body.contains(text), "{text}: {}", record.body);
    }
}

/// V-5: a note is removed by the organization that wrote it; others are told whom to ask.
#[tokio::test]
async fn v_5_a_note_is_removed_by_who_wrote_it_and_others_are_told_whom_to_ask() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR"), ("rob", "clinic-access", "RIVER")]).await;
    let (mut ana, mut rob) = (house.sign_in("ana").await, house.sign_in("rob").await);
    let (record, path) = (format!("/patients/{number}"), format!("/patients/{number}/notes/new"));
    let page = house.get(&mut ana, &path).await;
    send(&house, &mut ana, &page, &path, &[("vaccine", "88"), ("reason", "00")]).await;
    let theirs = house.get(&mut rob, &record).await.body;
    assert!(theirs.contains("ask CEDAR") && !theirs.contains("/remove\""), "{theirs}");
    let ours = house.get(&mut ana, &record).await.body;
    let remove = ours.split("href=\"").find(|link| link.contains("/remove\"")).expect("a link");
    let remove = remove.split('"').next().unwrap_or_default().to_owned();
    assert_eq!(house.get(&mut rob, &remove).await.status, StatusCode::NOT_FOUND);
    let page = house.get(&mut ana, &remove).await;
    assert!(page.body.contains("Refused: "), "{}", page.body);
    let none = send(&house, &mut ana, &page, &remove, &[]).await;
    assert!(none.body.contains("Choose why it is removed."), "{}", none.body);
    let done = send(&house, &mut ana, &page, &remove, &[("reason", "note-no-longer")]).await;
    assert_eq!(done.location(), format!("{record}?done=removed"), "{}", done.body);
    let after = house.get(&mut ana, &record).await.body;
    assert!(!after.contains("parental decision"), "{after}");
    let again = send(&house, &mut ana, &page, &remove, &[("reason", "note-twice")]).await;
    assert_eq!(again.location(), format!("{record}?done=nothing"), "{}", again.body);
}

/// Requirements 6.3: who looks up doses sees no list of refusals, contraindications and immunity, and prints none; why a dose must not
/// be given is told with what is due (decision 0070).
#[tokio::test]
async fn s62_a_role_without_the_notes_sees_none_and_prints_none() {
    let people = [("ana", "clinic-access", "CEDAR"), ("luk", "patient-look-up", "CEDAR")];
    let (house, number) = desk(&people).await;
    let (mut ana, mut luk) = (house.sign_in("ana").await, house.sign_in("luk").await);
    let (record, path) = (format!("/patients/{number}"), format!("/patients/{number}/notes/new"));
    for typed in [[("vaccine", "88"), ("reason", "00")], [("kind", "immunity"), ("immunity", "38907003")]] {
        let page = house.get(&mut ana, &path).await;
        let typed = [&typed[..], &[("on", "t-30")]].concat();
        assert!(send(&house, &mut ana, &page, &path, &typed).await.location().contains("done=noted"));
    }
    let words = ["parental decision", "a clinician confirms the disease", "Refused: "];
    for address in [record.clone(), format!("{record}/reports"), format!("{record}/history")] {
        let seen = house.get(&mut luk, &address).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}");
        assert!(words.iter().all(|word| !seen.body.contains(word)), "{address}: {}", seen.body);
    }
    let (seen, reports) = (house.get(&mut luk, &record).await, format!("{record}/reports"));
    assert!(seen.body.contains("Your role does not list them."), "{}", seen.body);
    assert!(house.get(&mut luk, &reports).await.body.contains("A note that your role does not show"));
    assert!(house.get(&mut ana, &reports).await.body.contains("Refused: "), "the nurse sees it");
    let print = format!("{record}/print");
    let asks = house.get(&mut luk, &print).await;
    assert!(!asks.body.contains("Also contraindications"), "{}", asks.body);
    let own = [("form", "record"), ("language", "en"), ("purpose", "own"), ("conditions", "yes")];
    let refused = send(&house, &mut luk, &asks, &print, &own).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Your role does not print"), "{}", refused.body);
    for (browser, tells) in [(&mut luk, false), (&mut ana, true)] {
        let school = [("form", "school"), ("language", "en"), ("purpose", "own")];
        let asks = house.get(browser, &print).await;
        let paper = send(&house, browser, &asks, &print, &school).await;
        assert_eq!(paper.status, StatusCode::OK, "{}", paper.body);
        let said = text(&paper.bytes).to_lowercase();
        assert_eq!(said.contains("clinician confirms"), tells, "{said}");
    }
}

/// A reaction stands in the strip of every page, and is asked about before the same vaccine is given.
#[tokio::test]
async fn a_reaction_warns_on_every_page_and_is_listed_among_the_reports() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let history = house.get(&mut ana, &format!("/patients/{number}/history")).await.body;
    let path = history.split("href=\"").find(|link| link.contains("kind=reaction")).expect("a link");
    let path = path.split('"').next().unwrap_or_default().replace("&#38;", "&");
    let page = house.get(&mut ana, &path).await;
    let of_page = filled(&page);
    assert_eq!(of_page.get("dose").map(String::as_str), path.rsplit('=').next(), "{path}: {}", page.body);
    let typed = [("reaction", "126485001"), ("vaers", "yes"), ("vaers_number", "778899"), ("on", "t")];
    let to = format!("/patients/{number}/notes/new");
    let done = send(&house, &mut ana, &page, &to, &typed).await;
    assert_eq!(done.location(), format!("/patients/{number}?done=noted"), "{}", done.body);
    for tab in ["", "/history", "/demographics", "/reports", "/doses/new"] {
        let page = house.get(&mut ana, &format!("/patients/{number}{tab}")).await.body;
        assert!(page.contains("Reaction: Hives after "), "{tab}: {page}");
    }
    let record = house.get(&mut ana, &format!("/patients/{number}")).await.body;
    assert!(record.contains("Reported to VAERS, number 778899"), "{record}");
    let reports = house.get(&mut ana, &format!("/patients/{number}/reports")).await.body;
    for text in ["form<br><span class=\"quiet\">The ana</span>", "Noted: Reaction: "] {
        assert!(reports.contains(text), "{text}: {reports}");
    }
}

/// P-2: the page about the person tells since when, and what was said before.
#[tokio::test]
async fn p_2_a_former_address_stays_on_the_page_with_its_time() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/demographics/change");
    for (street, phone) in [("1 Oak St", "(202) 555-0100"), ("2 Elm St", "(202) 555-0199")] {
        let page = house.get(&mut ana, &path).await;
        let typed = [("street", street), ("city", "Calder"), ("state", "WI"), ("phone", phone)];
        let done = send(&house, &mut ana, &page, &path, &typed).await;
        assert!(done.location().ends_with("?done=changed"), "{}", done.body);
    }
    let page = house.get(&mut ana, &format!("/patients/{number}/demographics")).await.body;
    for text in ["1 Oak St", ", then 2 Elm St", ", then (202) 555-0199", ">current<"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let page = house.get(&mut ana, &path).await;
    let wrong = send(&house, &mut ana, &page, &path, &[("state", "ZZ")]).await;
    assert!(wrong.body.contains("There is no such state."), "{}", wrong.body);
    let late = [("born", "t-1")];
    let asked = send(&house, &mut ana, &page, &path, &late).await;
    assert!(asked.body.contains("The birth date is after doses on record"), "{}", asked.body);
    let sure = send(&house, &mut ana, &asked, &path, &[]).await;
    assert!(!sure.body.contains("The birth date is after doses on record"), "asked once: {}", sure.body);
    assert!(sure.location().ends_with("?done=changed"), "{} {}", sure.status, sure.body);
}

/// P-2: emptying a field takes back what was typed here; what another source says stays, and that is told.
#[tokio::test]
async fn p_2_what_is_emptied_is_withdrawn_and_what_others_say_is_named() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/demographics/change");
    let done = format!("/patients/{number}/demographics?done=changed");
    let typed = [
        ("phone", "(202) 555-0100"),
        ("ethnicity", "2135-2"),
        ("publicity", "01"),
        ("protection", "N"),
        ("multiple", "Y"),
    ];
    for empties in [false, true] {
        let page = house.get(&mut ana, &path).await;
        let fields = typed.map(|(id, text)| (id, if empties { "" } else { text }));
        let saved = send(&house, &mut ana, &page, &path, &fields).await;
        assert_eq!(saved.location(), done, "{}", saved.body);
        let now = filled(&house.get(&mut ana, &path).await);
        for (id, text) in fields {
            assert_eq!(now.get(id).map_or("", String::as_str), text, "{id}");
        }
    }
    let page = house.get(&mut ana, &path).await;
    let mother = [("mother_maiden", ""), ("mother_first", "")];
    let saved = send(&house, &mut ana, &page, &path, &mother).await;
    assert_eq!(saved.location(), format!("{done}-mother_maiden.mother_first"), "{}", saved.body);
    let told = house.get(&mut ana, saved.location()).await.body;
    assert!(told.contains("because another source says it too"), "{told}");
    let page = house.get(&mut ana, &path).await;
    let dead = send(&house, &mut ana, &page, &path, &[("died", "02/10/2024")]).await;
    assert_eq!(dead.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(dead.body.contains("The date of death is before the birth date."), "{}", dead.body);
}

/// What is due leads to the form of the visit with its row ticked.
#[tokio::test]
async fn give_on_the_record_ticks_its_row_on_the_form() {
    let (house, number) =
        desk(&[("ana", "clinic-access", "RIVER"), ("look", "patient-look-up", "CEDAR")]).await;
    let (mut ana, mut look) = (house.sign_in("ana").await, house.sign_in("look").await);
    let record = house.get(&mut ana, &format!("/patients/{number}")).await.body;
    let give = record.split("href=\"").find(|link| link.contains("doses/new?give=")).expect("a link");
    let give = give.split('"').next().unwrap_or_default().to_owned();
    let row = give.rsplit('=').next().unwrap_or_default();
    let form = house.get(&mut ana, &give).await;
    assert_eq!(filled(&form).get(&format!("give_{row}")).map(String::as_str), Some("on"), "{}", form.body);
    assert_eq!(filled(&form).keys().filter(|name| name.starts_with("give_")).count(), 1);
    let none = house.get(&mut ana, &format!("/patients/{number}/doses/new?give=any1")).await;
    assert!(!filled(&none).keys().any(|name| name.starts_with("give_")), "{}", none.body);
    let reader = house.get(&mut look, &format!("/patients/{number}")).await.body;
    assert!(!reader.contains("doses/new?give="), "{reader}");
}
