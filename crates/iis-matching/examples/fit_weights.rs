//! Fits the weights of patient matching on one half of the families of a labelled set and prints the file of weights.
//!
//! `fit_weights RECORDS.csv.gz TRUTH.csv.gz SEED`: thresholds are those of the present weights; the seed parts the
//! families.

#![expect(clippy::print_stdout, reason = "it is a command line")]

use flate2::read::MultiGzDecoder;
use iis_matching::Weights;
use iis_matching::evaluate::submissions::{Measures, Submissions, Truth};
use iis_matching::patient::fit::fit;
use iis_matching::patient::link::{Threads, link};
use iis_matching::patient::names::Names;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [records, truth, seed] = words.as_slice() else {
        return Err("fit_weights RECORDS.csv.gz TRUTH.csv.gz SEED".into());
    };
    let seed = seed.parse()?;
    let all = Submissions::read(open(records)?, &Names::built_in(), Threads::MIN)?;
    let truth = Truth::read(&std::io::read_to_string(open(truth)?)?, &all)?;
    let (submissions, fitted) = truth.retain(&all, |at| truth.is_in_fitted_half(at, seed));
    let weights = fit(submissions.records, |a, b| Some(fitted.class(a, b)), &Weights::default());
    println!("{}", weights.to_toml());
    let (submissions, held_out) = truth.retain(&all, |at| !truth.is_in_fitted_half(at, seed));
    let measures = Measures::of(&link(submissions.records, &weights), &held_out);
    println!("# held-out half: {measures:?}");
    Ok(())
}

fn open(path: &str) -> Result<MultiGzDecoder<File>, Box<dyn Error>> {
    Ok(MultiGzDecoder::new(File::open(path)?))
}
