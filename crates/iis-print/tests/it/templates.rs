//! Templates that a state put in place of ours: what is wrong with them is told, and what they could reach.

use iis_print::{Form, Language, PrintError, Printer, SHIPPED, TemplateFault, Templates, sample};

fn with(name: &str, change: impl Fn(&str) -> String) -> Printer {
    let (_, text) = SHIPPED.iter().find(|(own, _)| *own == name).expect("a template");
    Printer::new(Templates::replacing([(name.to_owned(), change(text))]).expect("a template"))
}

#[test]
fn those_that_ship_are_good() {
    assert_eq!(Printer::new(Templates::default()).check(), []);
}

#[test]
fn a_changed_word_is_printed() {
    let printer =
        with("words.typ", |text| text.replace("Official immunization record", "Certificate of Calder"));
    assert_eq!(printer.check(), []);
    let printed = printer.print(&sample(Form::Record, Language::En)).expect("printed");
    assert!(super::poppler::text(&printed.pdf).contains("Certificate of Calder"));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    #[rustfmt::skip]
    let table: [(&str, &str, &str, &str); 4] = [
        ("school.typ",  "#masthead",   "#mastheed",                        "unknown variable: mastheed"),
        ("words.typ",   "lot: \"Lot\"", "lot: \"Lot",                      "unclosed delimiter"),
        ("common.typ",  "#let today",  "#let broken = 1 + \"a\"\n#let today", "cannot add integer and string"),
        ("record.typ",  "#masthead",   "#image(\"qr.svg\")",               "PDF/UA-1 error: missing alt text"),
    ];
    for (file, good, bad, said) in table {
        let faults = with(file, |text| text.replacen(good, bad, 1)).check();
        let told = faults.iter().any(|fault| match fault {
            TemplateFault::Broken { file: at, line, text, .. } => {
                at == file && *line > 0 && text.contains(said)
            }
            TemplateFault::Unknown(_) => false,
        });
        assert!(told, "{file}: {faults:?}");
    }
}

#[test]
fn a_template_reaches_nothing_but_its_folder() {
    let reaches = [
        "#read(\"/etc/passwd\")",
        "#read(\"../../../etc/passwd\")",
        "#import \"@preview/cetz:0.3.0\"",
        "#datetime.today()",
        "#include \"other.typ\"",
        "#image(\"/etc/hostname\", alt: \"x\")",
    ];
    for reach in reaches {
        let printer = with("school.typ", |text| format!("{text}\n{reach}\n"));
        let printed = printer.print(&sample(Form::School, Language::En));
        assert!(matches!(printed, Err(PrintError::Template(_))), "{reach}: {printed:?}");
    }
}

#[test]
fn why_a_document_could_not_be_printed_does_not_say_whose() {
    let printer = with("school.typ", |text| format!("{text}\n#panic(data.person.name)\n"));
    let error = printer.print(&sample(Form::School, Language::En)).expect_err("it cannot be printed");
    let said = error.to_string();
    assert!(said.contains("school.typ") && !said.contains("Ortega"), "{said}");
    // and the next document is printed
    printer.print(&sample(Form::Record, Language::En)).expect("printed");
}
