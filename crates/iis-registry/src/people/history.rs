//! Since when a source says what it says of a person, and what it said before (requirements P-2).
//!
//! Nothing is kept for this: every submission is ([decision 0052](../../../../docs/decisions/0052-what-was-said-before.md)).

use super::folding::in_order;
use iis_model::{Demographics, Timestamp};
use iis_store::submission::StoredSubmission;

/// What a source record said from one submission to the next, all that it had said by then taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// When the submission was sent that said something new.
    pub at: Timestamp,
    /// What held from then on.
    pub demographics: Demographics,
}

/// A value with the time in which a source said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is: `home`, `mother`.
    pub label: String,
    /// The value, in words.
    pub value: String,
    /// When it was first said.
    pub since: Timestamp,
    /// When something else was said in its place; none: it is still said.
    pub until: Option<Timestamp>,
    /// What took its place; empty: nothing of the kind.
    pub replaced_by: String,
}

/// The stages of a source record, the oldest first: only what counts, in the order in which it was sent.
pub(super) fn stages(rows: &[StoredSubmission]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut folded = Demographics::default();
    for (at, said) in in_order(rows) {
        folded.update(said);
        if stages.last().is_none_or(|last| last.demographics != folded) {
            stages.push(Stage { at, demographics: folded.clone() });
        }
    }
    stages
}

/// The values of one kind with their times, in the order in which they were first said. What is no longer said and comes back
/// later begins again.
pub fn spans(stages: &[Stage], values: impl Fn(&Demographics) -> Vec<(String, String)>) -> Vec<Span> {
    let is = |span: &Span, (label, value): &(String, String)| {
        span.label == *label && span.value.eq_ignore_ascii_case(value)
    };
    let mut spans: Vec<Span> = Vec::new();
    for stage in stages {
        let said = values(&stage.demographics);
        let is_open = |spans: &[Span], one: &(String, String)| {
            spans.iter().any(|span| span.until.is_none() && is(span, one))
        };
        let new: Vec<_> = said.iter().filter(|one| !is_open(&spans, one)).cloned().collect();
        for span in spans.iter_mut().filter(|span| span.until.is_none()) {
            if said.iter().any(|one| is(span, one)) {
                continue;
            }
            span.until = Some(stage.at);
            let instead = new.iter().find(|(label, _)| *label == span.label);
            span.replaced_by = instead.map(|(_, value)| value.clone()).unwrap_or_default();
        }
        for (label, value) in new {
            if !is_open(&spans, &(label.clone(), value.clone())) {
                spans.push(Span { label, value, since: stage.at, until: None, replaced_by: String::new() });
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::{Stage, spans};
    use iis_model::person::Telecom;
    use iis_model::{Demographics, Given, Timestamp};

    fn stage(minute: i64, phones: &[&str]) -> Stage {
        let telecom = |digits: &&str| Given::of(Telecom { digits: (*digits).into(), ..Telecom::default() });
        let telecoms = phones.iter().map(telecom).collect();
        let at = Timestamp::from_second(minute * 60).expect("a moment");
        Stage { at, demographics: Demographics { telecoms, ..Demographics::default() } }
    }

    fn phones(person: &Demographics) -> Vec<(String, String)> {
        let known = person.telecoms.iter().filter_map(Given::get);
        known.map(|one| ("phone".to_owned(), one.digits.to_string())).collect()
    }

    #[test]
    fn a_value_holds_until_another_one_takes_its_place() {
        let said = spans(&[stage(1, &["1", "2"]), stage(2, &["2", "3"]), stage(3, &["1"])], phones);
        let said: Vec<_> = said
            .iter()
            .map(|span| {
                let until = span.until.map(|at| at.as_second() / 60);
                (&*span.value, span.since.as_second() / 60, until, &*span.replaced_by)
            })
            .collect();
        #[rustfmt::skip]
        assert_eq!(said, [
            ("1", 1, Some(2), "3"),
            ("2", 1, Some(3), "1"),
            ("3", 2, Some(3), "1"),
            ("1", 3, None,    ""),
        ]);
    }

    #[test]
    fn a_value_that_stands_twice_in_a_list_is_one() {
        assert_eq!(spans(&[stage(1, &["1", "1"])], phones).len(), 1);
    }
}
