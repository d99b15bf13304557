//! What a jurisdiction may tune about matching; versioned, and named in every decision.

use super::compare::Field;
use super::names::Names;
use std::fmt::Write as _;
use std::sync::Arc;
use toml::{Table, Value};

/// Who two records may be to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The same person.
    Same,
    /// Twins: one family, one birth.
    Twin,
    /// Other members of one family.
    Family,
    /// Strangers.
    Unrelated,
}

impl Class {
    /// All classes, in the order of the columns of the file of weights.
    pub const ALL: [Self; 4] = [Self::Same, Self::Twin, Self::Family, Self::Unrelated];

    const KEYS: [&str; 4] = ["same", "twin", "family", "unrelated"];
}

/// A number for each class.
pub type ByClass = [f64; 4];

/// Thresholds and weights of one version of the matching model.
#[derive(Debug, Clone)]
pub struct Weights {
    /// The version that decisions name.
    pub version: i64,
    /// Where decisions change.
    pub thresholds: Thresholds,
    /// How frequent each class is among candidates.
    pub priors: ByClass,
    /// The share of people with a first name, on the average of strangers who have theirs in common.
    pub usual_first_share: f64,
    /// The same of last names.
    pub usual_last_share: f64,
    /// For each field and level: how probable it is in each class.
    pub fields: Vec<Vec<ByClass>>,
    /// Tables of names.
    pub names: Arc<Names>,
    logs: Vec<Vec<ByClass>>,
}

/// Where decisions change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Evidence in bits from which on records are linked, unless something speaks against it.
    pub link_bits: f64,
    /// Evidence in bits from which on somebody should look.
    pub review_bits: f64,
    /// The same where first names differ.
    pub other_name_bits: f64,
}

/// The file of weights cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// It is not TOML.
    #[error("not a TOML file: {0}")]
    Syntax(String),
    /// A value is missing or is not what it must be.
    #[error("{0}: {1}")]
    Value(String, &'static str),
}

impl Default for Weights {
    /// The weights that come with the program (`policy/match-weights.toml`).
    fn default() -> Self {
        Self::parse(include_str!("../../../../policy/match-weights.toml"), Names::built_in())
            .expect("a test reads the file that comes with the program")
    }
}

impl Weights {
    /// Reads a file of weights: thresholds, class shares, and for each field and level four probabilities.
    pub fn parse(text: &str, names: Arc<Names>) -> Result<Self, WeightsError> {
        let file: Table =
            text.parse().map_err(|error: toml::de::Error| WeightsError::Syntax(error.message().into()))?;
        let number = |section: &str, key: &str| {
            file.get(section)
                .and_then(|table| table.get(key))
                .and_then(as_number)
                .ok_or_else(|| WeightsError::Value(format!("{section}.{key}"), "a number is missing"))
        };
        let version = file
            .get("version")
            .and_then(Value::as_integer)
            .ok_or_else(|| WeightsError::Value("version".into(), "a whole number is missing"))?;
        let mut priors = [0.0; 4];
        for (prior, key) in priors.iter_mut().zip(Class::KEYS) {
            *prior = probability(number("candidates", key)?, || format!("candidates.{key}"))?;
        }
        let fields = Field::ALL.iter().map(|field| read_field(&file, field)).collect::<Result<_, _>>()?;
        let thresholds = Thresholds {
            link_bits: number("thresholds", "link")?,
            review_bits: number("thresholds", "review")?,
            other_name_bits: number("thresholds", "review_other_name")?,
        };
        if thresholds.link_bits <= thresholds.review_bits {
            return Err(WeightsError::Value("thresholds".into(), "link must be above review"));
        }
        let usual = |key: &str| probability(number("usual_share", key)?, || format!("usual_share.{key}"));
        let (first, last) = (usual("first")?, usual("last")?);
        Ok(Self::new(version, thresholds, priors, (first, last), fields, names))
    }

    /// Of probabilities: class shares, usual shares of (first, last) names, and for each
    /// field of [`Field::ALL`] and each of its levels the probability in each class.
    pub fn new(
        version: i64,
        thresholds: Thresholds,
        priors: ByClass,
        (usual_first_share, usual_last_share): (f64, f64),
        fields: Vec<Vec<ByClass>>,
        names: Arc<Names>,
    ) -> Self {
        let ln = |by_class: &ByClass| by_class.map(f64::ln);
        let logs = fields.iter().map(|levels| levels.iter().map(ln).collect()).collect();
        Self { version, thresholds, priors, usual_first_share, usual_last_share, fields, names, logs }
    }

    /// The natural logarithms of the probabilities of a level in each class.
    pub(super) fn logs(&self, field: usize, level: u8) -> ByClass {
        self.logs.get(field).and_then(|levels| levels.get(usize::from(level))).copied().unwrap_or_default()
    }

    /// The file of weights that reads as these, without comments.
    pub fn to_toml(&self) -> String {
        let at = self.thresholds;
        let mut text = format!("version = {}\n\n[thresholds]\n", self.version);
        let _ = writeln!(
            text,
            "link = {:?}\nreview = {:?}\nreview_other_name = {:?}\n\n[candidates]",
            at.link_bits, at.review_bits, at.other_name_bits
        );
        for (key, prior) in Class::KEYS.iter().zip(self.priors) {
            let _ = writeln!(text, "{key} = {prior:.6}");
        }
        let shares = (self.usual_first_share, self.usual_last_share);
        let _ = writeln!(text, "\n[usual_share]\nfirst = {:.6}\nlast = {:.6}", shares.0, shares.1);
        for (field, levels) in Field::ALL.iter().zip(&self.fields) {
            let _ = writeln!(text, "\n# {}\n[{}]", field.words, field.key);
            let _ = writeln!(text, "#                    same      twin      family    unrelated");
            for (level, [same, twin, family, unrelated]) in field.levels.iter().zip(levels) {
                let key = level.key;
                let _ = writeln!(text, "{key:<19} = [{same:.6}, {twin:.6}, {family:.6}, {unrelated:.6}]");
            }
        }
        text
    }
}

fn as_number(value: &Value) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "thresholds are small numbers")]
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn probability(value: f64, place: impl Fn() -> String) -> Result<f64, WeightsError> {
    if value > 0.0 && value <= 1.0 {
        Ok(value)
    } else {
        Err(WeightsError::Value(place(), "must be above 0 and at most 1"))
    }
}

fn read_field(file: &Table, field: &Field) -> Result<Vec<ByClass>, WeightsError> {
    let read = |key: &'static str| {
        let place = || format!("{}.{key}", field.key);
        let row = file.get(field.key).and_then(|table| table.get(key)).and_then(Value::as_array);
        let row = row.filter(|row| row.len() == 4);
        let row = row.ok_or_else(|| WeightsError::Value(place(), "four probabilities are missing"))?;
        let mut by_class = [0.0; 4];
        for (slot, value) in by_class.iter_mut().zip(row) {
            *slot = probability(as_number(value).unwrap_or(-1.0), place)?;
        }
        Ok(by_class)
    };
    field.levels.iter().map(|level| read(level.key)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Weights, WeightsError};
    use crate::patient::names::Names;

    #[test]
    fn the_weights_that_come_with_the_program_read_back_as_printed() {
        let weights = Weights::default();
        let again = Weights::parse(&weights.to_toml(), Names::built_in()).expect("what was printed");
        assert_eq!(again.to_toml(), weights.to_toml());
    }

    #[test]
    fn a_file_that_lacks_something_is_refused_with_its_place() {
        let text = Weights::default().to_toml();
        let refused = |text: &str| Weights::parse(text, Names::built_in()).map(|_| ());
        let lacks = |place: &str, what| Err(WeightsError::Value(place.into(), what));
        assert_eq!(
            refused(&text.replace("version", "edition")),
            lacks("version", "a whole number is missing")
        );
        assert_eq!(
            refused(&text.replace("swapped ", "exchanged ")),
            lacks("first.swapped", "four probabilities are missing")
        );
        assert!(matches!(refused("="), Err(WeightsError::Syntax(_))));
    }
}
