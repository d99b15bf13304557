//! Printing through the pages, and the public page that confirms what was printed.

use super::asked::save_all_the_same;
use super::desk::{desk, desk_and_sender, send};
use super::reactions::reacted;
use super::{Browser, House, Page};
use axum::http::StatusCode;
use iis_model::access::{Channel, Permission};
use iis_registry::access::operator;
use iis_registry::directory::directory;
use iis_registry::rosters;
use std::io::Write;
use std::process::{Command, Stdio};

/// The text of a PDF, by poppler.
pub(super) fn text(pdf: &[u8]) -> String {
    let mut tool = Command::new("pdftotext");
    tool.args(["-raw", "-enc", "UTF-8", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = tool.spawn().expect("pdftotext, of the package poppler-utils");
    child.stdin.take().expect("a pipe").write_all(pdf).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn print(house: &House, browser: &mut Browser, number: &str, form: &str) -> Page {
    house.get(browser, &format!("/patients/{number}/print")).await;
    house.post(browser, &format!("/patients/{number}/print"), form).await
}

/// The code that stands on a document.
pub(super) fn code(text: &str) -> String {
    let is_code =
        |word: &&str| word.len() == 14 && word.split('-').filter(|part| part.len() == 4).count() == 3;
    text.split(' ').find(is_code).unwrap_or_else(|| panic!("no code: {text}")).to_owned()
}

const OWN: &str = "form=record&language=en&purpose=own&words=";

#[tokio::test]
async fn s66_whoever_sees_the_patient_prints_the_record_and_it_is_written_down() {
    let people = [
        ("pat", "primary-vaccine-coordinator", "RIVER"),
        ("bob", "backup-vaccine-coordinator", "RIVER"),
        ("cli", "clinic-access", "RIVER"),
        ("luk", "patient-look-up", "CEDAR"),
        ("sue", "school-read-only", "CEDAR"),
    ];
    let (house, number) = desk(&people).await;
    let names = directory(&house.app.registry, &house.app.arrival()).await.expect("the store works");
    let school = names.sites().find(|site| &*site.code == "CEDAR").expect("a site");
    let roster = operator(Permission::KeepRoster).expect("the operator may");
    let at = (school.id, school.organization_id);
    let parsed = number.parse().expect("a number");
    let enrolled = rosters::enroll(&house.app.registry, roster, at, parsed, house.app.arrival()).await;
    assert!(enrolled.expect("the store works"));
    for (name, role, _) in people {
        let mut browser = house.sign_in(name).await;
        let record = house.get(&mut browser, &format!("/patients/{number}")).await;
        assert!(record.body.contains(&format!("/patients/{number}/print")), "{role} is offered it");
        let page = print(&house, &mut browser, &number, OWN).await;
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "application/pdf"), "{role}");
        let said = text(&page.bytes);
        for part in ["Official immunization record", "DOE, ANA", "02/11/2024", "MMR", "03/01/2025", "1 yr"] {
            assert!(said.contains(part), "{role}: {part}: {said}");
        }
        let looked = house.get(&mut browser, &format!("/patients/{number}/disclosures")).await;
        assert!(looked.body.contains("printed a document: record en, doses: 1"), "{role}: {}", looked.body);
    }
}

/// Issue of the clinic's desk: one history, typed from a card, sent as messages, and loaded as a file.
#[tokio::test]
async fn the_same_history_prints_the_same_paper_by_whichever_door_it_came() {
    let (house, _, river) = desk_and_sender(&[("ana", "clinic-access", "RIVER")]).await;
    let mut nurse = house.sign_in("ana").await;
    let search = "last=quill&first=maya&born=03%2F05%2F2020";
    let sent = house.post(&mut nurse, "/patients/searches", search).await;
    house.get(&mut nurse, sent.location()).await;
    let new = format!("/patients/new?search={}", sent.location().trim_start_matches("/patients/searches/"));
    let page = house.get(&mut nurse, &new).await;
    let typed = [("sex", "F"), ("mother_maiden", "Ford"), ("mother_first", "Lea")];
    let added = send(&house, &mut nurse, &page, "/patients/new", &typed).await;
    let typed =
        added.location().trim_start_matches("/patients/").split('?').next().unwrap_or_default().to_owned();
    let card = format!("/patients/{typed}/history/new");
    let page = house.get(&mut nurse, &card).await;
    let doses = [("l11_1", "03/10/2021"), ("l11_2", "03/10/2024"), ("l13_1", "04/10/2021")];
    let saved = send(&house, &mut nurse, &page, &card, &doses).await;
    let saved = save_all_the_same(&house, &mut nurse, saved, &card, &doses).await;
    assert!(saved.location().ends_with("history-3"), "{}", saved.body);
    for (channel, mrn, person) in [
        (Channel::Http, "M1", "BIRCH^EDNA^^^^^L|HALL^UNA^^^^^M|20200305|F"),
        (Channel::Batch, "F1", "THORN^AGATHA^^^^^L|COLE^IDA^^^^^M|20200305|F"),
    ] {
        for (cvx, on) in [("03^MMR", "20210310"), ("03^MMR again", "20240310"), ("85^Hep A", "20210410")] {
            let event = format!("RXA|0|1|{on}||{cvx}^CVX|999|||01^Historical^NIP001|||||||||||CP|A\r");
            house.hear_by(channel, &river, (mrn, person, &event)).await;
        }
    }
    let mut papers = Vec::new();
    for number in [typed, house.number("M1").await, house.number("F1").await] {
        house.get(&mut nurse, &format!("/patients/{number}")).await;
        let page = print(&house, &mut nurse, &number, OWN).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let said = text(&page.bytes);
        let body = said.split("Vaccinations").nth(1).and_then(|rest| rest.split("To confirm").next());
        papers.push(body.expect("a table of doses").to_owned());
    }
    assert!(papers[0].contains("03/10/2024") && papers[0].contains("04/10/2021"), "{}", papers[0]);
    assert_eq!((&papers[1], &papers[2]), (&papers[0], &papers[0]));
}

#[tokio::test]
async fn the_file_says_nothing_of_whom_it_is_about_and_is_kept_nowhere() {
    let (house, number) = desk(&[]).await;
    let mut browser = house.sign_in("nurse").await;
    let page = print(&house, &mut browser, &number, OWN).await;
    assert_eq!(page.header("content-disposition"), "inline; filename=\"immunization-record.pdf\"");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn every_form_and_language_and_what_it_is_for() {
    let (house, number) = desk(&[]).await;
    let mut browser = house.sign_in("nurse").await;
    #[rustfmt::skip]
    let table = [
        ("form=record&language=es&purpose=own",                   "Registro oficial de vacunación"),
        ("form=record&language=en&purpose=own&lots=yes",          "Lot LOT1"),
        ("form=school&language=en&purpose=school",                "School immunization record"),
        ("form=administration&language=es&purpose=care",          "Registro de vacunas aplicadas"),
        ("form=record&language=en&purpose=other&words=a+passport", "Official immunization record"),
    ];
    for (form, said) in table {
        let page = print(&house, &mut browser, &number, form).await;
        assert_eq!(page.status, StatusCode::OK, "{form}: {}", page.body);
        assert!(text(&page.bytes).contains(said), "{form}: {}", text(&page.bytes));
    }
    let listed = house.get(&mut browser, &format!("/patients/{number}/print")).await;
    assert!(listed.body.contains("Something else: a passport"), "{}", listed.body);
    #[rustfmt::skip]
    let wrong = [
        ("form=record&language=en",                    422, "Choose what the document is for."),
        ("form=record&language=en&purpose=other",      422, "Say in a few words what the document is for."),
        ("form=passport&language=en&purpose=own",      404, "find that page"),
        ("form=blank-school&language=en&purpose=own",  404, "find that page"),
        ("form=record&language=xx&purpose=own",        404, "find that page"),
    ];
    for (form, status, said) in wrong {
        let page = print(&house, &mut browser, &number, form).await;
        assert_eq!(page.status.as_u16(), status, "{form}");
        assert!(page.body.contains(said), "{form}: {}", page.body);
    }
    for (path, said) in [
        ("blank-school", "School immunization record"),
        ("blank-administration?language=es", "Registro de vacunas"),
    ] {
        let page = house.get(&mut browser, &format!("/patients/forms/{path}")).await;
        let said_there = text(&page.bytes);
        assert!(page.status == StatusCode::OK && said_there.contains(said), "{path}: {said_there}");
        assert!(!said_there.contains("DOE"), "{said_there}");
    }
}

#[tokio::test]
async fn a_code_is_confirmed_with_little_and_a_forged_one_is_refused() {
    let (house, number) = desk(&[]).await;
    let mut nurse = house.sign_in("nurse").await;
    let printed = print(&house, &mut nurse, &number, OWN).await;
    let code = code(&text(&printed.bytes));
    let nobody = || Browser::default();
    let typed =
        house.get(&mut nobody(), &format!("/verify?code=+{}+", code.to_lowercase().replace('-', ""))).await;
    assert_eq!(typed.location(), format!("/verify/{code}"));
    let first = house.get(&mut nobody(), "/verify").await;
    assert!(first.status == StatusCode::OK && !first.body.contains("code-problem"), "{}", first.body);
    for empty in ["", "++"] {
        let page = house.get(&mut nobody(), &format!("/verify?code={empty}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Enter the code that stands on the paper."), "{}", page.body);
        assert!(page.body.contains("aria-describedby=\"code-problem code-hint\""), "{}", page.body);
    }
    let page = house.get(&mut nobody(), typed.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["We issued this document", "The record says the same today", "A. D.", "2024", "1 dose"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    for part in ["DOE", "ANA", "02/11/2024", "MMR", &number, number.get(6..).unwrap_or_default()] {
        assert!(!page.body.contains(part), "{part} is not said: {}", page.body);
    }
    let forged = format!("{}{}", &code[..13], if code.ends_with('A') { 'B' } else { 'A' });
    for wrong in [forged.as_str(), "7KQ4", "%27%20OR%201%3D1--", "%00"] {
        let page = house.get(&mut nobody(), &format!("/verify/{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
        assert!(page.body.contains("We issued no document with this code"), "{wrong}");
    }
    let looked = house.get(&mut nurse, &format!("/patients/{number}/disclosures")).await;
    assert!(looked.body.contains("looked up the code of a printed document"), "{}", looked.body);
    // the record changes, then the document is revoked
    let river = house.app.registry.clone();
    let sender =
        iis_registry::senders::authenticate(&river, "river", "a secret of the tests", house.app.arrival())
            .await;
    let sender = sender.expect("the store works").expect("known");
    house.hear(&sender, "A17", "DOE^ANNA^^^^^L|MOSS^SUE^^^^^M|20240211|F").await;
    let page = house.get(&mut nobody(), &format!("/verify/{code}")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("it may be out of date"), "{}", page.body);
    let listed = house.get(&mut nurse, &format!("/patients/{number}/print")).await;
    let action = listed
        .body
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|at| at.ends_with("/revoke"));
    let action = action.expect("it can be revoked");
    let asked = house.get(&mut nurse, action).await;
    assert!(asked.body.contains("It is not taken back."), "{}", asked.body);
    let without = house.post(&mut nurse, action, "reason=").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.body.contains("href=\"#reason-wrong-person\""), "{}", without.body);
    let revoked = house.post(&mut nurse, action, "reason=lost").await;
    assert_eq!(revoked.location(), format!("/patients/{number}/print?done=revoked"), "{}", revoked.body);
    let page = house.get(&mut nobody(), &format!("/verify/{code}")).await;
    assert!(page.body.contains("This document was revoked"), "{}", page.body);
    assert_eq!(house.get(&mut nurse, action).await.status, StatusCode::NOT_FOUND, "nothing is left to ask");
}

/// What a document says between its heading and its foot.
fn rows(page: &Page) -> String {
    let said = text(&page.bytes);
    let rows = said.split_once("Vaccinations").and_then(|(_, rest)| rest.split_once("Doses and what is due"));
    rows.unwrap_or_else(|| panic!("{said}")).0.to_owned()
}

/// Decision 0064: the official record tells no diagnosis unless somebody asked for it, and never at work, at camp, at school.
#[tokio::test]
async fn contraindications_and_immunity_are_printed_where_they_are_asked_for_and_nowhere_else() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut nurse = house.sign_in("ana").await;
    let path = format!("/patients/{number}/notes/new");
    let healthy = rows(&print(&house, &mut nurse, &number, OWN).await);
    for typed in [
        [("kind", "contraindication"), ("contraindication", "77386006"), ("on", "t-9")],
        [("kind", "immunity"), ("immunity", "271511000"), ("on", "t-30")],
    ] {
        let page = house.get(&mut nurse, &path).await;
        let asks = send(&house, &mut nurse, &page, &path, &typed).await;
        let saved = save_all_the_same(&house, &mut nurse, asks, &path, &typed).await;
        assert!(saved.location().ends_with("done=noted"), "{}", saved.body);
    }
    assert!(
        healthy.contains("Made from the doses alone") && healthy.contains("by the schedule"),
        "{healthy}"
    );
    assert_eq!(rows(&print(&house, &mut nurse, &number, OWN).await), healthy, "the same rows and words");
    let asks = house.get(&mut nurse, &format!("/patients/{number}/print")).await.body;
    assert!(
        asks.contains("no diagnoses, if not ticked below")
            && asks.contains("Also contraindications, reactions and immunity"),
        "{asks}"
    );
    #[rustfmt::skip]
    let table = [
        // what is chosen                                              pregnant, contraindicated    immunity
        ("form=record&language=en&purpose=own",                        false,                       false),
        ("form=record&language=es&purpose=own",                        false,                       false),
        ("form=record&language=en&purpose=work",                       false,                       false),
        ("form=record&language=en&purpose=own&conditions=yes",         true,                        true),
        ("form=record&language=es&purpose=care&conditions=yes",        true,                        true),
        ("form=school&language=en&purpose=school&conditions=yes",      false,                       true),
    ];
    for (form, contraindicated, immune) in table {
        let page = print(&house, &mut nurse, &number, form).await;
        assert_eq!(page.status, StatusCode::OK, "{form}: {}", page.body);
        let said = text(&page.bytes).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let of_both =
            [&["pregnant", "contraindic", "embarazada"][..], &["shows immunity", "muestra inmunidad"]];
        let [tells, names_it] = of_both.map(has);
        assert_eq!(tells, contraindicated, "{form}: {said}");
        assert_eq!(names_it, immune, "{form}: {said}");
    }
    let told = house.get(&mut nurse, &format!("/patients/{number}/disclosures")).await.body;
    assert_eq!(told.matches("with contraindications, reactions and immunity").count(), 2, "{told}");
    for purpose in ["work", "camp", "school"] {
        let form = format!("form=record&language=en&purpose={purpose}&conditions=yes");
        let refused = print(&house, &mut nurse, &number, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{purpose}");
        assert!(refused.body.contains("are not printed for school, camp or work"), "{}", refused.body);
    }
}

#[tokio::test]
async fn a_changed_file_is_told_from_the_one_that_was_issued() {
    let (house, number) = desk(&[]).await;
    let mut nurse = house.sign_in("nurse").await;
    let printed = print(&house, &mut nurse, &number, OWN).await;
    let code = code(&text(&printed.bytes));
    let mut changed = printed.bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (file, said) in [
        (printed.bytes, "The file is the one we issued, unchanged"),
        (changed, "The file is not the one we issued"),
    ] {
        let mut browser = Browser::default();
        house.get(&mut browser, &format!("/verify/{code}")).await;
        let page =
            house.post_file(&mut browser, &format!("/verify/{code}/file"), &[], ("a.pdf", &file)).await;
        assert!(page.status == StatusCode::OK && page.body.contains(said), "{said}: {}", page.body);
    }
}

/// A school has one address: however many wrong codes came from there, a code that exists is confirmed.
#[tokio::test]
async fn who_guesses_codes_is_told_so_and_neither_a_good_code_nor_signing_in_is_touched() {
    let (house, number) = desk(&[]).await;
    let mut nurse = house.sign_in("nurse").await;
    let printed = print(&house, &mut nurse, &number, OWN).await;
    let code = code(&text(&printed.bytes));
    let limit = house.app.config.limits.failed_sign_ins_per_minute;
    for _ in 0..=limit {
        house.get(&mut Browser::default(), "/verify/2222-2222-2222").await;
    }
    let page = house.get(&mut Browser::default(), "/verify/2222-2222-2222").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.header("retry-after"), "60");
    let page = house.get(&mut Browser::default(), &format!("/verify/{code}")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("We issued this document"), "{}", page.body);
    house.sign_in("nurse").await;
}

/// With the box a reaction is told with the dose that it followed, which may be why another one is not given; without it nothing is.
#[tokio::test]
async fn a_reaction_is_printed_with_its_dose_where_it_is_asked_for() {
    let (house, mut nurse, _, history) = reacted().await;
    let number = history.split('/').nth(2).expect("a number").to_owned();
    #[rustfmt::skip]
    let table = [
        ("form=record&language=en&purpose=care&conditions=yes",     Some("Reaction: Anaphylaxis after ")),
        ("form=record&language=es&purpose=care&conditions=yes",     Some("Reacción: Anafilaxia después de ")),
        ("form=record&language=en&purpose=care",                    None),
        ("form=school&language=en&purpose=school",                  None),
        ("form=administration&language=en&purpose=care",            None),
    ];
    for (form, expected) in table {
        let page = print(&house, &mut nurse, &number, form).await;
        assert_eq!(page.status, StatusCode::OK, "{form}: {}", page.body);
        let said = text(&page.bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        match expected {
            Some(words) => {
                let dose = said.split_once(words).unwrap_or_else(|| panic!("{form}: {said}")).1;
                assert!(dose.starts_with("Influenza") || dose.starts_with("MMR"), "{form}: {dose}");
            }
            None => assert!(!said.to_lowercase().contains("anaf") && !said.contains("naphylaxis"), "{said}"),
        }
    }
}
