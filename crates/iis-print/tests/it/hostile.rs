//! Names that would be something else: markup, code, other directions, letters that no face has.

use super::documents::print;
use super::poppler;
use iis_print::{Document, Form, Language, Verdict, sample};

fn named(form: Form, name: &str) -> Document {
    let mut document = sample(form, Language::En);
    let person = document.person.as_mut().expect("a person");
    person.name = name.into();
    for dose in document.groups.iter_mut().flat_map(|group| &mut group.doses) {
        dose.vaccine = name.into();
    }
    document
}

/// Letters without what breaks lines, so that a name that is broken is still the same.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// A name is found in the file as it is written: nothing unseen stands between its letters, and only what no column holds is broken.
#[test]
fn a_long_name_is_read_and_copied_as_it_is_written() {
    #[rustfmt::skip]
    let table = [
        // name                                              broken on the record
        ("Featherstonehaugh, Anastasia",                     false),
        ("Papadimitrakopoulos, Konstantinos",                false),
        ("Hubert-Blaine-Wolfeschlegelsteinhausen, Maya",     true),
    ];
    for form in [Form::Record, Form::School, Form::Administration] {
        for (name, is_broken) in table {
            let text = poppler::read_aloud(&print(&named(form, name)).pdf);
            assert!(!text.contains('\u{200b}'), "{form:?} {name}: {text}");
            assert!(letters(&text).contains(&letters(name)), "{form:?} {name}: {text}");
            assert!(is_broken || text.contains(name), "{form:?} {name}: {text}");
        }
    }
}

#[test]
fn a_name_is_a_name_whatever_it_is_made_of() {
    let names = [
        "#panic()",
        "#panic(\"x\"), #include \"/etc/passwd\"",
        "#{ while true {} }",
        "*Bold*, _under_ `raw`",
        "$x^2$ $ <label> @reference",
        "= Heading \\ \\u{41} \\#",
        "// comment /* other */",
        "</svg><script>alert(1)</script>",
        "\"]]} , {\"person\": null",
        "(\\051) Tj ET endstream endobj",
        "https://example.com/ www.example.com",
        "Ñandú, Łukasz Đặng ĞİŞ",
        "Nguyễn Thị Minh Khai",
    ];
    let forms = [Form::Record, Form::School, Form::Administration];
    for (name, form) in names.into_iter().zip(forms.into_iter().cycle()) {
        let printed = print(&named(form, name));
        let text = poppler::read_aloud(&printed.pdf);
        assert!(letters(&text).contains(&letters(name)), "{form:?} {name}: {text}");
        assert_eq!((printed.pages, printed.unprintable), (1, 0), "{form:?} {name}");
        assert!(poppler::about(&printed.pdf).contains("JavaScript:      no"));
    }
}

#[test]
fn what_was_signed_is_text_whoever_signs() {
    for name in ["#panic(\"x\")", "= Heading $x^2$ @reference <label>", "\"]]} , {\"signed\": null"] {
        let mut document = sample(Form::LetterOfAgreement, Language::En);
        let signed = document.signed.as_mut().expect("it is signed");
        (signed.signer, signed.office, signed.site) = (name.into(), name.into(), name.into());
        signed.paragraphs.push(name.into());
        let printed = print(&document);
        let text = letters(&poppler::read_aloud(&printed.pdf));
        assert_eq!(text.matches(&letters(name)).count(), 4, "{name}: {text}");
    }
}

#[test]
fn names_of_other_scripts_are_there_too() {
    for name in ["Мария Иванова", "Ελένη Παπαδοπούλου", "Արմեն"] {
        let printed = print(&named(Form::Record, name));
        assert_eq!(printed.unprintable, 0, "{name}");
        assert!(poppler::read_aloud(&printed.pdf).contains(name), "{name}");
    }
    // from right to left: extracted in the order of reading or of the sheet, but every letter of it
    for name in ["יעל כהן", "محمد"] {
        let printed = print(&named(Form::Record, name));
        assert_eq!(printed.unprintable, 0, "{name}");
    }
}

#[test]
fn two_hundred_letters_stay_on_the_sheet() {
    let names = ["Maximiliana-".repeat(17), "W".repeat(200), "a b ".repeat(50)];
    for name in names {
        for form in [Form::Record, Form::School, Form::Administration] {
            let mut document = named(form, &name);
            for dose in document.groups.iter_mut().flat_map(|group| &mut group.doses) {
                dose.vaccine = "MMR".into();
            }
            let printed = print(&document);
            assert_eq!(printed.pages, 1, "{form:?}");
            let (width, _, dots) = poppler::picture(&printed.pdf, 50);
            let in_margin = |at: &usize| (at % width) >= width - 25;
            let ink = (0..dots.len()).filter(in_margin).filter(|at| dots[*at] < 200).count();
            assert_eq!(ink, 0, "{form:?} {name:.20}: nothing stands in the margin");
            assert!(letters(&poppler::read_aloud(&printed.pdf)).contains(&letters(&name)), "{form:?}");
        }
    }
}

/// The head of the second page has one line: a name that does not fit there is cut, and does not grow out of the sheet.
#[test]
fn a_long_name_stays_on_the_second_page() {
    let name = "Wilhelmina-".repeat(18);
    for form in [Form::Record, Form::School, Form::Administration] {
        let mut document = named(form, &name);
        let group = document.groups[0].clone();
        document.groups.extend((0..40).map(|_| group.clone()));
        let given = document.given.clone();
        document.given.extend((0..40).flat_map(|_| given.clone()));
        if form == Form::School {
            let dose = document.groups[0].doses[0].clone();
            document.groups[0].doses.extend((0..400).map(|_| dose.clone()));
        }
        let printed = print(&document);
        assert!(printed.pages > 1, "{form:?}");
        let text = poppler::text(&printed.pdf);
        let second = letters(text.split('\u{c}').nth(1).expect("a second page"));
        let times = second.matches("Wilhelmina").count();
        assert!((1..7).contains(&times), "{form:?}: {times} {second:.400}");
    }
}

/// A school form says that it lists doses that count, and lists no others.
#[test]
fn a_school_form_lists_no_dose_that_was_not_needed() {
    let mut document = sample(Form::School, Language::En);
    let hepatitis_b = document.groups.iter_mut().find(|group| &*group.id == "HepB").expect("a group");
    hepatitis_b.doses[2].verdict = Verdict::Extra;
    let (counted, extra) = (&*hepatitis_b.doses[1].given_on.clone(), "05/05/2025");
    hepatitis_b.doses[2].given_on = "2025-05-05".into();
    let aloud = poppler::read_aloud(&print(&document).pdf);
    let (year, rest) = counted.split_once('-').expect("a date");
    assert!(aloud.contains(&format!("{}/{year}", rest.replace('-', "/"))), "{aloud}");
    assert!(!aloud.contains(extra), "{aloud}");
}

/// Lots, products, clinics and notes without a blank break within their columns: all of each is on the sheet.
#[test]
fn long_words_break_within_their_columns() {
    let long = |letter: &str| -> Box<str> { format!("{letter}bcdefghijklmnop").repeat(5).into() };
    let mut document = sample(Form::Administration, Language::Es);
    let given = document.given.first_mut().expect("a dose");
    given.vaccine = long("V");
    given.manufacturer = long("M");
    given.lot = long("L");
    given.route_and_site = long("R");
    given.given_by = long("B");
    given.place = long("P");
    given.funding = long("F");
    let mut record = sample(Form::Record, Language::En);
    record.notes[0].what = long("N");
    record.person.as_mut().expect("a person").name = long("W");
    let group = record.groups.iter_mut().find(|group| &*group.id == "Varicella").expect("a group");
    (group.doses[0].lot, group.doses[0].vaccine) = (long("L"), long("V"));
    for (document, marks) in [(document, "VMLRBPF"), (record, "NWLV")] {
        let printed = print(&document);
        let (width, _, dots) = poppler::picture(&printed.pdf, 50);
        let ink = (0..dots.len()).filter(|at| at % width >= width - 25).filter(|at| dots[*at] < 200).count();
        assert_eq!(ink, 0, "nothing stands in the margin");
        // letters of two columns that lie on each other are read as a mixture
        let text = letters(&poppler::read_aloud(&printed.pdf));
        for mark in marks.chars() {
            assert!(text.contains(&*long(&mark.to_string())), "{mark}: {text}");
        }
    }
}

#[test]
fn codes_are_words_of_the_language() {
    let mut document = sample(Form::Administration, Language::Es);
    let given = document.given.first_mut().expect("a dose");
    (given.route_and_site, given.funding) =
        ("subcutaneous · left thigh".into(), "VFC: uninsured · Public VFC".into());
    let text = poppler::read_aloud(&print(&document).pdf);
    for words in ["subcutánea · muslo izquierdo", "VFC: sin seguro · público, VFC", "Femenino"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    document.language = Language::En;
    assert!(poppler::read_aloud(&print(&document).pdf).contains("subcutaneous · left thigh"));
    let mut record = sample(Form::Record, Language::Es);
    record.notes[0].what = "Rubella: a test shows immunity".into();
    let text = poppler::read_aloud(&print(&record).pdf);
    assert!(text.contains("Rubéola: una prueba muestra inmunidad"), "{text}");
}

#[test]
fn a_letter_that_no_face_has_is_noticed() {
    let mut document = sample(Form::School, Language::En);
    document.person.as_mut().expect("a person").name = "王小明, Wang Xiaoming".into();
    let printed = print(&document);
    assert_eq!(printed.unprintable, 3);
    let text = poppler::read_aloud(&printed.pdf);
    assert!(text.contains("\u{fffd}\u{fffd}\u{fffd}, Wang Xiaoming"), "{text}");
    assert!(text.contains("cannot be printed and stand as \u{fffd}"), "{text}");
}

#[test]
fn what_turns_the_direction_of_text_is_dropped() {
    let text = poppler::read_aloud(
        &print(&named(Form::School, "Ann\u{202e}ssilb\u{202c} \u{2066}X\u{0}\u{7}Y")).pdf,
    );
    assert!(text.contains("Annssilb XY"), "{text}");
}

#[test]
fn combining_letters_and_four_byte_letters_do_not_stop_the_press() {
    for name in [
        "Jose\u{301} Mun\u{303}oz",
        "x\u{301}\u{302}\u{303}y",
        "𝐌𝐚𝐲𝐚",
        "👩‍⚕️ Reyes",
        "\u{301}",
        " ",
        "",
        "\u{fffe}",
    ] {
        print(&named(Form::Record, name));
    }
}
