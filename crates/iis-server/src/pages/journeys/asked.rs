//! What is asked before a dose is saved, and what is refused: contraindications, intervals, packages and products.

use super::desk::{desk, doses, filled, send};
use super::giving::{lot_of, receive};
use super::{Browser, House, Page};
use axum::http::StatusCode;

/// Fills in the form again until its questions were read.
pub(super) async fn save_all_the_same(
    house: &House,
    browser: &mut Browser,
    mut page: Page,
    path: &str,
    typed: &[(&str, &str)],
) -> Page {
    for _ in 0..3 {
        if page.status == StatusCode::SEE_OTHER {
            break;
        }
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        page = send(house, browser, &page, path, typed).await;
    }
    page
}

/// A dose of varicella is given by the form at this path, and all its questions are read.
async fn gives_varicella(house: &House, browser: &mut Browser, path: &str) {
    let page = house.get(browser, path).await;
    let typed = [("give_Varicella", "on"), ("eligibility", "V01"), ("do", "save")];
    let saved = send(house, browser, &page, path, &typed).await;
    let saved = save_all_the_same(house, browser, saved, path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

pub(super) async fn house_with(lots: &[(&str, &str)]) -> (House, Browser, String) {
    let (house, number) = desk(&[("pia", "primary-vaccine-coordinator", "CEDAR")]).await;
    let mut pia = house.sign_in("pia").await;
    for (vaccine, lot) in lots {
        receive(&house, &mut pia, &[("vaccine", vaccine), ("lot", lot), ("funding", "private")]).await;
    }
    (house, pia, number)
}

/// Somebody is immune to varicella, so that its forecast says that and no more; the contraindication is asked about.
#[tokio::test]
async fn v_3_a_contraindication_is_asked_about_whatever_the_forecast_says() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let notes = format!("/patients/{number}/notes/new");
    for typed in [
        [("kind", "immunity"), ("immunity", "38907003"), ("on", "t-30")],
        [("kind", "contraindication"), ("contraindication", "451331000124106"), ("on", "t-20")],
    ] {
        let page = house.get(&mut pia, &notes).await;
        let sent = send(&house, &mut pia, &page, &notes, &typed).await;
        assert!(sent.location().ends_with("done=noted"), "{}", sent.body);
    }
    let before = doses(&house, &mut pia, &number).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let lot = lot_of(&page, "V-ONE");
    let typed = [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V01"), ("do", "save")];
    let asked = send(&house, &mut pia, &page, &path, &typed).await;
    assert!(asked.body.contains("contraindicated by what is on record ("), "{}", asked.body);
    assert_eq!(doses(&house, &mut pia, &number).await, before, "nothing is saved before it is read");
    let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

/// A live vaccine twelve days ago: varicella of today would have to be repeated, and that is said before it is saved.
#[tokio::test]
async fn v_3_a_dose_that_would_not_count_is_asked_about_before_it_is_saved() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE"), ("83", "A-ONE")]).await;
    let history = format!("/patients/{number}/history/new");
    let page = house.get(&mut pia, &history).await;
    // line 13 is hepatitis A, 11 MMR
    let sent = send(&house, &mut pia, &page, &history, &[("l11_1", "t-12"), ("l13_1", "t-86")]).await;
    let sent = save_all_the_same(&house, &mut pia, sent, &history, &[]).await;
    assert!(sent.location().ends_with("history-2"), "{}", sent.body);
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let (varicella, hepatitis) = (lot_of(&page, "V-ONE"), lot_of(&page, "A-ONE"));
    let typed = [
        ("give_any1", "on"),
        ("lot_any1", &*varicella),
        ("give_any2", "on"),
        ("lot_any2", &*hepatitis),
        ("eligibility", "V01"),
        ("do", "save"),
    ];
    let asked = send(&house, &mut pia, &page, &path, &typed).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.location());
    for text in ["as a dose of Varicella: ", "as a dose of Hepatitis A: ", "early"] {
        assert!(asked.body.contains(text), "{text}: {}", asked.body);
    }
    let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

#[tokio::test]
async fn a_scanned_package_that_expired_or_is_not_the_lot_in_the_inventory_stops() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    for (expires, text) in
        [("200101", "it expired on 01/01/2020"), ("991130", "expires on 11/30/2099; lot V-ONE is in")]
    {
        let page = house.get(&mut pia, &path).await;
        let scan = format!("(01)00349281286100(17){expires}(10)V-ONE");
        let told = send(&house, &mut pia, &page, &path, &[("scan", &scan), ("do", "scan")]).await;
        assert!(told.body.contains(text), "{text}: {}", told.body);
        assert!(!filled(&told).keys().any(|field| field.starts_with("give_")), "nothing is chosen");
    }
    // the right one is chosen, and Enter in an empty field of the scan saves
    let page = house.get(&mut pia, &path).await;
    let scan = "(01)00349281286100(17)991231(10)V-ONE";
    let chosen = send(&house, &mut pia, &page, &path, &[("scan", scan), ("do", "save")]).await;
    assert!(chosen.body.contains("Lot V-ONE is chosen for"), "a scan is looked up first: {}", chosen.body);
    let typed = [("eligibility", "V01"), ("scan", ""), ("do", "scan")];
    let saved = send(&house, &mut pia, &chosen, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, saved, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

/// V-2: what a site gives is a product in use; names are names.
#[tokio::test]
async fn v_2_a_group_of_vaccines_is_not_given_and_whoever_gives_has_a_name_to_read() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    assert!(!page.body.contains("unspecified formulation"), "{}", page.body);
    let of = |vaccine: &'static str| {
        [
            ("elsewhere_vaccine", vaccine),
            ("elsewhere_lot", "X9"),
            ("elsewhere_expires", "12/2099"),
            ("elsewhere_funding", "private"),
            ("elsewhere_reason", "borrowed"),
            ("eligibility", "V01"),
            ("do", "save"),
        ]
    };
    for vaccine in ["107", "50", "998", "9999"] {
        let refused = send(&house, &mut pia, &page, &path, &of(vaccine)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{vaccine}: {}", refused.location());
        assert!(refused.body.contains("Choose the product that was given"), "{}", refused.body);
    }
    for name in ["Ana\u{202e} Reyes".to_owned(), "x".repeat(500)] {
        let typed = [of("21").as_slice(), &[("given_by", name.as_str())]].concat();
        let refused = send(&house, &mut pia, &page, &path, &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.location());
        assert!(refused.body.contains("Enter the name in one line"), "{}", refused.body);
    }
}

/// A borrowed dose has the number of a lot on the shelf: that is asked once, and the shelf stays as it is until somebody says
/// that the dose was from there.
#[tokio::test]
async fn a_dose_that_is_not_from_the_stock_stays_out_of_it_though_its_lot_is_on_the_shelf() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let typed = [
        ("elsewhere_vaccine", "21"),
        ("elsewhere_lot", "v one"),
        ("elsewhere_expires", "12/2099"),
        ("elsewhere_funding", "private"),
        ("elsewhere_reason", "borrowed"),
        ("eligibility", "V01"),
        ("do", "save"),
    ];
    let asked = send(&house, &mut pia, &page, &path, &typed).await;
    let shelf = "Lot V-ONE is on your shelf (Varicella, expires 12/31/2099). Is the dose from your stock?";
    assert!(asked.body.contains(shelf), "{}", asked.body);
    let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
    let told = house.get(&mut pia, saved.location()).await;
    assert!(told.body.contains("not from the site’s stock, as the site says"), "{}", told.body);
    let left = async |pia: &mut Browser| house.get(pia, "/inventory").await.body;
    assert!(left(&mut pia).await.contains("1 lot, 10 doses"));
    let shown = house.get(&mut pia, &format!("/patients/{number}/history")).await;
    assert!(shown.body.contains("Borrowed from another site"), "{}", shown.body);
    let mend = way_to_mend(&shown);
    let page = house.get(&mut pia, &mend).await;
    assert_eq!(filled(&page)["stock"], "borrowed");
    let typed = |lot| [("reason", "other"), ("stock", ""), ("lot", lot)];
    let refused = send(&house, &mut pia, &page, &mend, &typed("")).await;
    assert!(refused.body.contains("Enter the lot number as it stands on the package"), "{}", refused.body);
    let asked = send(&house, &mut pia, &page, &mend, &typed("-")).await;
    assert!(asked.body.contains("no lot number is given"), "{}{}", asked.body, asked.location());
    let typed = typed("v one");
    let sent = send(&house, &mut pia, &page, &mend, &typed).await;
    let sent = save_all_the_same(&house, &mut pia, sent, &mend, &typed).await;
    assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
    assert!(left(&mut pia).await.contains("1 lot, 9 doses"), "now it is from the shelf");
}

/// Two forms say one giving: it is one dose of the stock, and the second nurse is told so.
#[tokio::test]
async fn a_dose_that_another_report_took_already_is_saved_and_told_so() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    gives_varicella(&house, &mut pia, &path).await;
    let page = house.get(&mut pia, &path).await;
    let lot = lot_of(&page, "V-ONE");
    let typed = [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V01"), ("do", "save")];
    let asked = send(&house, &mut pia, &page, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
    let told = house.get(&mut pia, saved.location()).await;
    for text in ["Saved 1 dose for", "took this dose out of your stock already"] {
        assert!(told.body.contains(text), "{text}: {}", told.body);
    }
    let inventory = house.get(&mut pia, "/inventory").await.body;
    assert!(inventory.contains("1 lot, 9 doses"), "{inventory}");
}

/// A correction takes no lot of another vaccine, and none that is not there, without a question.
#[tokio::test]
async fn a_correction_asks_about_a_lot_of_another_vaccine_and_about_one_that_is_not_there() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE"), ("115", "T-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    gives_varicella(&house, &mut pia, &path).await;
    let history = format!("/patients/{number}/history");
    for (lot, text) in [
        ("T-ONE", "lot T-ONE in your inventory is Tdap"),
        ("<img src=x>", "your inventory has no lot &#60;img src=x&#62;"),
    ] {
        let shown = house.get(&mut pia, &history).await;
        let mend = way_to_mend(&shown);
        let page = house.get(&mut pia, &mend).await;
        let typed = [("reason", "wrong-product"), ("lot", lot)];
        let asked = send(&house, &mut pia, &page, &mend, &typed).await;
        assert!(asked.body.contains(text), "{text}: {}{}", asked.body, asked.location());
        assert!(asked.body.contains("the dose does not leave your stock"), "{}", asked.body);
        let unchanged = house.get(&mut pia, &history).await;
        assert_eq!(way_to_mend(&unchanged), mend, "nothing is saved before it is read");
        let sent = send(&house, &mut pia, &asked, &mend, &typed).await;
        assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
    }
}

/// Somebody who became 19 ten days ago, and the number of the record.
async fn grown_up(house: &House, pia: &mut Browser) -> String {
    let today = house.app.arrival().today;
    let born = today.checked_sub(jiff::Span::new().years(19).days(10)).expect("a day");
    let clinic = house.clinic("BROOK").await;
    let who = format!("ROE^BEN^^^^^L|FORD^LEA^^^^^M|{}|M", born.strftime("%Y%m%d"));
    house.hear(&clinic, "B18", &who).await;
    let number = house.number("B18").await;
    house.get(pia, &format!("/patients/{number}")).await;
    number
}

/// What refuses a visit is said before anything is asked, so that nobody reads questions about what is not saved; and what
/// the page asks and what the checks ask is one list.
#[tokio::test]
async fn refusals_come_before_questions_and_all_questions_in_one_round() {
    let (house, mut pia, _) = house_with(&[]).await;
    let lot = [("vaccine", "83"), ("lot", "A-VFC"), ("funding", "public-vfc")];
    receive(&house, &mut pia, &lot).await;
    let number = grown_up(&house, &mut pia).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let lot = lot_of(&page, "A-VFC");
    let tomorrow = house.app.arrival().today.tomorrow().expect("a day").strftime("%m/%d/%Y").to_string();
    let sent = async |pia: &mut Browser, page: &Page, on: &str| {
        let typed =
            [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V02"), ("do", "save"), ("on", on)];
        send(&house, pia, page, &path, &typed).await
    };
    let question = "does not recommend this product at the patient’s age";
    let refused = sent(&mut pia, &page, &tomorrow).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("The date is in the future"), "{}", refused.body);
    assert!(!refused.body.contains(question), "{}", refused.body);
    let asked = sent(&mut pia, &refused, "t").await;
    for text in [question, "The eligibility is for children, and the patient is 19 or older."] {
        assert!(asked.body.contains(text), "{text}: {}", asked.body);
    }
    let saved = sent(&mut pia, &asked, "t").await;
    assert!(saved.location().contains("/doses/saved"), "everything was asked: {}", saved.body);
}

/// A correction too is refused before anything about it is asked.
#[tokio::test]
async fn a_correction_is_refused_before_anything_is_asked() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let path = format!("/patients/{number}/doses/new");
    gives_varicella(&house, &mut pia, &path).await;
    let mend = way_to_mend(&house.get(&mut pia, &format!("/patients/{number}/history")).await);
    let page = house.get(&mut pia, &mend).await;
    let typed = [("reason", "wrong-date"), ("on", "02/10/2024"), ("amount", "15")];
    let refused = send(&house, &mut pia, &page, &mend, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("before the birth"), "{}", refused.body);
    assert!(!refused.body.contains("far from the usual"), "{}", refused.body);
}

/// What a child qualified for says nothing of the adult: with the 19th birthday the program's vaccine is chosen no longer.
#[tokio::test]
async fn a_lot_for_children_is_not_chosen_for_who_became_nineteen() {
    let (house, mut pia, _) = house_with(&[("21", "V-OWN")]).await;
    for (vaccine, lot) in [("21", "V-VFC"), ("03", "M-VFC")] {
        let lot = [("vaccine", vaccine), ("lot", lot), ("funding", "public-vfc"), ("expires", "12/31/2090")];
        receive(&house, &mut pia, &lot).await;
    }
    let number = grown_up(&house, &mut pia).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    assert_eq!(filled(&page)["lot_Varicella"], lot_of(&page, "V-OWN"), "nothing was said before");
    let mmr = lot_of(&page, "M-VFC");
    let as_a_child = [
        ("give_any1", "on"),
        ("lot_any1", mmr.as_str()),
        ("eligibility", "V02"),
        ("on", "t-40"),
        ("do", "save"),
    ];
    let saved = send(&house, &mut pia, &page, &path, &as_a_child).await;
    let saved = save_all_the_same(&house, &mut pia, saved, &path, &as_a_child).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
    let page = house.get(&mut pia, &path).await;
    assert_eq!(filled(&page)["lot_Varicella"], lot_of(&page, "V-OWN"), "V02 was said of a child");
    let option = page.body.split("<option ").find(|one| one.contains("lot V-VFC")).expect("a lot");
    assert!(option.contains("not for this eligibility"), "{option}");
}

/// The way to correct the first dose of a history that may be corrected.
fn way_to_mend(page: &Page) -> String {
    let mut hrefs = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
    hrefs.find(|href| href.ends_with("/mend")).expect("a way to correct").to_owned()
}

/// The same dose as a message would say it: amount, who ordered it, and the funding by the words of its table. What is
/// corrected to another product keeps nothing of the old one.
#[tokio::test]
async fn a_dose_says_what_a_message_would_and_a_correction_goes_with_its_lot() {
    let (house, mut pia, number) = house_with(&[("21", "V-ONE")]).await;
    let mmr = [("vaccine", "03"), ("lot", "M-ONE"), ("funding", "private"), ("ndc", "00006-4681-00")];
    receive(&house, &mut pia, &mmr).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let typed = [
        ("give_Varicella", "on"),
        ("eligibility", "V01"),
        ("ordered_by", "Ola Berg"),
        ("route_Varicella", "C38299"),
        ("vis", "on"),
        ("do", "save"),
    ];
    let saved = send(&house, &mut pia, &page, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, saved, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
    let history = format!("/patients/{number}/history");
    let shown = house.get(&mut pia, &history).await;
    for text in ["0.5 mL", "Ola Berg", "Private funds", "subcutaneous", "(Chickenpox) Vaccine VIS"] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    // a group of vaccines is not what was given, and is not offered
    let mend = way_to_mend(&shown);
    let page = house.get(&mut pia, &mend).await;
    assert!(!page.body.contains("unspecified formulation"), "{}", page.body);
    let group = [("reason", "wrong-product"), ("vaccine", "107")];
    let refused = send(&house, &mut pia, &page, &mend, &group).await;
    assert!(refused.body.contains("Choose a product that was in use on that day."), "{}", refused.body);
    // to the other lot of the shelf: asked about, then with what belongs to it
    let other = [("reason", "wrong-product"), ("vaccine", "03"), ("lot", "M-ONE"), ("site", "LA")];
    let asked = send(&house, &mut pia, &page, &mend, &other).await;
    assert!(asked.body.contains("are those of lot M-ONE in your inventory"), "{}", asked.body);
    let sent = save_all_the_same(&house, &mut pia, asked, &mend, &other).await;
    assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
    let shown = house.get(&mut pia, &history).await;
    for text in [
        "NDC 00006-4681-00",
        "MMR Vaccine (Measles, Mumps, and Rubella) VIS",
        "left arm",
        "The vaccine or the lot was wrong",
    ] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    assert!(!shown.body.contains("(Chickenpox)") && !shown.body.contains("wrong-product"), "{}", shown.body);
    // to a lot that is not on the shelf: nothing is kept of the package before
    let mend = way_to_mend(&shown);
    let page = house.get(&mut pia, &mend).await;
    let none = [("reason", "wrong-product"), ("vaccine", "94"), ("lot", "ELSE")];
    let asked = send(&house, &mut pia, &page, &mend, &none).await;
    assert!(asked.body.contains("are emptied"), "{}", asked.body);
    let sent = save_all_the_same(&house, &mut pia, asked, &mend, &none).await;
    assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
    let shown = house.get(&mut pia, &history).await;
    assert!(
        !shown.body.contains("NDC 00006-4681-00") && !shown.body.contains("MMR Vaccine ("),
        "{}",
        shown.body
    );
}

/// A lot that does not go with the eligibility is not shown chosen again.
#[tokio::test]
async fn an_eligibility_moves_the_choice_to_a_lot_that_goes_with_it() {
    let (house, mut pia, number) = house_with(&[("21", "V-OWN")]).await;
    let public = [("vaccine", "21"), ("lot", "V-VFC"), ("funding", "public-vfc"), ("expires", "12/31/2090")];
    receive(&house, &mut pia, &public).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    assert_eq!(filled(&page)["lot_Varicella"], lot_of(&page, "V-VFC"), "the first to expire");
    let typed = [("give_Varicella", "on"), ("eligibility", "V01"), ("do", "save")];
    let told = send(&house, &mut pia, &page, &path, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.location());
    assert!(told.body.contains("Lot V-OWN (Varicella, Private) is chosen instead"), "{}", told.body);
    assert_eq!(filled(&told)["lot_Varicella"], lot_of(&told, "V-OWN"));
    let saved = send(&house, &mut pia, &told, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, saved, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
}

/// Where only another vaccine's lot goes with the eligibility, none is chosen: nobody records what was not given.
#[tokio::test]
async fn no_lot_of_another_vaccine_takes_the_place_of_one_that_does_not_go_with_the_eligibility() {
    let (house, mut pia, number) = house_with(&[("21", "V-OWN")]).await;
    let public = [("vaccine", "94"), ("lot", "Q-VFC"), ("funding", "public-vfc"), ("expires", "12/31/2090")];
    receive(&house, &mut pia, &public).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    let own = lot_of(&page, "V-OWN");
    let typed =
        [("give_Varicella", "on"), ("lot_Varicella", own.as_str()), ("eligibility", "V02"), ("do", "save")];
    let told = send(&house, &mut pia, &page, &path, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.location());
    assert!(told.body.contains("No other lot of Varicella goes with it"), "{}", told.body);
    assert!(!told.body.contains("chosen instead"), "{}", told.body);
    assert_eq!(filled(&told)["lot_Varicella"], own);
}

/// Ten times the usual amount is a slip of the pen, or of the hand: it is asked about before it is saved.
#[tokio::test]
async fn an_amount_far_from_the_usual_is_asked_about() {
    let (house, mut pia, number) = house_with(&[("21", "V-OWN")]).await;
    let path = format!("/patients/{number}/doses/new");
    let page = house.get(&mut pia, &path).await;
    for (amount, asks) in [("5", true), ("0.1", true), ("0.5", false)] {
        let typed =
            [("give_Varicella", "on"), ("amount_Varicella", amount), ("eligibility", "V01"), ("do", "save")];
        let told = send(&house, &mut pia, &page, &path, &typed).await;
        let says = format!("{amount} mL is far from the usual 0.5 mL");
        assert_eq!(told.body.contains(&says), asks, "{amount}: {}", told.body);
    }
    // a correction is asked by the same rule, and what was so before is not asked again
    let typed = [("give_Varicella", "on"), ("eligibility", "V01"), ("do", "save")];
    let saved = send(&house, &mut pia, &page, &path, &typed).await;
    let saved = save_all_the_same(&house, &mut pia, saved, &path, &typed).await;
    assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
    let history = format!("/patients/{number}/history");
    let of_amount = |amount: &'static str| [("reason", "other"), ("amount", amount)];
    let mend = way_to_mend(&house.get(&mut pia, &history).await);
    let page = house.get(&mut pia, &mend).await;
    let asked = send(&house, &mut pia, &page, &mend, &of_amount("15")).await;
    assert!(asked.body.contains("15 mL is far from the usual 0.5 mL"), "{}", asked.location());
    let sent = send(&house, &mut pia, &asked, &mend, &of_amount("15")).await;
    assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
    let mend = way_to_mend(&house.get(&mut pia, &history).await);
    let page = house.get(&mut pia, &mend).await;
    let sent = send(&house, &mut pia, &page, &mend, &[("reason", "other"), ("site", "LA")]).await;
    assert!(sent.location().ends_with("done=corrected"), "{}", sent.body);
}

/// The same lot again within days is asked about: two reports of it become one dose, and the stock paid twice.
#[tokio::test]
async fn the_same_lot_given_again_within_days_is_asked_about() {
    let (house, mut pia, number) = house_with(&[("21", "V-OWN")]).await;
    let path = format!("/patients/{number}/doses/new");
    gives_varicella(&house, &mut pia, &path).await;
    let page = house.get(&mut pia, &path).await;
    let lot = lot_of(&page, "V-OWN");
    let again = [("lot_any1", lot.as_str()), ("on", "t-1"), ("eligibility", "V01"), ("do", "save")];
    let told = send(&house, &mut pia, &page, &path, &again).await;
    assert!(told.body.contains("and the registry will count both as one dose"), "{}", told.body);
}
