//! What a reviewer answers to a question of the queue.

use super::asked::{Asked, close_answered, second};
use super::deed::{Deed, Making, Outcome, Refusal, carry_out, outcome};
use super::merge::{self, Merge};
use crate::access::protection::Veil;
use crate::matching::sweep::settled;
use crate::{Context, Failure};
use iis_matching::consolidate::Part;
use iis_model::{PersonId, RegistryNumber};
use iis_store::not_same::NotSame;
use iis_store::review_answer::{self, ReviewAnswer};
use iis_store::{AuditEntry, Change, Plan, StoreError, Tx};

/// The four answers (design page `matching`, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They are one: merged.
    Same,
    /// They are two, and are not proposed again.
    Different,
    /// They are two who grew up together; kept apart as [`Self::Different`], with that as the reason.
    Twins,
    /// A second reviewer is to look.
    Unsure,
}

impl Answer {
    /// The word under which the answer is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "merge",
            Self::Different => "different",
            Self::Twins => "twins",
            Self::Unsure => "unsure",
        }
    }

    /// The answer of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Same, Self::Different, Self::Twins, Self::Unsure].into_iter().find(|one| one.word() == word)
    }
}

/// An answer to a question, about one of those whom the person may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The review item.
    pub item_id: i64,
    /// Whom the reviewer compared the person with.
    pub about: RegistryNumber,
    /// What the reviewer says.
    pub answer: Answer,
    /// Where they are one person: whose value counts, where the reviewer did not leave that to the rules. A merge that
    /// waits for a second person counts with the values that this one chooses.
    pub values: Vec<(Part, Whose)>,
}

/// One of the two persons of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Who is asked about.
    This,
    /// Who it may be.
    Other,
}

/// Answers a question of the queue: one unit of work with what follows from it.
pub async fn answer(cx: &Context, deed: Deed, answered: Answered) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, &answered)).await
}

fn propose(mut making: Making<'_>, tx: &mut Tx<'_>, answered: &Answered) -> Result<Plan, StoreError> {
    let asked = Asked::read(&mut making, tx, answered.item_id, answered.about)?;
    let asked = visible(&making, tx, asked)?;
    let Some(asked) = unanswered(&making, tx, asked)? else {
        let deed = making.deed;
        let entry = AuditEntry::of(&deed.granted, deed.arrival.at);
        making.plan.audit.push(entry.action("answer-duplicate").result("not done"));
        return making.end(Outcome::Refused(Refusal::NothingAsked));
    };
    let (this, other) = asked.pair();
    let action = match answered.answer {
        Answer::Same => return same(making, tx, &asked, &answered.values),
        Answer::Different | Answer::Twins => "keep-apart",
        Answer::Unsure => "leave-to-second-reviewer",
    };
    making.decides_about(&asked.this);
    making.decides_about(&asked.other);
    note(&mut making, &asked, answered.answer)?;
    if answered.answer == Answer::Unsure {
        making.plan.changes.push(Change::ReviewState(second(asked.item.id)));
    } else {
        withdraw_waiting(&mut making, tx, asked.item.id)?;
        keep_apart(&mut making, (this, other), answered.answer);
        close_answered(&mut making, tx, (this, other))?;
    }
    let deed = making.deed;
    making.plan.audit.extend([this, other].map(|person| deed.audit(action, person, "done")));
    making.end(Outcome::Noted)
}

/// A question about somebody whom the reviewer may not see is none.
fn visible(making: &Making<'_>, tx: &mut Tx<'_>, asked: Option<Asked>) -> Result<Option<Asked>, StoreError> {
    let Some(asked) = asked else { return Ok(None) };
    let mut veil = Veil::of(&making.deed.granted);
    let shown = veil.shows(tx, asked.this.id, asked.this.protected)?
        && veil.shows(tx, asked.other.id, asked.other.protected)?;
    Ok(shown.then_some(asked))
}

/// Two who were found to be two meanwhile are no question: whoever thinks otherwise takes that answer back first.
fn unanswered(
    making: &Making<'_>,
    tx: &mut Tx<'_>,
    asked: Option<Asked>,
) -> Result<Option<Asked>, StoreError> {
    let Some(asked) = asked else { return Ok(None) };
    let (this, other) = asked.pair();
    let apart = settled(tx, &making.deed.granted, this)?;
    Ok((!apart.contains(&other)).then_some(asked))
}

/// With many doses the question then waits for a second person.
fn same(
    making: Making<'_>,
    tx: &mut Tx<'_>,
    asked: &Asked,
    values: &[(Part, Whose)],
) -> Result<Plan, StoreError> {
    let person = |whose| if whose == Whose::This { asked.this.id } else { asked.other.id };
    let kept: Vec<_> = values.iter().map(|(part, whose)| (*part, person(*whose))).collect();
    let item_id = Some(asked.item.id);
    let wanted = Merge { item_id, ..Merge::into_the_settled(&asked.this, &asked.other) };
    let mut plan = merge::propose(making, tx, wanted, &kept)?;
    if outcome(&plan.reply)? == Outcome::Waits {
        plan.changes.push(Change::ReviewState(second(asked.item.id)));
    }
    Ok(plan)
}

fn note(making: &mut Making<'_>, asked: &Asked, answer: Answer) -> Result<(), StoreError> {
    let deed = making.deed;
    let (from_person, to_person) = asked.pair();
    making.plan.changes.push(Change::ReviewAnswer(ReviewAnswer {
        id: making.cx.store.ids().take()?,
        item_id: Some(asked.item.id),
        op: answer.word().into(),
        from_person,
        to_person,
        event_id: None,
        actor: deed.actor().into(),
        at: deed.arrival.at,
        remark: deed.reason.clone(),
        state: "done".into(),
    }));
    Ok(())
}

/// A second person disagrees with a merge that waited for one.
fn withdraw_waiting(making: &mut Making<'_>, tx: &mut Tx<'_>, item_id: i64) -> Result<(), StoreError> {
    let answers = review_answer::of_item(tx, &making.deed.granted, item_id)?;
    let waiting = answers.iter().filter(|answer| &*answer.state == "waiting");
    making.plan.changes.extend(waiting.map(|answer| Change::AnswerState(answer.id, "withdrawn")));
    Ok(())
}

fn keep_apart(making: &mut Making<'_>, (this, other): (PersonId, PersonId), answer: Answer) {
    let deed = making.deed;
    let (person_a, person_b) = NotSame::pair(this, other);
    let reason = match answer {
        Answer::Twins if deed.reason.is_empty() => "twin or sibling".into(),
        Answer::Twins => format!("twin or sibling: {}", deed.reason).into(),
        _ => deed.reason.clone(),
    };
    making.plan.changes.push(Change::NotSame(NotSame {
        person_a,
        person_b,
        actor: deed.actor().into(),
        at: deed.arrival.at,
        reason,
    }));
}
