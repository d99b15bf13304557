//! Signing in and out, passwords, and the first account of all.

pub(super) mod address;
pub(super) mod agreement;
pub(super) mod back;
pub(super) mod by_passkey;
pub(super) mod code;
pub(super) mod factor;
pub(super) mod mailbox;
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
use iis_registry::accounts;

/// Shortest password, in characters (requirements Z-1).
const SHORTEST: usize = 15;

/// What is said beside the field of a new password.
pub(super) const RULES: &str = "At least 15 characters. A sentence of several words is easy to remember.";

/// Words of this trade and of signing in, which whoever guesses tries first. With the registry's name and the user name they
/// are what OWASP ASVS 5.0.0 (6.1.2, 6.2.11) calls context specific: longer words stand before those they begin with.
const WORDS_OF_THE_PLACE: [&str; 22] = [
    "immunizations",
    "immunization",
    "immunisation",
    "vaccinations",
    "vaccination",
    "vaccines",
    "vaccine",
    "registry",
    "information",
    "system",
    "openiis",
    "patient",
    "clinic",
    "school",
    "pharmacy",
    "hospital",
    "health",
    "department",
    "password",
    "welcome",
    "nurse",
    "state",
];

/// So many letters and digits must be left of a password without the words of the place, if there were some.
const BESIDE_WORDS: usize = 8;

/// What is wrong with a new password, if anything; `own` are the user name and the address, `registry` is the name of this one.
fn problems_of_new(own: &[&str], registry: &str, new: &str, again: &str) -> Vec<Problem> {
    let length = new.chars().count();
    let mut problems = Vec::new();
    if length < SHORTEST {
        problems
            .push(Problem::of("new", format!("Use at least {SHORTEST} characters; this one has {length}.")));
    } else if new.len() > crate::passwords::LONGEST_PASSWORD {
        problems.push(Problem::of("new", "Use a shorter password: at most 1,000 characters."));
    } else if is_easy(own, new) || is_of_the_place(registry, new) {
        problems.push(Problem::of("new", EASY));
    }
    if new != again {
        problems.push(Problem::of("again", "The two new passwords differ. Type the same one twice."));
    }
    problems
}

/// What is said of a password that whoever guesses would try.
const EASY: &str = "Choose a password that is harder to guess: not your user name or e-mail address, not words of this place such \
                    as its name or vaccine, not one character again and again, no row such as 12345 or abcde.";

/// What is said of a password that leaked elsewhere.
const IN_FORCE_BEFORE: &str = "This account had this password before. Choose another.";
const BREACHED: &str = "This password stands in a list of passwords that leaked elsewhere. Choose another.";

/// The same with the operator's list of passwords that leaked elsewhere.
pub(super) async fn problems_of_password(
    visitor: &Visitor,
    user: &str,
    new: &str,
    again: &str,
) -> Vec<Problem> {
    let address = match accounts::address_of_user(&visitor.app.registry, user).await {
        Ok(address) => address.map(|address| address.to_string()).unwrap_or_default(),
        Err(error) => {
            tracing::error!(%error, "the address of an account cannot be read");
            String::new()
        }
    };
    let own = [user, &address, address.split('@').next().unwrap_or_default()];
    let mut problems = problems_of_new(&own, &visitor.app.registry.identity.name, new, again);
    match visitor.app.sign_in.is_breached(new).await {
        Ok(true) => problems.push(Problem::of("new", BREACHED)),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the list of leaked passwords cannot be read"),
    }
    if problems.is_empty() && was_in_force(visitor, user, new).await {
        problems.push(Problem::of("new", IN_FORCE_BEFORE));
    }
    problems
}

/// Whether the account had this password before: one that a reset took away as well, since somebody else may know it.
async fn was_in_force(visitor: &Visitor, user: &str, new: &str) -> bool {
    let former = match accounts::former_passwords(&visitor.app.registry, user).await {
        Ok(former) => former,
        Err(error) => {
            tracing::error!(%error, "the former passwords of an account cannot be read");
            return false;
        }
    };
    for hash in former {
        match visitor.app.passwords.verify(new, Some(&hash)).await {
            Ok(true) => return true,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a former password cannot be compared"),
        }
    }
    false
}

/// What one is called in it, hardly any different characters, or hardly anything but rows of them.
fn is_easy(own: &[&str], password: &str) -> bool {
    let password = password.to_lowercase();
    let mut letters: Vec<char> = password.chars().collect();
    if own.iter().any(|name| name.len() > 3 && password.contains(&name.to_lowercase())) || rows(&letters) < 5
    {
        return true;
    }
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 5
}

/// In how many rows of neighbors the characters stand: `12345` is one, so is `54321`, and a character alone.
fn rows(letters: &[char]) -> usize {
    let step = |from: char, to: char| match (from, to) {
        ('9', '0') => 1,
        ('0', '9') => -1,
        _ => i64::from(u32::from(to)) - i64::from(u32::from(from)),
    };
    let (mut rows, mut along) = (0, None);
    for pair in letters.windows(2) {
        let next = step(pair[0], pair[1]);
        let goes_on = (-1..=1).contains(&next) && along.is_none_or(|along| along == next);
        if !goes_on {
            rows += 1;
        }
        along = goes_on.then_some(next);
    }
    rows + usize::from(!letters.is_empty())
}

/// Hardly anything but words of the place.
fn is_of_the_place(registry: &str, password: &str) -> bool {
    let (lower, registry) = (password.to_lowercase(), registry.to_lowercase());
    let names = registry.split_whitespace().filter(|word| word.len() > 2);
    let mut rest = lower.clone();
    for word in names.chain(WORDS_OF_THE_PLACE) {
        rest = rest.replace(word, "");
    }
    rest.len() < lower.len() && rest.chars().filter(|letter| letter.is_alphanumeric()).count() < BESIDE_WORDS
}

#[cfg(test)]
mod tests {
    use super::problems_of_new;

    const SIXTY_FOUR: &str = "sixty-four letters are no more than a sentence of a dozen words…";

    #[test]
    fn a_new_password_is_long_hard_to_guess_and_typed_twice() {
        #[rustfmt::skip]
        let table: [(&str, &str, &[&str]); 17] = [
            // new                     again                    fields with a problem
            ("a short one 14",         "a short one 14",        &["new"]),
            ("fifteen letters",        "fifteen letters",       &[]),
            ("fifteen letters",        "fifteen lettres",       &["again"]),
            ("aaaaaaaaaaaaaaaa",       "aaaaaaaaaaaaaaaa",      &["new"]),
            ("my name is A.Reyes!",    "my name is A.Reyes!",   &["new"]),
            ("",                       "x",                     &["new", "again"]),
            ("123456789012345",        "123456789012345",       &["new"]),
            ("zyxwvutsrqponmlk",       "zyxwvutsrqponmlk",      &["new"]),
            ("abcde12345abcde54321",   "abcde12345abcde54321",  &["new"]),
            ("reyes.ana@calder.example", "reyes.ana@calder.example", &["new"]),
            ("mine is Reyes.Ana!!",    "mine is Reyes.Ana!!",   &["new"]),
            ("Immunization2026",       "Immunization2026",      &["new"]),
            ("Calder-Registry-26!",    "Calder-Registry-26!",   &["new"]),
            ("the vaccine of wolves",  "the vaccine of wolves", &[]),
            ("83927461 83927460",      "83927461 83927460",     &[]),
            (SIXTY_FOUR,               SIXTY_FOUR,              &[]),
            ("日本語のながいパスワードです。", "日本語のながいパスワードです。", &[]),
        ];
        for (new, again, expected) in table {
            let own = ["a.reyes", "reyes.ana@calder.example", "reyes.ana"];
            let problems = problems_of_new(&own, "Calder IIS", new, again);
            let fields: Vec<_> = problems.iter().map(|problem| &*problem.field).collect();
            assert_eq!(fields, expected, "{new:?}");
        }
    }
}
