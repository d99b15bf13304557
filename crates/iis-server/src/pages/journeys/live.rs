//! Live vaccines and what is on record: an immunocompromise, whoever said it; a pregnancy and its weeks.

use super::asked::save_all_the_same;
use super::desk::{desk, desk_and_sender, doses, filled, send};
use super::giving::{lot_of, receive};
use axum::http::StatusCode;

const LIVE: &str = "live vaccine: immunocompromise on record";

/// By form and by message alike: the row says it, the lot is marked and not chosen, and saving asks.
#[tokio::test]
async fn v_3_an_immunocompromise_is_said_and_asked_before_a_live_vaccine_is_given() {
    for by_message in [false, true] {
        let pia = ("pia", "primary-vaccine-coordinator", "RIVER");
        let (house, number, river) = desk_and_sender(&[pia]).await;
        let mut pia = house.sign_in("pia").await;
        receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-ONE"), ("funding", "private")]).await;
        let path = format!("/patients/{number}/doses/new");
        let before = house.get(&mut pia, &path).await;
        let lot = lot_of(&before, "V-ONE");
        assert_eq!(filled(&before)["lot_Varicella"], lot, "chosen as long as nothing speaks against it");
        if by_message {
            let event = "RXA|0|1|20260201||998^no vaccine administered^CVX|999||||||||||||||NA|A\r\
                 OBX|1|CE|30945-0^Vaccination contraindication^LN|1|VXC27^immunodeficiency^CDCPHINVS||||||F|||20260201\r";
            house.hear_of(&river, "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F", event).await;
        } else {
            let notes = format!("/patients/{number}/notes/new");
            let page = house.get(&mut pia, &notes).await;
            let typed = [("contraindication", "VXC27"), ("on", "t-3")];
            let sent = send(&house, &mut pia, &page, &notes, &typed).await;
            assert!(sent.location().ends_with("done=noted"), "{}", sent.body);
        }
        let record = house.get(&mut pia, &format!("/patients/{number}")).await.body;
        assert!(record.contains(LIVE), "{by_message}: {record}");
        let why = house.get(&mut pia, &format!("/patients/{number}/why/varicella")).await.body;
        assert!(why.contains(LIVE), "{by_message}: {why}");
        let page = house.get(&mut pia, &path).await;
        assert!(page.body.contains(&format!("{LIVE} · ")), "{by_message}: {}", page.body);
        assert_eq!(filled(&page)["lot_Varicella"], "", "{by_message}: not chosen by itself");
        let count = doses(&house, &mut pia, &number).await;
        let typed =
            [("give_Varicella", "on"), ("lot_Varicella", &*lot), ("eligibility", "V01"), ("do", "save")];
        let asked = send(&house, &mut pia, &page, &path, &typed).await;
        let question = "on record: Immunocompromised; live vaccines are not given unless";
        assert!(asked.body.contains(question), "{by_message}: {}", asked.body);
        assert_eq!(doses(&house, &mut pia, &number).await, count, "nothing is saved before it is read");
        let saved = save_all_the_same(&house, &mut pia, asked, &path, &typed).await;
        assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
    }
}

/// The more exact word that the schedule knows answers the less exact one.
#[tokio::test]
async fn who_has_hiv_and_is_not_severely_immunocompromised_is_given_varicella_vaccine() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let (record, path) = (format!("/patients/{number}"), format!("/patients/{number}/notes/new"));
    for (code, is_live_told) in [("86406008", true), ("155", false)] {
        let page = house.get(&mut ana, &path).await;
        let sent = send(&house, &mut ana, &page, &path, &[("contraindication", code), ("on", "t-3")]).await;
        assert!(sent.location().ends_with("done=noted"), "{code}: {}", sent.body);
        let body = house.get(&mut ana, &record).await.body;
        assert_eq!(body.contains(LIVE), is_live_told, "{code}: {body}");
    }
}

/// A combination whose other part is contraindicated fits no more: its lot is marked, and the record does not name it.
#[tokio::test]
async fn a_lot_that_something_on_record_forbids_is_marked() {
    const MARK: &str = "contraindicated by what is on record · ";
    let (house, number) = desk(&[("pia", "primary-vaccine-coordinator", "RIVER")]).await;
    let mut pia = house.sign_in("pia").await;
    receive(&house, &mut pia, &[("vaccine", "110"), ("lot", "P-ONE"), ("funding", "private")]).await;
    let (notes, path) = (format!("/patients/{number}/notes/new"), format!("/patients/{number}/doses/new"));
    let page = house.get(&mut pia, &path).await;
    assert!(page.body.contains("P-ONE") && !page.body.contains(MARK), "{}", page.body);
    let before = house.get(&mut pia, &format!("/patients/{number}")).await.body;
    assert!(before.contains("DTaP-Hep B-IPV"), "{before}");
    let page = house.get(&mut pia, &notes).await;
    let typed = [("contraindication", "293117006"), ("on", "t-3")];
    let sent = send(&house, &mut pia, &page, &notes, &typed).await;
    assert!(sent.location().ends_with("done=noted"), "{}", sent.body);
    let record = house.get(&mut pia, &format!("/patients/{number}")).await.body;
    assert!(!record.contains("DTaP-Hep B-IPV"), "{record}");
    let page = house.get(&mut pia, &path).await;
    let lots = page.body.split("<option ").filter(|option| option.contains("P-ONE"));
    assert!(lots.clone().next().is_some() && lots.into_iter().all(|lot| lot.contains(MARK)), "{}", page.body);
}

/// All that is filled in is saved, whichever kind is marked; a due date goes with a pregnancy, and is on record with it.
#[tokio::test]
async fn v_6_all_notes_that_are_filled_in_are_saved_and_a_due_date_counts_the_weeks() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let path = format!("/patients/{number}/notes/new");
    let page = house.get(&mut ana, &path).await;
    let typed = |due| {
        [
            ("kind", "refusal"),
            ("vaccine", "03"),
            ("reason", "00"),
            ("contraindication", "77386006"),
            ("due", due),
            ("immunity", "371113008"),
            ("on", "t"),
        ]
    };
    let refused = send(&house, &mut ana, &page, &path, &typed("t-100")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Enter the day on which the child is due"), "{}", refused.body);
    let in_ten_weeks = house.app.arrival().today.checked_add(jiff::Span::new().weeks(10)).expect("a day");
    let due = in_ten_weeks.strftime("%m/%d/%Y").to_string();
    let asked = send(&house, &mut ana, &refused, &path, &typed(&due)).await;
    assert!(asked.body.contains("Pregnant: the patient is 2 years"), "a child: {}", asked.body);
    let sent = save_all_the_same(&house, &mut ana, asked, &path, &typed(&due)).await;
    assert!(sent.location().ends_with("done=noted"), "{}", sent.body);
    let record = house.get(&mut ana, &format!("/patients/{number}")).await.body;
    let begun = in_ten_weeks.checked_sub(jiff::Span::new().weeks(40)).expect("a day");
    let begun = begun.strftime("began %m/%d/%Y").to_string();
    for text in ["parental decision", "Pregnant", &begun, "Varicella: a test shows immunity"] {
        assert!(record.contains(text), "{text}: {record}");
    }
    assert!(!record.contains("Onset of pregnancy"), "it is no note of its own: {record}");
}

/// A reaction that names a dose which is not on record, as after a message corrected it: seen beside what is due, and asked before
/// another vaccine is given, since that one may have caused it.
#[tokio::test]
async fn v_3_a_reaction_that_names_no_dose_on_record_is_seen_and_asked_about() {
    const LEFT: &str = "names a dose that is not on record: ";
    let dose = "RXA|0|1|20250302||83^Hep A^CVX|999|||01^Historical^NIP001|||||||||||CP|A\r";
    let reaction = "RXA|0|1|20250302||998^no vaccine administered^CVX|999||||||||||||||NA|A\r\
         OBX|1|CE|31044-1^Reaction^LN|1|39579001^Anaphylaxis^SCT||||||F|||20250302\r\
         OBX|2|CE|30956-7^Vaccine type^LN|1|83^Hep A^CVX||||||F|||20250302\r";
    for is_there in [true, false] {
        let (house, number, river) =
            desk_and_sender(&[("pia", "primary-vaccine-coordinator", "RIVER")]).await;
        let mut pia = house.sign_in("pia").await;
        receive(&house, &mut pia, &[("vaccine", "21"), ("lot", "V-ONE"), ("funding", "private")]).await;
        let polio = dose.replace("83^Hep A", "10^IPV");
        for event in [reaction, if is_there { dose } else { &polio }] {
            house.hear_of(&river, "A17", "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20240211|F", event).await;
        }
        let (record, path) = (format!("/patients/{number}"), format!("/patients/{number}/doses/new"));
        let record = house.get(&mut pia, &record).await.body;
        assert_eq!(record.contains(LEFT), !is_there, "{record}");
        let page = house.get(&mut pia, &path).await;
        let lot = lot_of(&page, "V-ONE");
        let typed =
            [("give_Varicella", "on"), ("lot_Varicella", &*lot), ("eligibility", "V01"), ("do", "save")];
        let sent = send(&house, &mut pia, &page, &path, &typed).await;
        assert_eq!(sent.body.contains(LEFT), !is_there, "{}", sent.body);
        if !is_there {
            let saved = save_all_the_same(&house, &mut pia, sent, &path, &typed).await;
            assert!(saved.location().contains("/doses/saved"), "{}", saved.body);
        }
    }
}

/// RSV vaccine has its weeks in a pregnancy: another week, and one that nobody recorded, are asked about before a dose is saved.
#[tokio::test]
async fn v_3_rsv_vaccine_outside_of_its_weeks_of_a_pregnancy_is_asked_about() {
    #[rustfmt::skip]
    let table = [
        // weeks to go  asked
        (None,          Some("the week of the pregnancy is not on record, and it is given from week 32 0/7 to 36 6/7")),
        (Some(20),      Some("in week 20 0/7 of the pregnancy, and it is given from week 32 0/7 to 36 6/7")),
        (Some(3),       Some("in week 37 0/7 of the pregnancy, and it is given from week 32 0/7 to 36 6/7")),
        (Some(5),       None),
    ];
    for (to_go, asked) in table {
        let (house, number) = desk(&[("pia", "primary-vaccine-coordinator", "RIVER")]).await;
        let mut pia = house.sign_in("pia").await;
        receive(&house, &mut pia, &[("vaccine", "305"), ("lot", "R-ONE"), ("funding", "private")]).await;
        let (notes, path) =
            (format!("/patients/{number}/notes/new"), format!("/patients/{number}/doses/new"));
        let due = to_go.map(|weeks| jiff::Span::new().weeks(weeks));
        let due = due.and_then(|span: jiff::Span| house.app.arrival().today.checked_add(span).ok());
        let due = due.map(|day| day.strftime("%m/%d/%Y").to_string()).unwrap_or_default();
        let page = house.get(&mut pia, &notes).await;
        let typed = [("contraindication", "77386006"), ("due", &*due), ("on", "t")];
        let asks = send(&house, &mut pia, &page, &notes, &typed).await;
        let sent = save_all_the_same(&house, &mut pia, asks, &notes, &typed).await;
        assert!(sent.location().ends_with("done=noted"), "{}", sent.body);
        let page = house.get(&mut pia, &path).await;
        let lot = lot_of(&page, "R-ONE");
        let typed = [("give_any1", "on"), ("lot_any1", &*lot), ("eligibility", "V01"), ("do", "save")];
        let sent = send(&house, &mut pia, &page, &path, &typed).await;
        match asked {
            Some(text) => assert!(sent.body.contains(text), "{to_go:?}: {}", sent.body),
            None => assert!(!sent.body.contains("of the pregnancy"), "{to_go:?}: {}", sent.body),
        }
    }
}
