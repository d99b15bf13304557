//! The documents themselves: their words in both languages, their tags, their code.

use super::poppler;
use iis_print::{Document, Form, GroupDose, Language, Printed, Printer, Standing, Status, Templates, sample};
use std::sync::LazyLock;

static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::new(Templates::default()));

pub(crate) fn print(document: &Document) -> Printed {
    PRINTER.print(document).unwrap_or_else(|error| panic!("{:?}: {error:?}", document.form))
}

fn all() -> impl Iterator<Item = (Form, Language)> {
    Form::ALL.into_iter().flat_map(|form| form.languages().iter().map(move |language| (form, *language)))
}

/// `INSTA_UPDATE=always` rewrites the expected sheets; the change is read in review.
#[test]
fn what_each_form_says() {
    for (form, language) in all() {
        let printed = print(&sample(form, language));
        assert_eq!(printed.pages, 1, "{form:?} {language:?}: a usual history has one page");
        let name = format!("{}-{}", form.code(), language.code());
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, poppler::text(&printed.pdf));
        });
    }
}

#[test]
fn every_document_can_be_read_by_those_who_do_not_see_it() {
    for (form, language) in all() {
        let document = sample(form, language);
        let pdf = print(&document).pdf;
        let told = format!("{form:?} {language:?}");
        let about = poppler::about(&pdf);
        assert!(about.contains("Tagged:          yes"), "{told}: {about}");
        assert!(about.lines().any(|line| line.starts_with("Title: ") && line.len() > 25), "{told}: {about}");
        if let Some(person) = &document.person {
            assert!(!about.contains(&*person.name), "{told}: the title shows in tabs and histories");
        }
        let metadata = poppler::metadata(&pdf);
        assert!(metadata.contains("<pdfuaid:part>1</pdfuaid:part>"), "{told}: {metadata}");
        assert!(metadata.contains(&format!("<rdf:li>{}-US</rdf:li>", language.code())), "{told}: {metadata}");
        let structure = poppler::structure(&pdf);
        assert!(structure.contains("\n  H1 "), "{told}: {structure}");
        let is_to_sign = matches!(form, Form::OptOut | Form::Rescind); // lines to write on, no table
        assert_eq!(structure.contains("TH <"), !is_to_sign, "{told}");
        assert_eq!(
            structure.contains("/Scope /Column"),
            !form.is_signed() && !is_to_sign,
            "{told}: a signature has rows alone"
        );
        if !form.is_blank() {
            assert!(structure.contains("/Scope /Row"), "{told}: {structure}");
            assert!(
                structure.contains("Figure"),
                "{told}: the code is a picture with words: without them no PDF is made"
            );
        }
        for (face, embedded, readable) in poppler::faces(&pdf) {
            assert!(embedded && readable, "{told}: {face}");
        }
    }
}

#[test]
fn the_code_leads_to_the_page_that_confirms_it() {
    let document = sample(Form::Record, Language::En);
    // as a fax carries it
    let (width, height, dots) = poppler::picture(&print(&document).pdf, 200);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    let found: Vec<String> =
        image.detect_grids().iter().map(|grid| grid.decode().expect("it can be read").1).collect();
    let verification = document.verification.expect("it has a code");
    assert_eq!(found, [verification.address.to_string()]);
}

#[test]
fn the_same_document_is_the_same_file() {
    let document = sample(Form::Record, Language::Es);
    let once = print(&document);
    assert_eq!(once, print(&document), "the same input, the same bytes");
    assert_eq!(
        once,
        Printer::new(Templates::default()).print(&document).expect("printed"),
        "another printer"
    );
    let later = Document { issued_at: document.issued_at + jiff::SignedDuration::from_secs(1), ..document };
    assert_ne!(once.pdf, print(&later).pdf, "the moment is part of the file");
}

#[test]
fn a_long_history_goes_on_with_head_name_and_number_of_the_page() {
    let mut document = sample(Form::Record, Language::En);
    let group = document.groups[0].clone();
    document.groups.extend((0..30).map(|_| group.clone()));
    let printed = print(&document);
    assert_eq!(printed.pages, 2);
    let text = poppler::text(&printed.pdf);
    let second = text.split('\u{c}').nth(1).expect("a second page");
    assert!(second.starts_with("Official immunization record · Ortega Núñez, Maya Renata"), "{second}");
    assert!(second.contains("Page 2 of 2") && second.contains("Date of each dose"), "{second}");
    assert!(text.contains("Page 1 of 2"));
    let sheets: Vec<&str> = text.split('\u{c}').filter(|sheet| !sheet.trim().is_empty()).collect();
    assert_eq!(sheets.len(), 2);
    for sheet in sheets {
        assert_eq!(sheet.matches("7KQ4-92MX-H3TB").count(), 1, "the code stands on every sheet: {sheet}");
    }
}

#[test]
fn no_sheet_of_an_administration_record_holds_the_code_alone() {
    let mut document = sample(Form::Administration, Language::Es);
    let given = document.given[0].clone();
    // about the number with which the first sheet is full, and beyond
    for doses in (10..=17).chain([40]) {
        document.given = vec![given.clone(); doses];
        let printed = print(&document);
        let text = poppler::text(&printed.pdf);
        let sheets: Vec<&str> = text.split('\u{c}').filter(|sheet| !sheet.trim().is_empty()).collect();
        assert_eq!(sheets.len(), printed.pages, "{doses}");
        assert!(doses > 10 || sheets.len() == 1, "{doses} doses of a visit stand on one page");
        for sheet in sheets {
            let has_more = sheet.contains("W021876") || sheet.contains("Nombre y cargo");
            assert!(has_more, "{doses} doses: a sheet with neither a dose nor the line to sign: {sheet}");
            assert!(sheet.contains("7KQ4-92MX-H3TB"), "{doses} doses: a sheet without the code: {sheet}");
        }
    }
}

#[test]
fn no_row_of_an_administration_record_is_split_over_two_pages() {
    let mut document = sample(Form::Administration, Language::En);
    let mut given = document.given[0].clone();
    given.place =
        "Alpha clinic of the northern district beyond the river and the long valley at Omega".into();
    for doses in [9, 11, 13, 40] {
        document.given = vec![given.clone(); doses];
        let printed = print(&document);
        assert!(printed.pages > 1, "{doses}");
        let text = poppler::text(&printed.pdf);
        for sheet in text.split('\u{c}') {
            assert_eq!(sheet.matches("Alpha").count(), sheet.matches("Omega").count(), "{doses}: {sheet}");
        }
        assert_eq!(text.matches("Omega").count(), doses);
    }
}

/// A vaccine that patient and provider decide about is not due, and days ahead read otherwise than days past.
#[test]
fn what_is_wanted_reads_as_people_say_it() {
    let aloud = |language| poppler::read_aloud(&print(&sample(Form::Record, language)).pdf);
    let (english, spanish) = (aloud(Language::En), aloud(Language::Es));
    for said in [
        "Dose 4 overdue since 09/11/2025",
        "Dose 2 due from 02/11/2028",
        "Dose 1 due now",
        "By decision with the provider",
    ] {
        assert!(english.contains(said), "{said}: {english}");
    }
    for said in [
        "Dosis 4: atrasada pendiente desde 09/11/2025",
        "Dosis 2: próxima a partir del 02/11/2028",
        "Dosis 1: corresponde ahora",
        "Según decisión con el profesional de salud",
    ] {
        assert!(spanish.contains(said), "{said}: {spanish}");
    }
    for said in ["Dose 7", "since 03/02/2026"] {
        assert!(!english.contains(said), "{said}: {english}");
    }
}

/// The day from which it counts is not on record: a parent is told to ask, and reads no date.
#[test]
fn a_dose_without_a_day_says_whom_to_ask() {
    let (first, when) = (Standing::AskFirst, Standing::AskWhen);
    let table = [
        (Language::En, when, "Dose 1 needed; ask your clinic when"),
        (Language::Es, when, "Dosis 1: necesaria; pregunte en su clínica cuándo"),
        (Language::En, first, "Dose 1 needed; ask the provider first"),
        (Language::Es, first, "Dosis 1: necesaria; consulte antes con el profesional de salud"),
    ];
    for (language, standing, said) in table {
        let mut document = sample(Form::Record, language);
        document.groups.truncate(1);
        document.groups[0].status = Some(Status { standing, on: None, dose: Some(1) });
        let aloud = poppler::read_aloud(&print(&document).pdf);
        assert!(aloud.contains(said), "{said}: {aloud}");
    }
}

/// Without conditions a paper is made from the doses alone: it says so, and has a day in the place of "overdue".
#[test]
fn a_paper_that_is_made_from_the_doses_alone_says_so() {
    let on = Some(jiff::civil::date(2026, 3, 2));
    #[rustfmt::skip]
    let table = [
        (Language::En, "Dose 2 by the schedule from 03/02/2026",             "Made from the doses alone"),
        (Language::Es, "Dosis 2: según el calendario a partir del 03/02/2026", "Hecho solo a partir de las dosis"),
    ];
    for (language, status, sentence) in table {
        let mut document = sample(Form::Record, language);
        assert!(!poppler::read_aloud(&print(&document).pdf).contains(sentence));
        document.doses_alone = true;
        document.groups.truncate(1);
        document.groups[0].status = Some(Status { standing: Standing::BySchedule, on, dose: Some(2) });
        let aloud = poppler::read_aloud(&print(&document).pdf);
        for said in [status, sentence] {
            assert!(aloud.contains(said), "{said}: {aloud}");
        }
    }
}

#[test]
fn a_form_to_sign_says_where_it_is_sent() {
    let mut document = sample(Form::OptOut, Language::En);
    let aloud = |document: &Document| poppler::read_aloud(&print(document).pdf);
    let with = aloud(&document);
    assert!(with.contains("form to Registry of the State of Example, P.O. Box 12, Example 90001."), "{with}");
    assert!(with.contains("Identification shown"), "{with}");
    document.issuer.address = "".into();
    assert!(aloud(&document).contains("Where that is, you are told at 555-0100."));
}

#[test]
fn a_record_without_doses_says_so() {
    let mut document = sample(Form::Record, Language::Es);
    document.groups.clear();
    document.notes.clear();
    let text = poppler::text(&print(&document).pdf);
    assert!(text.contains("No hay dosis registradas."), "{text}");
}

#[test]
fn dates_that_are_known_in_part_print_as_they_are() {
    let mut document = sample(Form::Record, Language::En);
    let dose =
        |given_on: &str| GroupDose { given_on: given_on.into(), ..document.groups[0].doses[0].clone() };
    let doses = vec![dose("2024-03"), dose("2023"), dose("")];
    document.groups.truncate(1);
    document.groups[0].doses = doses;
    let text = poppler::read_aloud(&print(&document).pdf);
    for part in ["03/2024", "2023", "date unknown"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_demonstration_says_what_it_is_not() {
    for form in Form::ALL {
        let mut document = sample(form, Language::En);
        document.issuer.environment = "demo".into();
        let text = poppler::text(&print(&document).pdf);
        assert!(text.contains("Demonstration: not an official record"), "{form:?}: {text}");
    }
}
