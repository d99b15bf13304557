//! Files that people send: attachments of tickets and scans of signed papers, with the operator's scanner in front.

use super::access::Way;
use super::{Browser, Page};
use axum::http::StatusCode;

const PDF: &[u8] = b"%PDF-1.7 <script>alert(1)</script> a scan";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

const TICKET: &str =
    "category=record&priority=usual&name=Ben+West&email=ben@west.example&subject=A+list&text=See+the+file";

/// A ticket of Ben's; its own address.
async fn ticket(way: &Way, ben: &mut Browser) -> String {
    way.get(ben, "/help/tickets/new").await;
    way.send(ben, "/help/tickets/new", TICKET).await;
    way.link("ben@west.example", "Ticket 1").await
}

/// An enrollment of Joan's; its own address.
async fn enrollment(way: &Way, joan: &mut Browser) -> String {
    way.get(joan, "/enroll").await;
    let form = "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address=1+Oak+Street&contact=Joan+Hill\
                &email=joan@oak.example&administrator=Cora+Lind&administrator_email=cora@oak.example&program=yes";
    way.send(joan, "/enroll", form).await;
    let own = way.link("joan@oak.example", "Enrollment 1").await;
    way.get(joan, &own).await;
    own
}

async fn attach(way: &Way, browser: &mut Browser, at: &str, file: (&str, &[u8])) -> Page {
    way.get(browser, at).await;
    way.house.post_file(browser, &format!("{at}/files"), &[], file).await
}

#[tokio::test]
async fn a_file_of_a_ticket_is_saved_and_never_shown_and_is_for_its_two_parties_alone() {
    let way = Way::with(|_| {}).await;
    let (mut ben, mut desk) = (Browser::default(), way.house.sign_in("desk").await);
    let own = ticket(&way, &mut ben).await;
    let sent = attach(&way, &mut ben, &own, ("<img src=x>.html", PDF)).await;
    assert_eq!(sent.location(), format!("{own}?done=file"), "{}", sent.body);
    let sent = attach(&way, &mut desk, "/help/tickets/1", ("form.png", PNG)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);

    let page = way.get(&mut desk, "/help/tickets/1").await;
    assert!(
        page.body.contains("img srcx.html.pdf (not scanned for malware)")
            && page.body.contains("/help/tickets/1/files/2"),
        "{}",
        page.body
    );
    for (path, kind, name, content) in [
        (format!("{own}/files/1"), "application/pdf", "img srcx.html.pdf", PDF),
        ("/help/tickets/1/files/2".to_owned(), "image/png", "form.png", PNG),
    ] {
        let file = if path.starts_with(&own) {
            way.get(&mut ben, &path).await
        } else {
            way.get(&mut desk, &path).await
        };
        assert_eq!((file.header("content-type"), &*file.bytes), (kind, content), "{path}");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(
            file.header("content-security-policy"),
            "sandbox; default-src 'none'; frame-ancestors 'none'"
        );
        assert_eq!(file.header("cache-control"), "no-store");
    }
    let mut nurse = way.house.sign_in("nurse").await;
    let wrong_key = format!("{}x/files/1", &own[..own.len() - 1]);
    for path in [
        "/help/tickets/1/files/1",
        "/help/tickets/2/files/1",
        "/help/tickets/1/files/9",
        "/help/tickets/1/files/x",
        &wrong_key,
    ] {
        assert_eq!(way.house.get(&mut nurse, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let refused = attach(&way, &mut ben, &own, ("list.pdf", b"MZ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Upload a PDF, a PNG or a JPEG file."), "{}", refused.body);
    let huge = vec![0; 12 * 1024 * 1024];
    assert_eq!(attach(&way, &mut ben, &own, ("huge.pdf", &huge)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_the_scanner_finds_or_cannot_look_at_is_not_kept() {
    // each with what it says of every file
    #[rustfmt::skip]
    let table = [
        ("cat > /dev/null; exit 0", true,  true,  ""),
        ("cat > /dev/null; exit 1", false, false, "found something harmful"),
        ("exit 2",                  true,  false, "cannot be scanned right now"),
        ("exit 2",                  false, true,  ""),
    ];
    for (script, required, is_kept, said) in table {
        let way = Way::with(|config| {
            config.scanner.command = ["sh", "-c", script].map(str::to_owned).to_vec();
            config.scanner.required = required;
        });
        let (way, mut joan) = (way.await, Browser::default());
        let own = ticket(&way, &mut joan).await;
        let sent = attach(&way, &mut joan, &own, ("list.pdf", PDF)).await;
        assert_eq!(sent.status == StatusCode::SEE_OTHER, is_kept, "{script}: {}", sent.body);
        assert!(sent.body.contains(said), "{script}: {}", sent.body);

        let own = enrollment(&way, &mut joan).await;
        let fields = [("kind", "letter-of-agreement")];
        let sent = way.house.post_file(&mut joan, &format!("{own}/scan"), &fields, ("scan.pdf", PDF)).await;
        assert_eq!(sent.status == StatusCode::SEE_OTHER, is_kept, "{script}: {}", sent.body);
        assert!(sent.body.contains(said), "{script}: {}", sent.body);
        let paper = way.house.get(&mut joan, &format!("{own}/papers/1")).await;
        assert_eq!(paper.status == StatusCode::OK, is_kept, "{script}");
    }
}

/// The registry with a scanner that finds nothing, and that notes how often it was asked.
async fn noting() -> (Way, impl Fn() -> usize) {
    let way = Way::with(|config| {
        let note = format!("cat > /dev/null; echo asked >> '{}/asked'", config.data.display());
        config.scanner.command = ["sh", "-c", &note].map(str::to_owned).to_vec();
    });
    let way = way.await;
    let asked = way.house.app.config.data.join("asked");
    (way, move || std::fs::read_to_string(&asked).map_or(0, |noted| noted.lines().count()))
}

#[tokio::test]
async fn a_file_for_which_there_is_no_room_is_not_scanned() {
    let ((way, asked), mut ben) = (noting().await, Browser::default());
    let own = ticket(&way, &mut ben).await;
    let mut desk = way.house.sign_in("desk").await;
    for (browser, at, files, says) in [
        (&mut ben, own.as_str(), 3, "three files of 10 MB together"),
        (&mut desk, "/help/tickets/1", 7, "A ticket takes ten files"),
    ] {
        for _ in 0..files {
            let sent = attach(&way, browser, at, ("list.pdf", PDF)).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        }
        let page = way.get(browser, at).await;
        assert!(page.body.contains("list.pdf") && !page.body.contains("not scanned"), "{}", page.body);
        assert!(!page.body.contains("Send a file"), "no form for what is not taken: {}", page.body);
        let sent = attach(&way, browser, at, ("more.pdf", PDF)).await;
        assert!(sent.body.contains(says), "{}", sent.body);
    }
    let own = enrollment(&way, &mut ben).await;
    way.send(&mut ben, &format!("{own}/withdraw"), "").await;
    let fields = [("kind", "letter-of-agreement")];
    let sent = way.house.post_file(&mut ben, &format!("{own}/scan"), &fields, ("scan.pdf", PDF)).await;
    assert!(sent.body.contains("not possible as it stands by now"), "{}", sent.body);
    assert_eq!(asked(), 10);
}

/// Page: /help/tickets/{number}/{key}/files
#[tokio::test]
async fn a_file_of_a_stranger_counts_as_a_form_before_it_is_read_and_one_of_staff_does_not() {
    let (way, mut ben) = (Way::with(|_| {}).await, Browser::default());
    let own = ticket(&way, &mut ben).await;
    let mut held_back = None;
    for n in 0..40 {
        let sent = way.house.post_file(&mut ben, &format!("{own}/files"), &[], ("list.pdf", b"MZ")).await;
        if sent.status == StatusCode::TOO_MANY_REQUESTS {
            held_back = Some(n);
            break;
        }
    }
    assert!(held_back.is_some_and(|n| (28..=30).contains(&n)), "{held_back:?}");
    let mut desk = way.house.sign_in("desk").await;
    let sent = attach(&way, &mut desk, "/help/tickets/1", ("form.png", PNG)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
}
