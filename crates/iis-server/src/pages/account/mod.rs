//! Signing in and out, passwords, and the first account of all.

pub(super) mod agreement;
pub(super) mod back;
pub(super) mod by_passkey;
pub(super) mod code;
pub(super) mod factor;
pub(super) mod overview;
mod owed;
pub(super) mod passkeys;
pub(super) mod password;
pub(super) mod prove;
pub(super) mod set_up;
pub(super) mod sign_in;
pub(super) mod single_sign_on;
pub(super) mod views;

use super::frame::Problem;
use super::visitor::Visitor;

/// Shortest password, in characters (requirements Z-1).
const SHORTEST: usize = 15;

/// What is said beside the field of a new password.
pub(super) const RULES: &str = "At least 15 characters. A sentence of several words is easy to remember.";

/// What is wrong with a new password, if anything.
pub(super) fn problems_of_new(user: &str, new: &str, again: &str) -> Vec<Problem> {
    let length = new.chars().count();
    let mut problems = Vec::new();
    if length < SHORTEST {
        problems
            .push(Problem::of("new", format!("Use at least {SHORTEST} characters; this one has {length}.")));
    } else if new.len() > crate::passwords::LONGEST_PASSWORD {
        problems.push(Problem::of("new", "Use a shorter password: at most 1,000 characters."));
    } else if is_easy(user, new) {
        problems.push(Problem::of("new", "Choose a password that is harder to guess: not your user name, not one character again and again."));
    }
    if new != again {
        problems.push(Problem::of("again", "The two new passwords differ. Type the same one twice."));
    }
    problems
}

/// What is said of a password that leaked elsewhere.
const BREACHED: &str = "This password stands in a list of passwords that leaked elsewhere. Choose another.";

/// The same with the operator's list of passwords that leaked elsewhere.
async fn problems_of_password(visitor: &Visitor, user: &str, new: &str, again: &str) -> Vec<Problem> {
    let mut problems = problems_of_new(user, new, again);
    match visitor.app.sign_in.is_breached(new).await {
        Ok(true) => problems.push(Problem::of("new", BREACHED)),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the list of leaked passwords cannot be read"),
    }
    problems
}

/// The user name in it, or hardly any different characters.
fn is_easy(user: &str, password: &str) -> bool {
    let password = password.to_lowercase();
    let mut letters: Vec<char> = password.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 5 || (user.len() > 3 && password.contains(&user.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::problems_of_new;

    #[test]
    fn a_new_password_is_long_hard_to_guess_and_typed_twice() {
        #[rustfmt::skip]
        let table: [(&str, &str, &[&str]); 6] = [
            // new                     again                    fields with a problem
            ("a short one 14",         "a short one 14",        &["new"]),
            ("fifteen letters",        "fifteen letters",       &[]),
            ("fifteen letters",        "fifteen lettres",       &["again"]),
            ("aaaaaaaaaaaaaaaa",       "aaaaaaaaaaaaaaaa",      &["new"]),
            ("my name is A.Reyes!",    "my name is A.Reyes!",   &["new"]),
            ("",                       "x",                     &["new", "again"]),
        ];
        for (new, again, expected) in table {
            let problems = problems_of_new("a.reyes", new, again);
            let fields: Vec<_> = problems.iter().map(|problem| &*problem.field).collect();
            assert_eq!(fields, expected, "{new:?}");
        }
    }
}
