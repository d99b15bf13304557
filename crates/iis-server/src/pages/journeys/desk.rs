//! The desk, as a browser without script goes through it.

use super::{Browser, House, PASSWORD, Page};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::directory::directory;
use iis_store::{Lane, closed_site};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A registry with two clinics, Ana at the first one, and people who work there.
pub(super) async fn desk(people: &[(&str, &str, &str)]) -> (House, String) {
    let (house, number, _) = desk_and_sender(people).await;
    (house, number)
}

/// The same with the system of the first clinic, which knows the child as A17.
pub(super) async fn desk_and_sender(people: &[(&str, &str, &str)]) -> (House, String, Arc<Sender>) {
    let house = House::with(&[("nurse", "clinic-access", false)]).await;
    let (river, _) = (house.clinic("RIVER").await, house.clinic("CEDAR").await);
    house.hear(&river, "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F").await;
    let number = house.number("A17").await;
    for (name, role, site) in people {
        at_site(&house, name, role, site).await;
    }
    (house, number, river)
}

/// An account in this role at this site.
pub(super) async fn at_site(house: &House, name: &str, role: &str, site: &str) {
    at_sites(house, name, role, &[site]).await;
}

/// An account in this role at each of these sites.
async fn at_sites(house: &House, name: &str, role: &str, sites: &[&str]) {
    let (registry, arrival) = (&house.app.registry, house.app.arrival());
    let names = directory(registry, &arrival).await.expect("the store works");
    let of = |code: &str| names.sites().find(|known| &*known.code == code).map(|site| site.id);
    let user = NewUser {
        name: name.into(),
        display_name: format!("The {name}").into(),
        password_hash: crate::passwords::hash(PASSWORD).expect("hashed").as_str().into(),
        must_change: false,
        roles: sites.iter().map(|code| RoleAssignment::at_site(role, of(code))).collect(),
    };
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    accounts::add(registry, &by, user, arrival).await.expect("an account");
}

/// The fields of the page's last form as a browser would send them, but the token.
pub(super) fn filled(page: &Page) -> BTreeMap<String, String> {
    fields_of(page.body.rsplit("<form class=\"usa-form desk").next().unwrap_or_default())
}

/// The fields of the text of a form.
pub(super) fn fields_of(form: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for input in form.split("<input ").skip(1) {
        let tag = input.split('>').next().unwrap_or_default();
        let is_off = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        if is_off && !tag.contains(" checked") {
            continue;
        }
        fields.insert(attribute(tag, "name"), attribute(tag, "value"));
    }
    for select in form.split("<select ").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap_or_default();
        let options = rest.split("</select>").next().unwrap_or_default();
        let chosen = options.split("<option ").skip(1).find(|option| option.contains(" selected"));
        let chosen = chosen.map(|option| attribute(option, "value")).unwrap_or_default();
        fields.insert(attribute(tag, "name"), chosen);
    }
    fields.remove("csrf");
    fields
}

fn attribute(tag: &str, name: &str) -> String {
    let text = tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    text.unwrap_or_default()
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// The fields as the body of a form.
pub(super) fn encoded(fields: &BTreeMap<String, String>) -> String {
    let encode = crate::pages::visitor::percent_encoded;
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Fills in the form of a page and sends it to its address.
pub(super) async fn send(
    house: &House,
    browser: &mut Browser,
    page: &Page,
    path: &str,
    typed: &[(&str, &str)],
) -> Page {
    let mut fields = filled(page);
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    house.post(browser, path, &encoded(&fields)).await
}

/// How many doses the record has, as its history says.
pub(super) async fn doses(house: &House, browser: &mut Browser, number: &str) -> usize {
    house.get(browser, &format!("/patients/{number}/history")).await.body.matches("id=\"dose-").count()
}

/// A site that is closed, and maybe locked, from now on.
async fn close(house: &House, code: &str, is_locked: bool) {
    let (registry, arrival) = (&house.app.registry, house.app.arrival());
    let names = directory(registry, &arrival).await.expect("the store works");
    let id = names.sites().find(|known| &*known.code == code).expect("a site").id;
    let closed = registry.store.write(Lane::Web, move |tx| {
        closed_site::close(tx, id, 1, arrival.at)?;
        let one = closed_site::get(tx, id)?.expect("just closed");
        if is_locked { closed_site::lock(tx, &one).map(drop) } else { Ok(()) }
    });
    closed.await.expect("closed");
}

/// Ana is a patient at RIVER; Pia works there and at CEDAR.
#[tokio::test]
async fn who_works_at_two_sites_writes_for_the_one_that_is_open() {
    for (closed, open) in [("RIVER", "CEDAR"), ("CEDAR", "RIVER")] {
        for is_locked in [false, true] {
            let (house, number) = desk(&[]).await;
            at_sites(&house, "pia", "primary-vaccine-coordinator", &["RIVER", "CEDAR"]).await;
            close(&house, closed, is_locked).await;
            let mut pia = house.sign_in("pia").await;
            let staff = house.get(&mut pia, "/clinic/staff").await.body;
            for text in [format!("Acting at <strong>{open}"), format!("{open} Clinic. Who is on the list")] {
                assert!(staff.contains(&text), "{text}, locked {is_locked}: {staff}");
            }
            let give = house.get(&mut pia, &format!("/patients/{number}/doses/new")).await.body;
            assert!(
                give.contains(&format!("— at {open} Clinic</span></button>")),
                "{open}, {is_locked}: {give}"
            );
            let status = house.get(&mut pia, &format!("/patients/{number}/status")).await.body;
            assert_eq!(status.contains("At RIVER Clinic"), open == "RIVER", "{is_locked}: {status}");
        }
    }
}

#[tokio::test]
async fn a_yellow_card_is_typed_once_and_what_is_on_record_is_not_doubled() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR")]).await;
    let mut browser = house.sign_in("ana").await;
    let path = format!("/patients/{number}/history/new");
    let page = house.get(&mut browser, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    // Line 0 is hepatitis B, 2 DTaP, 11 MMR in data/codes/vaccine-groups.csv; the MMR of 03/01/2025 is on record.
    let typed = [("l0_1", "02112024"), ("l0_2", "4/15/24"), ("l2_1", "04/??/2024"), ("l11_1", "03012025")];
    let checked =
        send(&house, &mut browser, &page, &path, &[typed.as_slice(), &[("check", "yes")]].concat()).await;
    assert!(checked.body.contains("3 new · 1 already on record"), "{}", checked.body);
    assert_eq!(doses(&house, &mut browser, &number).await, 1, "a check stores nothing");
    let fields = encoded(&filled(&checked));
    let saved = house.post(&mut browser, &path, &fields).await;
    assert_eq!(
        (saved.status, saved.location()),
        (StatusCode::SEE_OTHER, &*format!("/patients/{number}/history?done=history-3"))
    );
    let again = house.post(&mut browser, &path, &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(doses(&house, &mut browser, &number).await, 4, "the same form twice is one deed");
    let shown = house.get(&mut browser, saved.location()).await;
    assert!(shown.body.contains("Saved: 3 doses from another source."), "{}", shown.body);
}

#[tokio::test]
async fn a_card_without_a_date_says_that_nothing_was_typed() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR")]).await;
    let mut browser = house.sign_in("ana").await;
    let path = format!("/patients/{number}/history/new");
    let page = house.get(&mut browser, &path).await;
    let empty = send(&house, &mut browser, &page, &path, &[]).await;
    assert_eq!(empty.location(), format!("/patients/{number}/history?done=untyped"));
    let told = house.get(&mut browser, empty.location()).await;
    assert!(told.body.contains("Nothing was typed, so nothing was saved."), "{}", told.body);
}

#[tokio::test]
async fn a_name_that_was_pasted_with_tabs_is_one_line() {
    let (house, number) = desk(&[("ben", "clinic-access", "RIVER")]).await;
    let mut ben = house.sign_in("ben").await;
    let path = format!("/patients/{number}/demographics/change");
    let page = house.get(&mut ben, &path).await;
    let sent = send(&house, &mut ben, &page, &path, &[("last", "Van\t\nDoe")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(house.get(&mut ben, sent.location()).await.body.contains("Van Doe"));
}

/// Who typed a yellow card of somebody has a patient of the clinic from then on (requirements 6.1): the clinic keeps the
/// addresses of those whom it knows by a card alone.
#[tokio::test]
async fn who_is_known_to_a_clinic_by_a_yellow_card_alone_is_its_patient() {
    let people = [("pat", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let (mut pat, mut ana) = (house.sign_in("pat").await, house.sign_in("ana").await);
    let change = format!("/patients/{number}/demographics/change");
    let record = format!("/patients/{number}");
    assert_eq!(house.get(&mut pat, &change).await.status, StatusCode::NOT_FOUND, "another clinic's patient");
    let path = format!("/patients/{number}/history/new");
    let page = house.get(&mut pat, &path).await;
    let saved = send(&house, &mut pat, &page, &path, &[("l0_1", "02112024")]).await;
    assert_eq!(saved.location(), format!("/patients/{number}/history?done=history-1"), "{}", saved.body);
    for browser in [&mut pat, &mut ana] {
        assert!(house.get(browser, &record).await.body.contains("demographics/change"));
        let page = house.get(browser, &change).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    let page = house.get(&mut pat, &change).await;
    let changed = send(&house, &mut pat, &page, &change, &[("street", "77 Card Way")]).await;
    assert_eq!(
        changed.location(),
        format!("/patients/{number}/demographics?done=changed"),
        "{}",
        changed.body
    );
}

#[tokio::test]
async fn a_date_that_cannot_be_stops_at_its_cell_and_one_that_may_be_on_record_is_asked() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR")]).await;
    let mut browser = house.sign_in("ana").await;
    let path = format!("/patients/{number}/history/new");
    let page = house.get(&mut browser, &path).await;
    let wrong = send(
        &house,
        &mut browser,
        &page,
        &path,
        &[("l0_1", "02/30/2024"), ("l2_1", "01/01/2024"), ("l3_1", "t")],
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["href=\"#l0_1\"", "href=\"#l2_1\"", "before the birth", "02/30/2024", "<title>Error: "] {
        assert!(wrong.body.contains(text), "{text}: {}", wrong.body);
    }
    assert!(!wrong.body.contains("href=\"#l3_1\""));
    let page = house.get(&mut browser, &path).await;
    let asked = send(&house, &mut browser, &page, &path, &[("l11_1", "03/05/2025")]).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains("⚑ 03/01/2025 is on record"), "{}", asked.body);
    assert_eq!(doses(&house, &mut browser, &number).await, 1);
    let saved = send(&house, &mut browser, &asked, &path, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[tokio::test]
async fn a_person_is_added_after_a_search_and_after_whoever_looks_alike_was_seen() {
    let (house, number) = desk(&[("ana", "clinic-access", "CEDAR")]).await;
    let mut browser = house.sign_in("ana").await;
    let page = house.get(&mut browser, "/patients/new").await;
    assert_eq!(page.location(), "/patients", "only after a search");
    let sent =
        house.post(&mut browser, "/patients/searches", "last=doe&first=anna&born=02%2F11%2F2024").await;
    let results = house.get(&mut browser, sent.location()).await;
    let search = sent.location().trim_start_matches("/patients/searches/");
    let new = format!("/patients/new?search={search}");
    assert!(results.body.contains(&new), "{}", results.body);
    let page = house.get(&mut browser, &new).await;
    let fields = filled(&page);
    assert_eq!((&*fields["last"], &*fields["first"], &*fields["born"]), ("Doe", "Anna", "02/11/2024"));
    let missing = send(&house, &mut browser, &page, "/patients/new", &[]).await;
    assert!(missing.body.contains("Choose the sex."), "{}", missing.body);
    let typed = [("first", "Ana"), ("sex", "F"), ("mother_maiden", "Moss"), ("mother_first", "Sue")];
    let alike = send(&house, &mut browser, &page, "/patients/new", &typed).await;
    assert!(
        alike.body.contains("This person on record looks alike") && alike.body.contains(&number),
        "{}",
        alike.body
    );
    let added =
        send(&house, &mut browser, &alike, "/patients/new", &[("decided", "twin"), ("first", "Anna")]).await;
    assert!(added.location().ends_with("?done=added"), "{}", added.body);
    let record = house.get(&mut browser, added.location()).await;
    for text in ["Anna Doe", "One of a multiple birth", "Saved: a new record."] {
        assert!(record.body.contains(text), "{text}: {}", record.body);
    }
}

#[tokio::test]
async fn a_card_is_scanned_into_the_search_and_who_looks_up_is_told_what_a_number_needs() {
    let people = [("ana", "clinic-access", "CEDAR"), ("look", "patient-look-up", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut ana = house.sign_in("ana").await;
    let card = [(
        "text",
        "@\u{1e}ANSI 636014040002DL00410288ZC03290015DLDAQD1DCSORTEGADDENDACMAYADDFNDADNONEDDGNDBB02112004DBA1",
    )];
    let card = card.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sent = house.post(&mut ana, "/patients/searches", &encoded(&BTreeMap::from(card))).await;
    let results = house.get(&mut ana, sent.location()).await;
    for text in ["ORTEGA", "MAYA", "02/11/2004"] {
        assert!(results.body.contains(text), "{text}: {}", results.body);
    }
    assert!(!results.body.contains("636014040002"));
    let mut look = house.sign_in("look").await;
    let sent = house.post(&mut look, "/patients/searches", &format!("number={number}")).await;
    let told = house.get(&mut look, sent.location()).await;
    assert!(told.body.contains("your role looks nobody up by a number alone"), "{}", told.body);
    assert!(!told.body.contains("or a registry ID or record number."), "{}", told.body);
}

#[tokio::test]
async fn two_people_at_one_record_the_second_sees_what_changed_and_nothing_is_lost() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("ben", "clinic-access", "RIVER")]).await;
    let path = format!("/patients/{number}/demographics/change");
    let (mut ana, mut ben) = (house.sign_in("ana").await, house.sign_in("ben").await);
    let (of_ana, of_ben) = (house.get(&mut ana, &path).await, house.get(&mut ben, &path).await);
    let first = send(
        &house,
        &mut ana,
        &of_ana,
        &path,
        &[("street", "1 Oak St"), ("city", "Alder"), ("language", "spa")],
    )
    .await;
    assert_eq!(first.location(), format!("/patients/{number}/demographics?done=changed"), "{}", first.body);
    let second =
        send(&house, &mut ben, &of_ben, &path, &[("street", "2 Elm St"), ("phone", "202 555 0140")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for text in [
        "it is now: <strong>1 Oak St</strong>",
        "value=\"2 Elm St\"",
        "(202) 555-0140",
        "Nothing is saved yet.",
    ] {
        assert!(second.body.contains(text) || text.starts_with('('), "{text}: {}", second.body);
    }
    let third = send(&house, &mut ben, &second, &path, &[("city", "Alder"), ("language", "spa")]).await;
    assert_eq!(third.status, StatusCode::SEE_OTHER, "{}", third.body);
    let page = house.get(&mut ben, &format!("/patients/{number}/demographics")).await;
    for text in ["2 Elm St", "1 Oak St", "(202) 555-0140", "Spanish", "RIVER"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let unchanged = house.get(&mut ben, &path).await;
    let nothing = send(&house, &mut ben, &unchanged, &path, &[]).await;
    assert!(nothing.location().ends_with("?done=nothing"));
}

#[tokio::test]
async fn who_sets_a_status_second_is_told_what_it_became_and_keeps_what_was_typed() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("ben", "clinic-access", "RIVER")]).await;
    let path = format!("/patients/{number}/status");
    let (mut ana, mut ben) = (house.sign_in("ana").await, house.sign_in("ben").await);
    let (of_ana, of_ben) = (house.get(&mut ana, &path).await, house.get(&mut ben, &path).await);
    assert!(of_ana.body.contains("on a later day makes them active again; after one of the same day"), "A-4");
    let to = format!("{path}/state");
    let first = send(&house, &mut ana, &of_ana, &to, &[("activity", "unspecified"), ("since", "t")]).await;
    assert_eq!(first.location(), format!("{path}?done=status"), "{}", first.body);
    let twice = send(&house, &mut ana, &of_ana, &to, &[("activity", "unspecified"), ("since", "t")]).await;
    assert_eq!(twice.location(), first.location(), "pressed twice it is one form: {}", twice.body);
    let typed = [("activity", "outside"), ("since", "t"), ("note", "Ohio <now>")];
    let second = send(&house, &mut ben, &of_ben, &to, &typed).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    for text in ["Somebody else changed this status", "value=\"Ohio &#60;now&#62;\""] {
        assert!(second.body.contains(text), "{text}: {}", second.body);
    }
    let third = send(&house, &mut ben, &second, &to, &[]).await;
    assert_eq!(third.location(), format!("{path}?done=status"), "{}", third.body);
}

/// S-51, S-55, S-62, S-66: who may only read gets the same pages without the controls, and each call is refused.
#[tokio::test]
async fn s62_who_may_only_read_sees_no_controls_and_every_call_is_refused() {
    let people = [("ana", "clinic-access", "RIVER"), ("look", "patient-look-up", "CEDAR")];
    let (house, number) = desk(&people).await;
    let pages =
        ["history/new", "notes/new", "demographics/change"].map(|page| format!("/patients/{number}/{page}"));
    let (mut ana, mut look) = (house.sign_in("ana").await, house.sign_in("look").await);
    let (writer, reader) = (
        house.get(&mut ana, &format!("/patients/{number}")).await,
        house.get(&mut look, &format!("/patients/{number}")).await,
    );
    assert_eq!((writer.status, reader.status), (StatusCode::OK, StatusCode::OK));
    for page in &pages {
        assert!(writer.body.contains(page) && !reader.body.contains(page), "{page}");
        assert_eq!(house.get(&mut ana, page).await.status, StatusCode::OK, "{page}");
        assert_eq!(house.get(&mut look, page).await.status, StatusCode::NOT_FOUND, "{page}");
        let once = "0".repeat(64);
        assert_eq!(
            house.post(&mut look, page, &format!("once={once}")).await.status,
            StatusCode::NOT_FOUND,
            "{page}"
        );
    }
    assert_eq!(
        house.post(&mut look, "/patients/new", &format!("once={}", "0".repeat(64))).await.status,
        StatusCode::NOT_FOUND
    );
    // S-66: what is due is read by both
    assert!(reader.body.contains("Due") || reader.body.contains("due"), "{}", reader.body);
    assert_eq!(doses(&house, &mut look, &number).await, 1);
}

#[tokio::test]
async fn s65_the_status_is_changed_at_the_clinic_and_in_the_state_and_shows_on_the_record() {
    let (house, number) =
        desk(&[("joan", "clinic-access", "RIVER"), ("reader", "patient-look-up", "RIVER")]).await;
    let mut jo = house.sign_in("joan").await;
    let path = format!("/patients/{number}/status");
    let page = house.get(&mut jo, &path).await;
    assert!(page.body.contains("status/here") && page.body.contains("status/state"));
    let once = filled(&page)["once"].clone();
    let lost =
        |attempts: &str| format!("once={once}&activity=lost&since=t&attempts={attempts}&note=three+calls");
    let refused = house.post(&mut jo, &format!("{path}/here"), &lost("1")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Say how often you tried"));
    for _ in 0..2 {
        // a double click
        let saved = house.post(&mut jo, &format!("{path}/here"), &lost("3")).await;
        assert_eq!(saved.location(), format!("{path}?done=status"), "{}", saved.body);
    }
    let page = house.get(&mut jo, &path).await;
    assert_eq!(page.body.matches("Tried 3 times. three calls").count(), 1);
    let outside = format!("once={}&activity=outside&since=t&note=Ohio+now", filled(&page)["once"]);
    let saved = house.post(&mut jo, &format!("{path}/state"), &outside).await;
    assert_eq!(saved.location(), format!("{path}?done=status"), "{}", saved.body);
    let record = house.get(&mut jo, &format!("/patients/{number}")).await;
    assert!(record.body.contains("lost to follow-up") && record.body.contains("lives outside the state"));
    let mut reader = house.sign_in("reader").await;
    let page = house.get(&mut reader, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("status/here") && !page.body.contains("status/state"), "S-62");
    let refused = house.post(&mut reader, &format!("{path}/here"), &lost("3")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "S-62");
}
