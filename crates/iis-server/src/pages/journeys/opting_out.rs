//! Opting out by a signed form, and coming back.

use super::Page;
use super::desk::{desk, filled, send};
use axum::http::StatusCode;

/// Y-1: by a signed form the record is as if absent for everybody but the privacy officer, and comes back by another one.
#[tokio::test]
async fn y_1_who_opts_out_by_a_signed_form_is_found_by_nobody_until_that_is_rescinded() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER"), ("priv", "privacy-officer", "")]).await;
    let path = format!("/patients/{number}/opt-out");
    let (mut ana, mut officer) = (house.sign_in("ana").await, house.sign_in("priv").await);
    let record = format!("/patients/{number}");
    assert_eq!(house.get(&mut ana, &path).await.status, StatusCode::NOT_FOUND);
    let once = format!("what=out&once={}", "0".repeat(64));
    assert_eq!(house.post(&mut ana, &path, &once).await.status, StatusCode::NOT_FOUND);
    let page = house.get(&mut officer, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let empty = send(&house, &mut officer, &page, &path, &[]).await;
    assert!(empty.body.contains("Enter where the paper is filed."), "{}", empty.body);
    let typed =
        [("signed_on", "t"), ("signed_by", "Sue <Moss>"), ("relation", "parent"), ("reference", "F-17")];
    let done = send(&house, &mut officer, &page, &path, &typed).await;
    assert_eq!(done.location(), format!("{path}?done=out"), "{}", done.body);
    let twice = send(&house, &mut officer, &page, &path, &typed).await;
    assert_eq!(twice.location(), done.location(), "pressed twice it is one form: {}", twice.body);
    for gone in [
        record.clone(),
        format!("{record}/history"),
        format!("{record}/print"),
        format!("{record}/doses/new"),
    ] {
        assert_eq!(house.get(&mut ana, &gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
    let again =
        send(&house, &mut officer, &page, &path, &[&typed[..], &[("reference", "F-18")]].concat()).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    let fields = filled(&again);
    assert_eq!((&*fields["what"], &*fields["signed_by"], &*fields["reference"]), ("back", "", ""));
    let neither = [&typed[..], &[("what", "")]].concat();
    let neither = send(&house, &mut officer, &again, &path, &neither).await;
    assert_eq!(neither.status, StatusCode::FORBIDDEN, "neither locks nor unlocks: {}", neither.body);
    let shown = house.get(&mut officer, &record).await;
    assert!(shown.body.contains("nobody but privacy officers finds this record"), "{}", shown.body);
    let page = house.get(&mut officer, &path).await;
    for text in ["Sue &#60;Moss&#62; (a parent)", "F-17", "Open this record again"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let back =
        send(&house, &mut officer, &page, &path, &[&typed[..], &[("reference", "R-1")]].concat()).await;
    assert_eq!(back.location(), format!("{path}?done=back"), "{}", back.body);
    assert_eq!(house.get(&mut ana, &record).await.status, StatusCode::OK);
    let disclosures = house.get(&mut officer, &format!("{record}/disclosures")).await;
    for action in ["opt-out", "rescind-opt-out"] {
        assert!(disclosures.body.contains(action), "{action}: {}", disclosures.body);
    }
}

/// Y-1: the scan that comes with a signed form is taken by what it is, handed out to be saved, and told of at its field where
/// it is not taken.
#[tokio::test]
async fn y_1_a_scan_comes_with_a_signed_form_and_is_only_ever_saved() {
    let people =
        [("ana", "clinic-access", "RIVER"), ("priv", "privacy-officer", ""), ("dora", "data-quality", "")];
    let (house, number) = desk(&people).await;
    let path = format!("/patients/{number}/opt-out");
    let mut officer = house.sign_in("priv").await;
    let page = house.get(&mut officer, &path).await;
    let own = filled(&page);
    let typed: [(&str, &str); 6] = [
        ("what", "out"),
        ("once", &own["once"]),
        ("signed_on", "t"),
        ("signed_by", "Sue Moss"),
        ("relation", "parent"),
        ("reference", "F-17"),
    ];
    let pdf: &[u8] = b"%PDF-1.7 <script>alert(1)</script>";
    let large = [pdf, &vec![0; 10 * 1024 * 1024]].concat();
    let at_the_field = |page: &Page, said: &str| {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
        let problem = page.body.split("id=\"file-problem\">").nth(1).expect("a problem at the field");
        assert!(
            problem.split("</span>\n").next().is_some_and(|text| text.contains(said)),
            "{said}: {problem:.300}"
        );
    };
    for (file, said) in [(&b"MZ"[..], "Upload a PDF, a PNG or a JPEG file."), (&large, "larger than 10 MB")] {
        let refused = house.post_file(&mut officer, &path, &typed, ("form.pdf", file)).await;
        at_the_field(&refused, said);
        assert_eq!(filled(&refused)["signed_by"], "Sue Moss", "what was typed stays");
    }
    let half = house.post_file(&mut officer, &path, &typed[..5], ("form.pdf", pdf)).await;
    at_the_field(&half, "Choose the file of the scan again");

    let hostile = "../../<img src=x onerror=alert(1)>\u{202e}fdp.exe";
    let done = house.post_file(&mut officer, &path, &typed, (hostile, pdf)).await;
    assert_eq!(done.location(), format!("{path}?done=out"), "{}", done.body);
    let again = house.post_file(&mut officer, &path, &typed, (hostile, pdf)).await;
    assert_eq!(again.location(), done.location(), "sent twice it is one form: {}", again.body);
    let page = house.get(&mut officer, &path).await;
    assert!(page.body.contains("Scan (PDF, not scanned for malware)"), "{}", page.body);
    assert!(!page.body.contains("onerror"), "{}", page.body);
    let href = page.body.split('"').find(|text| text.ends_with("/scan")).expect("a link").to_owned();
    let scan = house.get(&mut officer, &href).await;
    assert_eq!((scan.header("content-type"), &*scan.bytes), ("application/pdf", pdf));
    let form: &str = href.rsplit('/').nth(1).expect("a form");
    assert_eq!(
        scan.header("content-disposition"),
        format!("attachment; filename=\"opt-out-form-{form}.pdf\"")
    );
    assert_eq!(scan.header("x-content-type-options"), "nosniff");
    assert_eq!(scan.header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
    let disclosures = house.get(&mut officer, &format!("/patients/{number}/disclosures")).await;
    assert!(disclosures.body.contains("fetch-opt-out-scan"), "{}", disclosures.body);
    for user in ["ana", "dora"] {
        let mut other = house.sign_in(user).await;
        assert_eq!(house.get(&mut other, &href).await.status, StatusCode::NOT_FOUND, "{user}");
    }
    for wrong in [format!("{path}/0/scan"), format!("{path}/x/scan")] {
        assert_eq!(house.get(&mut officer, &wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
