//! A quiz: questions with answers to choose from. Whoever keeps the library writes it as plain text: a line with the question,
//! below it its answers, `*` before the right one and `-` before the others.

/// The most questions of a quiz.
const MOST_QUESTIONS: usize = 40;
/// The most answers of a question.
const MOST_ANSWERS: usize = 8;

/// A quiz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// Its questions, in order.
    pub questions: Box<[Question]>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: Box<str>,
    /// What can be answered, in order.
    pub answers: Box<[Box<str>]>,
    /// Which of them is right, from 0.
    right: usize,
}

impl Quiz {
    /// Reads what was written. The error says how to mend it.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let mut drafts: Vec<Draft> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match (line.strip_prefix('*'), line.strip_prefix('-')) {
                (None, None) => match drafts.last_mut() {
                    Some(draft) if draft.answers.is_empty() => draft.text = format!("{} {line}", draft.text),
                    _ => drafts.push(Draft { text: line.to_owned(), ..Draft::default() }),
                },
                (right, wrong) => {
                    let Some(draft) = drafts.last_mut() else {
                        return Err("Begin with a question: a line without a mark.");
                    };
                    draft.add(right.or(wrong).unwrap_or_default().trim(), right.is_some())?;
                }
            }
        }
        if drafts.is_empty() || drafts.len() > MOST_QUESTIONS {
            return Err("A quiz has 1 to 40 questions.");
        }
        Ok(Self { questions: drafts.into_iter().map(Draft::finished).collect::<Result<_, _>>()? })
    }

    /// Which questions are not answered rightly, from 0. `chosen` says which answer was chosen for a question, if any.
    pub fn wrong(&self, chosen: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
        let is_wrong = |(n, question): (usize, &Question)| (chosen(n) != Some(question.right)).then_some(n);
        self.questions.iter().enumerate().filter_map(is_wrong).collect()
    }
}

/// A question while it is read.
#[derive(Default)]
struct Draft {
    text: String,
    answers: Vec<Box<str>>,
    right: Option<usize>,
}

impl Draft {
    fn add(&mut self, answer: &str, is_right: bool) -> Result<(), &'static str> {
        if answer.is_empty() {
            return Err("An answer is empty: write it after its mark.");
        }
        if is_right && self.right.replace(self.answers.len()).is_some() {
            return Err("A question has one right answer: mark the others with -.");
        }
        self.answers.push(answer.into());
        Ok(())
    }

    fn finished(self) -> Result<Question, &'static str> {
        if !(2..=MOST_ANSWERS).contains(&self.answers.len()) {
            return Err("A question has 2 to 8 answers.");
        }
        let Some(right) = self.right else {
            return Err("A question has no right answer: mark it with *.");
        };
        Ok(Question { text: self.text.into(), answers: self.answers.into(), right })
    }
}

#[cfg(test)]
mod tests {
    use super::Quiz;

    const TWO: &str = "May an account be lent?\n- In a hurry\n* Never\n\nWhich comes first,\nto add or to search?\n*Search\n-Add\n";

    #[test]
    fn questions_with_their_answers_are_read_in_order() {
        let quiz = Quiz::read(TWO).expect("a quiz");
        let texts: Vec<_> = quiz.questions.iter().map(|question| &*question.text).collect();
        assert_eq!(texts, ["May an account be lent?", "Which comes first, to add or to search?"]);
        assert_eq!(&*quiz.questions[0].answers, [Box::from("In a hurry"), Box::from("Never")]);
    }

    #[test]
    fn what_is_wrong_or_missing_is_named() {
        let quiz = Quiz::read(TWO).expect("a quiz");
        #[rustfmt::skip]
        let table: [([Option<usize>; 2], &[usize]); 4] = [
            ([Some(1), Some(0)], &[]),
            ([Some(0), Some(0)], &[0]),
            ([Some(1), None],    &[1]),
            ([None,    Some(9)], &[0, 1]),
        ];
        for (chosen, wrong) in table {
            assert_eq!(quiz.wrong(|n| chosen.get(n).copied().flatten()), wrong, "{chosen:?}");
        }
    }

    #[test]
    fn what_is_no_quiz_says_how_to_mend_it() {
        let many = "Q\n* a\n- b\n".repeat(41);
        let long = format!("Q\n* a\n{}", "- b\n".repeat(8));
        #[rustfmt::skip]
        let table = [
            ("",                   "1 to 40 questions"),
            (&*many,               "1 to 40 questions"),
            ("* Never",            "Begin with a question"),
            ("Q\n* a",             "2 to 8 answers"),
            (&*long,               "2 to 8 answers"),
            ("Q\n- a\n- b",        "no right answer"),
            ("Q\n* a\n* b",        "one right answer"),
            ("Q\n* a\n-",          "An answer is empty"),
            ("Q\n* a\n- b\nAnd?",  "2 to 8 answers"),
        ];
        for (text, says) in table {
            let refused = Quiz::read(text).expect_err(text);
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }
}
