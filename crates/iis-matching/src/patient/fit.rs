//! Fitting: probabilities of levels, counted over labelled pairs of records.

use super::compare::{Field, First, Last};
use super::judge::judge;
use super::link::{Record, candidate_pairs, prepare};
use super::weights::{ByClass, Class, Weights};

/// Added to each count (Laplace), so that what was not seen is improbable and not impossible.
const SMOOTHING: f64 = 0.5;

/// Counts the levels of all candidate pairs among labelled records.
///
/// `class` says what two records (by index) are to one another, or `None` where that is not known. Thresholds and
/// names are those of `start`, whose version goes up by one.
pub fn fit(records: Vec<Record>, class: impl Fn(usize, usize) -> Option<Class>, start: &Weights) -> Weights {
    let records = prepare(records, start);
    let mut counts = Counts::new();
    for (a, b) in candidate_pairs(&records) {
        let Some(class) = class(a, b) else { continue };
        let (a, b) = (&records[a].subject, &records[b].subject);
        let comparison = judge(a, b, start).comparison;
        counts.add(comparison.levels(), class);
        if class == Class::Unrelated {
            if comparison.first == First::Exact {
                counts.first_share.add(a.first_share);
            }
            if comparison.last == Last::Exact {
                counts.last_share.add(a.last_share);
            }
        }
    }
    counts.weights(start)
}

struct Counts {
    pairs: ByClass,
    levels: Vec<Vec<ByClass>>,
    first_share: GeometricMean,
    last_share: GeometricMean,
}

impl Counts {
    fn new() -> Self {
        let levels = Field::ALL.iter().map(|field| vec![[0.0; 4]; field.levels.len()]).collect();
        Self {
            pairs: [0.0; 4],
            levels,
            first_share: GeometricMean::default(),
            last_share: GeometricMean::default(),
        }
    }

    fn add(&mut self, levels: [u8; Field::ALL.len()], class: Class) {
        self.pairs[class as usize] += 1.0;
        for (counts, level) in self.levels.iter_mut().zip(levels) {
            counts[usize::from(level)][class as usize] += 1.0;
        }
    }

    fn weights(self, start: &Weights) -> Weights {
        let all: f64 = self.pairs.iter().map(|count| count + SMOOTHING).sum();
        let priors = self.pairs.map(|count| (count + SMOOTHING) / all);
        let pairs = self.pairs;
        let fields = self.levels.into_iter().map(|levels| {
            let size = levels.iter().map(|_| SMOOTHING).sum::<f64>();
            let share = |counts: ByClass| {
                let mut shares = [0.0; 4];
                for ((share, count), pairs) in shares.iter_mut().zip(counts).zip(pairs) {
                    *share = (count + SMOOTHING) / (pairs + size);
                }
                shares
            };
            levels.into_iter().map(share).collect()
        });
        let usual = (
            self.first_share.value().unwrap_or(start.usual_first_share),
            self.last_share.value().unwrap_or(start.usual_last_share),
        );
        Weights::new(
            start.version + 1,
            start.thresholds,
            priors,
            usual,
            fields.collect(),
            start.names.clone(),
        )
    }
}

#[derive(Default)]
struct GeometricMean {
    logs: f64,
    count: f64,
}

impl GeometricMean {
    fn add(&mut self, share: f32) {
        self.logs += f64::from(share).ln();
        self.count += 1.0;
    }

    fn value(&self) -> Option<f64> {
        (self.count > 0.0).then(|| (self.logs / self.count).exp())
    }
}
