//! Fits the weights of patient matching on one half of the families of a labelled set and prints the file of weights.
//!
//! `fit_weights RECORDS.csv.gz TRUTH.csv.gz SEED`: thresholds are those of the present weights; the seed parts the
//! families.

#![expect(clippy::print_stdout, reason = "it is a command line")]

use iis_matching::Weights;
use iis_matching::evaluate::submissions::{Measures, Submissions, Truth};
use iis_matching::patient::fit::fit;
use iis_matching::patient::link::link;
use std::error::Error;
use std::fs::File;
use std::io::Read;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [records, truth, seed] = words.as_slice() else {
        return Err("fit_weights RECORDS.csv.gz TRUTH.csv.gz SEED".into());
    };
    let seed = seed.parse()?;
    let all = Submissions::read(&text(records)?)?;
    let truth = Truth::read(&text(truth)?, &all)?;
    let (submissions, fitted) = truth.retain(&all, |at| truth.is_in_fitted_half(at, seed));
    let weights = fit(&submissions.records, |a, b| Some(fitted.class(a, b)), &Weights::default());
    println!("{}", weights.to_toml());
    let (submissions, held_out) = truth.retain(&all, |at| !truth.is_in_fitted_half(at, seed));
    let measures = Measures::of(&link(&submissions.records, &weights), &held_out);
    println!("# held-out half: {measures:?}");
    Ok(())
}

fn text(path: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}
