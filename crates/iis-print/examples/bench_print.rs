//! How long a document takes and what it leaves in memory, and every form to look at.
//!
//! `cargo run --release -p iis-print --example bench_print -- [FOLDER [TIMES]]`: prints every form in every language from
//! invented data, into FOLDER where one is named.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use iis_print::{Form, Language, Printer, Templates, sample};
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().map(PathBuf::from);
    let times: usize = words.next().map_or(Ok(300), |text| text.parse())?;
    println!("before the first document: {:.1} MiB anonymous", anonymous_mib());
    let printer = Printer::new(Templates::default());
    let begun = Instant::now();
    printer.print(&sample(Form::Record, Language::En))?;
    println!("the first document: {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    let early = anonymous_mib();
    let (mut slowest, all) = (
        0.0_f64,
        Form::ALL.into_iter().flat_map(|form| form.languages().iter().map(move |own| (form, *own))),
    );
    for (form, language) in all {
        let document = sample(form, language);
        let mut millis = Vec::with_capacity(times);
        let mut printed = printer.print(&document)?;
        for _ in 0..times {
            let begun = Instant::now();
            printed = printer.print(&document)?;
            millis.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        millis.sort_by(f64::total_cmp);
        let at = |part: usize| millis.get(millis.len() * part / 100).copied().unwrap_or_default();
        let name = format!("{}-{}.pdf", form.code(), language.code());
        println!("{name}: {} bytes, median {:.1} ms, p95 {:.1} ms", printed.pdf.len(), at(50), at(95));
        slowest = slowest.max(at(95));
        if let Some(folder) = &folder {
            std::fs::write(folder.join(name), printed.pdf)?;
        }
    }
    figure("slowest-form-p95-ms", slowest, "ms");
    println!("after the first document {early:.1} MiB anonymous");
    figure("anonymous-mib", anonymous_mib(), "MiB");
    Ok(())
}

fn figure(name: &str, value: f64, unit: &str) {
    println!(r#"{{"goal":"G5","name":"{name}","value":{value:.3},"unit":"{unit}"}}"#);
}

/// Memory of this process that is no file's.
fn anonymous_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default();
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kib / 1024.0
}
