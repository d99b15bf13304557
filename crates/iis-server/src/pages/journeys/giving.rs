//! Doses at the desk: from a lot, by a scan, for the next patient, twice, and meanwhile.

use super::desk::{desk, doses, encoded, filled, send};
use super::{Browser, House, Page};
use axum::http::StatusCode;

/// The value of the option of a lot.
pub(super) fn lot_of(page: &Page, lot: &str) -> String {
    let option = page.body.split("<option value=\"").find(|one| one.contains(&format!("lot {lot} · ")));
    option.and_then(|option| option.split('"').next()).expect("a lot").to_owned()
}

/// Receives doses of a lot.
pub(super) async fn receive(house: &House, browser: &mut Browser, lot: &[(&str, &str)]) {
    let page = house.get(browser, "/inventory/receive").await;
    let usual = [("doses", "10"), ("expires", "12/31/2099"), ("unit", "Frig 1"), ("do", "save")];
    let sent = send(house, browser, &page, "/inventory/receive", &[usual.as_slice(), lot].concat()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}

/// The page was open when its reader had to show again who they are, which gives the session another token.
#[tokio::test]
async fn a_form_sent_before_and_after_showing_again_who_one_is_is_one_deed() {
    let (house, _) = desk(&[("pia", "primary-vaccine-coordinator", "CEDAR")]).await;
    let mut pia = house.sign_in("pia").await;
    let page = house.get(&mut pia, "/inventory/receive").await;
    let mut fields = filled(&page);
    for (name, value) in [
        ("vaccine", "83"),
        ("lot", "ONCE"),
        ("funding", "private"),
        ("doses", "10"),
        ("expires", "12/31/2099"),
        ("unit", "Frig 1"),
        ("do", "save"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    let sent = house.post(&mut pia, "/inventory/receive", &encoded(&fields)).await;
    assert_eq!(sent.location(), "/inventory?received=10", "{}", sent.body);
    let token = pia.cookies["openiis-session"].clone();
    let proof = format!("password={}&next=/inventory", super::PASSWORD.replace(' ', "+"));
    assert_eq!(house.post(&mut pia, "/account/prove", &proof).await.location(), "/inventory");
    assert_ne!(pia.cookies["openiis-session"], token, "the session goes on under another token");
    let again = house.post(&mut pia, "/inventory/receive", &encoded(&fields)).await;
    assert_eq!(again.location(), "/inventory?received=10", "the ten doses came once: {}", again.body);
    let shelf = house.get(&mut pia, "/inventory").await.body;
    assert!(shelf.contains("1 lot, 10 doses"), "{shelf}");
}

/// Lot, route and site go to the next patient of whom the vaccine is due, and nothing of the patient does.
#[tokio::test]
async fn the_same_vaccine_for_the_next_patient_carries_the_lot_and_nothing_of_the_patient() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    for (lot, expires) in [("SOON", "12/31/2089"), ("LATE", "12/31/2090")] {
        let lot = [("vaccine", "83"), ("lot", lot), ("funding", "private"), ("expires", expires)];
        receive(&house, &mut pia, &lot).await;
    }
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut ana, &path).await;
    let row = page.body.split("name=\"give_").skip(1).find(|row| row.contains("Hepatitis A")).expect("due");
    let row = row.split('"').next().expect("a row").to_owned();
    let late = page.body.split("<option value=\"").find(|one| one.contains("lot LATE")).expect("a lot");
    let late = late.split('"').next().expect("a value").to_owned();
    let (give, lot, site) = (format!("give_{row}"), format!("lot_{row}"), format!("site_{row}"));
    let typed = [
        (give.as_str(), "on"),
        (lot.as_str(), late.as_str()),
        (site.as_str(), "LT"),
        ("eligibility", "V01"),
        ("do", "save"),
    ];
    let mut saved = send(&house, &mut ana, &page, &path, &typed).await;
    if saved.status == StatusCode::OK {
        saved = send(&house, &mut ana, &saved, &path, &typed).await;
    }
    let told = house.get(&mut ana, saved.location()).await;
    let next = told
        .body
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|href| href.starts_with("/patients/next?")));
    let next = next.expect("a way on").to_owned();
    assert!(next.contains(&late) && !next.contains(&number), "{next}");
    assert_eq!(house.get(&mut ana, &next).await.location(), "/patients");
    let river = house.clinic("BROOK").await;
    house.hear(&river, "B18", "ROE^BEN^^^^^L|FORD^LEA^^^^^M|20240312|M").await;
    let other = house.number("B18").await;
    house.get(&mut ana, &format!("/patients/{other}")).await;
    let page = house.get(&mut ana, &format!("/patients/{other}/doses/new")).await;
    assert!(page.body.contains("Filled in from the last patient"), "{}", page.body);
    let fields = filled(&page);
    let filled =
        |name: &str| fields.iter().any(|(field, value)| field.starts_with(name) && !value.is_empty());
    assert!(fields.values().any(|value| *value == late) && filled("give_") && filled("site_"), "{fields:?}");
    assert!(!page.body.contains("DOE") && !filled("eligibility"), "{}", page.body);
    let path = format!("/patients/{other}/doses/new");
    // whoever signs in next in this browser gets nothing of it
    let mut heir = house.sign_in("pia").await;
    heir.cookies.insert("openiis-carry".to_owned(), ana.cookies["openiis-carry"].clone());
    let page = house.get(&mut heir, &path).await;
    assert!(!page.body.contains("Filled in from the last patient"), "{}", page.body);
    house.get(&mut ana, "/patients/next").await;
    let page = house.get(&mut ana, &path).await;
    assert!(!page.body.contains("Filled in from the last patient"), "{}", page.body);
    house.get(&mut ana, &next).await;
    assert!(!ana.cookies["openiis-carry"].is_empty());
    house.post(&mut ana, "/sign-out", "").await;
    assert_eq!(ana.cookies["openiis-carry"], "", "forgotten with the session");
}

/// A visit with two doses ticked; of one of them somebody else saved a dose meanwhile.
#[tokio::test]
async fn a_dose_that_is_no_longer_due_is_told_by_its_name_and_no_lot_lands_under_another_vaccine() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-ONE"), ("funding", "private")]).await;
    receive(&house, &mut pia, &[("vaccine", "83"), ("lot", "A-ONE"), ("funding", "private")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/doses/new");
    let (of_ana, of_pia) = (house.get(&mut ana, &path).await, house.get(&mut pia, &path).await);
    let varicella = ("give_Varicella", "on");
    let rest = [("eligibility", "V01"), ("do", "save")];
    let typed = [&[varicella][..], &rest].concat();
    let mut first = send(&house, &mut pia, &of_pia, &path, &typed).await;
    if first.status == StatusCode::OK {
        first = send(&house, &mut pia, &first, &path, &typed).await; // warnings were read
    }
    assert!(first.location().contains("/doses/saved"), "{}", first.body);
    let typed = [&[varicella, ("give_HepA", "on")][..], &rest].concat();
    let told = send(&house, &mut ana, &of_ana, &path, &typed).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.body);
    assert!(told.body.contains("Varicella, lot V-ONE: it was due when you ticked it"), "{}", told.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 2, "nothing of it is saved");
    let (before, after) = (filled(&of_ana), filled(&told));
    for field in ["lot_Varicella", "lot_HepA"] {
        assert!(!after[field].is_empty() && after[field] == before[field], "{field}");
    }
    assert_eq!((&*after["give_Varicella"], &*after["give_HepA"]), ("on", "on"), "nothing typed is lost");
    let without = [&[("give_Varicella", "")][..], &rest].concat();
    let mut saved = send(&house, &mut ana, &told, &path, &without).await;
    if saved.status == StatusCode::OK {
        saved = send(&house, &mut ana, &saved, &path, &without).await;
    }
    let told = house.get(&mut ana, saved.location()).await;
    assert!(told.body.contains("lot A-ONE: saved. 9 doses left."), "{}", told.body);
    assert!(!told.body.contains("V-ONE"), "{}", told.body);
}

/// The same form twice: one place to go on from, one dose, one that left the stock.
#[tokio::test]
async fn pressing_save_twice_gives_one_dose_and_leads_to_the_same_page() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-ONE"), ("funding", "private")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/doses/new");
    let mut shown = house.get(&mut ana, &path).await;
    let typed = [("give_Varicella", "on"), ("eligibility", "V01"), ("do", "save")];
    let owned = || typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (body, saved) = loop {
        let mut fields = filled(&shown);
        fields.extend(owned());
        let body = encoded(&fields);
        let sent = house.post(&mut ana, &path, &body).await;
        if sent.status == StatusCode::SEE_OTHER {
            break (body, sent);
        }
        assert!(!filled(&sent)["heeded"].is_empty() && filled(&shown)["heeded"].is_empty(), "{}", sent.body);
        shown = sent; // warnings were read
    };
    let twice = house.post(&mut ana, &path, &body).await;
    assert_eq!((twice.status, twice.location()), (saved.status, saved.location()), "{}", twice.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 2);
    let shelf = house.get(&mut pia, "/inventory").await;
    assert!(shelf.body.contains("1 lot, 9 doses"), "{}", shelf.body);
    // a further dose of the same visit is not asked again what the patient qualifies for
    let again = house.get(&mut ana, &path).await;
    let chosen = "name=\"eligibility\" type=\"radio\" value=\"V01\" checked";
    assert!(again.body.contains(chosen), "{}", again.body);
}

/// An adult's hepatitis A that expires first, and a child's: the child's is chosen, the adult's is there with a warning.
#[tokio::test]
async fn i_5_of_the_lots_for_the_age_the_first_to_expire_is_chosen_and_others_warn() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    let adult = [("vaccine", "52"), ("lot", "ADULT"), ("funding", "private"), ("expires", "12/31/2089")];
    let child = [("vaccine", "83"), ("lot", "CHILD"), ("funding", "private")];
    receive(&house, &mut pia, &adult).await;
    receive(&house, &mut pia, &child).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut ana, &path).await;
    let rows = page.body.split("name=\"give_").skip(1);
    let row = rows.clone().find(|row| row.contains("Hepatitis A")).expect("hepatitis A is due");
    let row = row.split('"').next().expect("a row").to_owned();
    let lot = format!("lot_{row}");
    let chosen = filled(&page)[&lot].clone();
    let options: Vec<_> =
        page.body.split("<option ").map(|one| one.split("</option>").next().unwrap_or("")).collect();
    let of = |text: &str| options.iter().find(|one| one.contains(text)).copied().expect("an option");
    assert!(of("lot CHILD").starts_with(&format!("value=\"{chosen}\" selected>")), "{}", page.body);
    assert!(
        of("lot ADULT").contains(">not for this age · ") && !of("lot CHILD").contains("not for"),
        "{}",
        page.body
    );
    let other = of("lot ADULT").split('"').nth(1).expect("a value").to_owned();
    for (carried, fits) in [(&other, false), (&chosen, true)] {
        house.get(&mut ana, &format!("/patients/next?doses={carried}..")).await;
        let page = house.get(&mut ana, &path).await;
        assert_eq!(page.body.contains("Filled in from the last patient"), fits, "{}", page.body);
        let left = "Lot ADULT is not carried on: it does not fit this patient.";
        assert_eq!(page.body.contains(left), !fits, "{}", page.body);
    }
    let give = format!("give_{row}");
    let typed =
        [(give.as_str(), "on"), (lot.as_str(), other.as_str()), ("eligibility", "V01"), ("do", "save")];
    let warned = send(&house, &mut ana, &page, &path, &typed).await;
    assert!(warned.body.contains("does not recommend this product at the patient’s age"), "{}", warned.body);
    let mut saved = send(&house, &mut ana, &warned, &path, &typed).await;
    if saved.status == StatusCode::OK {
        saved = send(&house, &mut ana, &saved, &path, &typed).await;
    }
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
    assert_eq!(
        ana.cookies["openiis-carry"], "",
        "the carried lot was not given here: it goes to nobody else"
    );
}

/// A child who turned seven ten days ago, without doses: Tdap fits today, DTaP did before. The lots are labelled for the day that
/// the form names, and the nurse's next patient gets the lot that fits the dose.
#[tokio::test]
async fn lots_are_told_and_carried_as_they_fit_the_dose_on_the_day_of_the_form() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, _) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "20"), ("lot", "INFANT"), ("funding", "private")]).await;
    receive(&house, &mut pia, &[("vaccine", "162"), ("lot", "OTHER-B"), ("funding", "private")]).await;
    receive(&house, &mut pia, &[("vaccine", "163"), ("lot", "BEGUN-B"), ("funding", "private")]).await;
    let today = house.app.arrival().today;
    let river = house.clinic("BROOK").await;
    let ago = |span: jiff::Span| today.checked_sub(span).expect("a day").strftime("%Y%m%d").to_string();
    let born = ago(jiff::Span::new().years(7).days(10));
    house.hear(&river, "A70", &format!("ROE^SAM^^^^^L|FORD^LEA^^^^^M|{born}|M")).await;
    let child = house.number("A70").await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{child}/doses/new");
    let page = house.get(&mut ana, &path).await;
    let lot_in = |page: &Page, row: &str, lot: &str| {
        let row =
            page.body.split("name=\"give_").find(|one| one.starts_with(&format!("{row}\""))).expect("a row");
        let option = row.split("<option ").find(|one| one.contains(&format!("lot {lot}"))).expect("a lot");
        option.split("</option>").next().unwrap_or_default().to_owned()
    };
    assert!(lot_in(&page, "DTaP-Tdap-Td", "INFANT").contains("not for this age"), "{}", page.body);
    let before = send(&house, &mut ana, &page, &path, &[("on", "t-20"), ("do", "")]).await;
    let told = lot_in(&before, "DTaP-Tdap-Td", "INFANT");
    assert!(!told.contains("not for"), "{told}");
    // eighteen years old, with a first dose of the one product against meningococcus B
    let born = ago(jiff::Span::new().years(18).days(10));
    let begun = ago(jiff::Span::new().days(300));
    let dose = format!(
        "ROE^KIM^^^^^L|FORD^LEA^^^^^M|{born}|F\rORC|RE||9^BROOK\rRXA|0|1|{begun}||163^x^CVX|999||01^x^NIP001||||||||||||CP|A"
    );
    house.hear(&river, "A71", &dose).await;
    let path = format!("/patients/{}/doses/new?give=x", house.number("A71").await);
    for (lot, fits) in [("OTHER-B", false), ("BEGUN-B", true)] {
        let of = house.get(&mut ana, &path).await;
        let option =
            of.body.split("<option ").find(|one| one.contains(&format!("lot {lot}"))).expect("a lot");
        let carried = option.split('"').nth(1).expect("a value");
        house.get(&mut ana, &format!("/patients/next?doses={carried}..")).await;
        let page = house.get(&mut ana, &path).await;
        assert_eq!(page.body.contains("Filled in from the last patient"), fits, "{lot} {}", page.body);
    }
}

#[tokio::test]
async fn a_dose_is_given_from_the_lot_that_expires_first_and_what_is_left_is_told() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-LATE"), ("funding", "private")]).await;
    receive(
        &house,
        &mut pia,
        &[("vaccine", "21"), ("lot", "V-SOON"), ("funding", "public-vfc"), ("expires", "12/31/2090")],
    )
    .await;
    receive(
        &house,
        &mut pia,
        &[("vaccine", "21"), ("lot", "v soon"), ("funding", "public-vfc"), ("expires", "12/31/2090")],
    )
    .await;
    let shelf = house.get(&mut pia, "/inventory").await;
    for text in ["V-LATE", "V-SOON", "2 lots, 30 doses"] {
        assert!(shelf.body.contains(text), "{text}: {}", shelf.body);
    }
    let mut ana = house.sign_in("ana").await;
    assert_eq!(
        house.get(&mut ana, "/inventory").await.status,
        StatusCode::NOT_FOUND,
        "S-51: no inventory for clinic access"
    );
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut ana, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let row = page
        .body
        .split("name=\"give_")
        .skip(1)
        .find(|row| row.contains(">Varicella dose"))
        .expect("varicella is due");
    let row = row.split('"').next().expect("a row").to_owned();
    let fields = filled(&page);
    let chosen = &fields[&format!("lot_{row}")];
    assert!(
        !chosen.is_empty()
            && page.body.contains(&format!("value=\"{chosen}\" selected>lot V-SOON · Varicella")),
        "{}",
        page.body
    );
    let give = format!("give_{row}");
    let nobody = send(&house, &mut ana, &page, &path, &[(&give, "on"), ("do", "save")]).await;
    assert!(nobody.body.contains("Choose what the patient qualifies for in this visit."), "{}", nobody.body);
    let wrong =
        send(&house, &mut ana, &page, &path, &[(&give, "on"), ("eligibility", "V01"), ("do", "save")]).await;
    assert!(wrong.body.contains("which does not go with V01"), "{}", wrong.body);
    let typed = [(give.as_str(), "on"), ("eligibility", "V02"), ("do", "save")];
    let mut saved = send(&house, &mut ana, &page, &path, &typed).await;
    if saved.status == StatusCode::OK {
        saved = send(&house, &mut ana, &saved, &path, &typed).await; // warnings were read
    }
    assert!(saved.location().starts_with(&format!("/patients/{number}/doses/saved?form=")), "{}", saved.body);
    let told = house.get(&mut ana, saved.location()).await;
    for text in ["Saved 1 dose for", "lot V-SOON: saved. 19 doses left.", "Another dose, same patient"] {
        assert!(told.body.contains(text), "{text}: {}", told.body);
    }
    // The same day once more is asked about first.
    let page = house.get(&mut ana, &path).await;
    let any = page
        .body
        .split("name=\"give_")
        .skip(1)
        .find(|row| row.contains("Other vaccine 1"))
        .expect("a row for any");
    let any = any.split('"').next().expect("a row").to_owned();
    let again = [(format!("give_{any}"), "on".to_owned()), (format!("lot_{any}"), chosen.clone())];
    let again: Vec<_> = again.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
    let asked = send(
        &house,
        &mut ana,
        &page,
        &path,
        &[again.as_slice(), &[("eligibility", "V02"), ("do", "save")]].concat(),
    )
    .await;
    assert!(asked.body.contains("a dose of this group is on record for this day already"), "{}", asked.body);
    assert_eq!(doses(&house, &mut ana, &number).await, 2);
}

#[tokio::test]
async fn a_scan_fills_in_the_carton_and_finds_the_lot() {
    let (house, number) = desk(&[("pia", "primary-vaccine-coordinator", "CEDAR")]).await;
    let mut pia = house.sign_in("pia").await;
    let page = house.get(&mut pia, "/inventory/receive").await;
    let scan = "(01)00349281286100(17)991231(10)C5829AO";
    let filled_in =
        send(&house, &mut pia, &page, "/inventory/receive", &[("scan", scan), ("do", "scan")]).await;
    for text in [
        "value=\"49281-0286-10\"",
        "value=\"C5829AO\"",
        "value=\"12/31/2099\"",
        "Filled in from the bar code",
    ] {
        assert!(filled_in.body.contains(text), "{text}: {}", filled_in.body);
    }
    let rest = [("doses", "10"), ("funding", "private"), ("unit", "Frig 1"), ("do", "save"), ("scan", "")];
    let received = send(&house, &mut pia, &filled_in, "/inventory/receive", &rest).await;
    assert_eq!(received.status, StatusCode::SEE_OTHER, "{}", received.body);
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let found = send(&house, &mut pia, &page, &path, &[("scan", scan), ("do", "scan")]).await;
    assert!(found.body.contains("Lot C5829AO is chosen for"), "{}", found.body);
    let other = send(&house, &mut pia, &page, &path, &[("scan", "hello"), ("do", "scan")]).await;
    assert!(other.body.contains("not the bar code of a vaccine"), "{}", other.body);
}

/// A combination gives what another row is for: nobody has it chosen for them, and both together are asked about.
#[tokio::test]
async fn a_combination_and_its_part_are_not_given_in_one_visit_unasked() {
    let (house, number) = desk(&[("pia", "primary-vaccine-coordinator", "CEDAR")]).await;
    let mut pia = house.sign_in("pia").await;
    let before = doses(&house, &mut pia, &number).await;
    for (vaccine, lot) in [("120", "COMBINED"), ("20", "ALONE")] {
        receive(&house, &mut pia, &[("vaccine", vaccine), ("lot", lot), ("funding", "private")]).await;
    }
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let chosen = |lot: &str| {
        let mut options = page.body.split("<option ").filter_map(|one| one.split("</option>").next());
        options.any(|one| one.contains(" selected>") && one.contains(&format!("lot {lot} · ")))
    };
    assert!(chosen("ALONE") && !chosen("COMBINED"), "{}", page.body);
    let (combined, alone) = (lot_of(&page, "COMBINED"), lot_of(&page, "ALONE"));
    let both = [
        ("give_any1", "on"),
        ("lot_any1", combined.as_str()),
        ("give_any2", "on"),
        ("lot_any2", alone.as_str()),
        ("eligibility", "V01"),
        ("do", "save"),
    ];
    let asked = send(&house, &mut pia, &page, &path, &both).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.location());
    assert!(asked.body.contains("Untick one, unless both were injected."), "{}", asked.body);
    assert_eq!(doses(&house, &mut pia, &number).await, before, "nothing is saved before it is read");
}

/// The route that was filled in for one lot is not that of another one; what somebody chose stays.
#[tokio::test]
async fn a_route_that_was_filled_in_follows_the_lot() {
    let people = [("pia", "primary-vaccine-coordinator", "CEDAR"), ("ana", "clinic-access", "CEDAR")];
    let (house, number) = desk(&people).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-ONE"), ("funding", "private")]).await;
    receive(&house, &mut pia, &[("vaccine", "83"), ("lot", "A-ONE"), ("funding", "private")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut ana, &path).await;
    let (hepatitis, varicella) = (lot_of(&page, "A-ONE"), lot_of(&page, "V-ONE"));
    // as the form was filled in for hepatitis A, and then varicella was chosen in its place
    let typed = [
        ("give_any1", "on"),
        ("lot_any1", varicella.as_str()),
        ("route_any1", "C28161"),
        ("routed_any1", hepatitis.as_str()),
        ("eligibility", ""),
        ("do", "save"),
    ];
    let asked = send(&house, &mut ana, &page, &path, &typed).await;
    assert_eq!(filled(&asked).get("route_any1").map(String::as_str), Some("C38299"), "{}", asked.body);
    let chosen = [("routed_any1", ""), ("route_any1", "C28161"), ("do", "save")];
    let asked = send(&house, &mut ana, &asked, &path, &chosen).await;
    assert_eq!(filled(&asked).get("route_any1").map(String::as_str), Some("C28161"), "{}", asked.body);
}

/// Two names without a comma: their order is open, and the form that changes the search has them as the person bears them; the
/// form of a new person says that it was open.
#[tokio::test]
async fn names_that_were_typed_in_an_open_order_stand_as_they_are_borne() {
    let (house, _) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let brook = house.clinic("BROOK").await;
    house.hear(&brook, "B19", "DREW^CORA^^^^^L|MOSS^SUE^^^^^M|20180418|F").await;
    let mut ana = house.sign_in("ana").await;
    for (typed, last, first) in
        [("drew+cora+4/18/18", "drew", "cora"), ("Ingoldsby+Percival+4/18/18", "Ingoldsby", "Percival")]
    {
        let sent = house.post(&mut ana, "/patients/searches", &format!("text={typed}")).await;
        let found = house.get(&mut ana, sent.location()).await;
        let fields = filled(&found);
        assert_eq!((&*fields["last"], &*fields["first"]), (last, first), "{typed} {}", found.body);
        let id = sent.location().trim_start_matches("/patients/searches/").to_owned();
        let new = house.get(&mut ana, &format!("/patients/new?search={id}")).await;
        assert!(new.body.contains("did not say which of the names is the last name"), "{}", new.body);
    }
}
