//! Why two records were linked, left for review, or kept apart: field by field, for a human (design page, section 7).

use super::compare::Field;
use super::judge::judge;
use super::score::{likelihoods, share_logs};
use super::subject::Subject;
use super::veto::Vetoes;
use super::weights::{Class, Weights};
use std::f64::consts::LN_2;

/// One field's part in the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What people call the field.
    pub field: &'static str,
    /// How far it agrees, in words.
    pub level: &'static str,
    /// What the one record says, in comparable form; empty: nothing.
    pub a: String,
    /// What the other record says.
    pub b: String,
    /// Bits for *the same person* against a stranger.
    pub against_stranger: f64,
    /// Bits for *the same person* against the likelier of twin and other family member.
    pub against_family: f64,
}

/// Why two records were judged as they were.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The fields, the most telling first.
    pub lines: Vec<Line>,
    /// Evidence in bits against twin, family member and stranger together.
    pub bits: f64,
    /// Whom the two would be to one another if they are not the same person.
    pub rival: Class,
    /// From so many bits on records are linked.
    pub link_bits: f64,
    /// From so many bits on somebody should look.
    pub review_bits: f64,
    /// What speaks against linking.
    pub vetoes: Vetoes,
    /// The version of the weights.
    pub version: i64,
}

/// Explains how two records are judged. `twin_suspected` as for [`super::veto::vetoes`].
pub fn explain(a: &Subject, b: &Subject, twin_suspected: bool, weights: &Weights) -> Explanation {
    let judgement = judge(a, b, weights);
    let comparison = judgement.comparison;
    let totals = likelihoods(&comparison, a, b, weights);
    let of = |class: Class| totals[class as usize];
    let relative = if of(Class::Twin) >= of(Class::Family) { Class::Twin } else { Class::Family };
    let rival = if of(relative) >= of(Class::Unrelated) { relative } else { Class::Unrelated };
    let (first, last) = share_logs(&comparison, a, b, weights);
    let mut lines: Vec<Line> = (0..)
        .zip(Field::ALL)
        .zip(comparison.levels())
        .map(|((at, field), level)| {
            let logs = weights.logs(at, level);
            let share = [first, last].get(at).copied().unwrap_or(0.0);
            let same = logs[Class::Same as usize];
            Line {
                field: field.words,
                level: field.levels.get(usize::from(level)).map_or("", |level| level.words),
                a: value(field, a),
                b: value(field, b),
                against_stranger: (same - logs[Class::Unrelated as usize] - share) / LN_2,
                against_family: (same - logs[relative as usize]) / LN_2,
            }
        })
        .collect();
    let size = |line: &Line| line.against_stranger.abs().max(line.against_family.abs());
    lines.sort_by(|x, y| size(y).total_cmp(&size(x)));
    Explanation {
        lines,
        bits: judgement.bits,
        rival,
        link_bits: weights.thresholds.link_bits,
        review_bits: weights.thresholds.review_bits,
        vetoes: judgement.vetoes(a, b, twin_suspected),
        version: weights.version,
    }
}

/// What a record says in a field.
fn value(field: Field, subject: &Subject) -> String {
    match field.key {
        "first" if subject.newborn.is_some() => "(newborn without a name)".to_owned(),
        "first" => subject.first_whole.to_string(),
        "last" => subject.last.whole.to_string(),
        "birth" => subject.born_on.map(|date| date.to_string()).unwrap_or_default(),
        "sex" => subject.sex.map(|sex| sex.code().to_owned()).unwrap_or_default(),
        "middle" => subject.middle.to_string(),
        "suffix" => subject.suffix.map(|suffix| format!("{suffix:?}")).unwrap_or_default(),
        "household" => {
            let phones = subject.phones.iter().map(ToString::to_string);
            let streets = subject.streets.iter().map(|street| format!("{} {}", street.number, street.name));
            phones.chain(streets).collect::<Vec<_>>().join(", ")
        }
        "mother" => {
            let names = [&subject.mother_first, &subject.mother_maiden.whole, &subject.mother_last.whole];
            names
                .into_iter()
                .filter(|name| !name.is_empty())
                .map(|name| &**name)
                .collect::<Vec<_>>()
                .join(" ")
        }
        "medicaid" => subject.medicaid.to_string(),
        // Whose number it is stands in words of ours: who reports is said elsewhere.
        "mrn" => subject.mrns.iter().map(|(_, number)| &**number).collect::<Vec<_>>().join(", "),
        "multiple" => match (subject.is_of_multiple_birth(), subject.birth_order) {
            (true, Some(order)) => format!("multiple birth, order {order}"),
            (true, None) => "multiple birth".to_owned(),
            (false, _) => String::new(),
        },
        // The number itself is nobody's business.
        "ssn" if !subject.ssn.is_empty() => "(given)".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, explain};
    use crate::patient::names::Names;
    use crate::patient::population::Population;
    use crate::patient::subject::Subject;
    use crate::patient::veto::Veto;
    use crate::patient::weights::Weights;
    use iis_model::testing::person;

    #[test]
    fn two_valid_names_speak_for_one_against_strangers_and_for_two_against_twins() {
        let weights = Weights::default();
        let population = Population::unknown(Names::built_in());
        let subject = |given: &str| {
            let mut subject =
                Subject::of(&person().called("DOE", given).mrn(given, "CLINIC7"), &weights.names);
            population.inform(&mut subject);
            subject
        };
        let explanation = explain(&subject("MARIA"), &subject("MARIE"), false, &weights);
        let first =
            explanation.lines.iter().find(|line| line.field == "First name").expect("a weighed field");
        assert_eq!((first.a.as_str(), first.b.as_str()), ("MARIA", "MARIE"));
        assert!(first.against_family < 0.0, "{first:?}");
        assert_eq!(explanation.rival, Class::Twin);
        assert!(explanation.vetoes.has(Veto::TwoNames));
        let number = explanation.lines.iter().find(|line| line.b == "MARIE" && line.field != "First name");
        assert!(number.is_some(), "the record number without its facility: {explanation:?}");
    }
}
