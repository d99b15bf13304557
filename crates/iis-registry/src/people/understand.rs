//! What was typed into the one search box.
//!
//! `ortega, maya 2/11/24`, `maya ortega Feb 11 2024`, `88120 ortega`, `(202) 555-0140 2/11/24`, `+52 55 1234 5678 maya`, a
//! registry number: in any order. A word with a digit in it is a date, a telephone number, or else a number that somebody was given.

use super::criteria::Criteria;
use super::license::of_card;
use super::typed_date::{read_date, read_words};
use iis_matching::patient::names::Names;
use iis_matching::patient::normalize::{contact, fold_name};
use iis_model::Date;
use iis_model::telephone::{calling_code, international};
use jiff::ToSpan;

/// Words before a number that say what it is.
const LABELS: [&str; 5] = ["mrn", "id", BIRTH, "phone", "tel"];

/// The label of a birth date.
const BIRTH: &str = "dob";

/// The label that a word is.
fn label_of(word: &str) -> Option<&'static str> {
    let word = word.trim_end_matches([':', '.', '#']).to_lowercase();
    LABELS.into_iter().find(|label| *label == word)
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

impl Criteria {
    /// Understands what was typed into the one search box; two-digit years are the latest that are not after `today`.
    pub fn understand(text: &str, today: Date) -> Self {
        if let Some(holder) = of_card(text) {
            return holder;
        }
        let visible: String =
            text.chars().map(|letter| if is_unseen(letter) { ' ' } else { narrow(letter) }).collect();
        let mut reader = Reader {
            words: visible.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
            today,
            found: Self::default(),
        };
        if reader.words.len() == 1 && reader.is_bare_number() {
            return Self { number: reader.words.remove(0), ..Self::default() };
        }
        if !reader.take_phone_abroad() {
            reader.take_phones();
        }
        reader.take_dates();
        reader.take_numbers();
        reader.into_names()
    }
}

/// The most words that are read: far more than the names, numbers and days of one person. Telephone numbers and days are
/// looked for in every run of words, so that without an end a pasted page would hold a server up.
const MOST_WORDS: usize = 60;

/// The letter of usual width in the place of a full-width one, as keyboards for Chinese, Japanese and Korean type them.
pub(super) fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// Letters that are not seen: control characters, and marks that turn the direction of writing.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether some words are a telephone number.
type IsPhone = fn(&[&str]) -> bool;

struct Reader {
    /// What is not understood yet.
    words: Vec<String>,
    today: Date,
    found: Criteria,
}

impl Reader {
    /// One word with a digit in it that is no date and not written like a telephone number.
    fn is_bare_number(&self) -> bool {
        let word = &self.words[0];
        let is_abroad = word.starts_with('+') && international(word).is_some();
        has_digit(word)
            && !word.contains(',')
            && !is_phone(word)
            && !is_abroad
            && birth_date(word, self.today).is_none_or(|_| word.len() > 10)
    }

    /// `+52 55 1234 5678`, `+1 202 555 0140`, `0049 30 1234567`: a calling code, and all that can belong to the number behind
    /// it. Whether it was taken.
    fn take_phone_abroad(&mut self) -> bool {
        let words: Vec<&str> = self.words.iter().map(|word| word.trim_matches(',')).collect();
        let found = words.iter().enumerate().find_map(|(at, word)| {
            let is_plus = word.starts_with('+');
            if !is_plus && !is_dialed_code(word) {
                return None;
            }
            let run = |may_be: &dyn Fn(&str) -> bool| {
                let more = words[at + 1..].iter().take_while(|word| is_of_number(word) && may_be(word));
                let longest = 1 + more.take(MOST_GROUPS).count();
                let fits = |count: &usize| international(&words[at..at + count].join(" ")).is_some();
                (1..=longest).rev().find(fits).filter(|count| is_plus || *count > 1)
            };
            let is_apart = |word: &str| birth_date(word, self.today).is_some() || is_phone(word);
            let count = run(&|word| !is_apart(word)).or_else(|| run(&|_| is_plus))?;
            Some((at, count, words[at..at + count].join(" ")))
        });
        let Some((at, count, phone)) = found else { return false };
        self.found.phone = phone;
        self.cut(at, count);
        true
    }

    /// `(202) 555-0140`, `202-555-0140`, `202 555 0140`, `+1 202.555.0140`.
    fn take_phones(&mut self) {
        let forms: [(usize, IsPhone); 4] = [
            (3, |words| lengths(words) == [3, 3, 4]),
            (2, |words| words[0].starts_with('(') && is_phone(&words.concat())),
            (2, |words| matches!(words[0], "+1" | "1") && is_phone(words[1])),
            (1, |words| is_phone(words[0])),
        ];
        for (count, is) in forms {
            let windows: Vec<Vec<&str>> = self
                .words
                .windows(count)
                .map(|words| words.iter().map(|word| word.trim_matches(',')).collect())
                .collect();
            let at = windows.iter().position(|words| is(words) && contact::phone(&words.concat()).is_some());
            if let Some(at) = at {
                self.found.phone = windows[at].join(" ");
                self.cut(at, count);
                return;
            }
        }
    }

    fn take_dates(&mut self) {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let latest = self.today;
        let spelled = words
            .windows(3)
            .enumerate()
            .find_map(|(at, three)| Some((at, read_words([three[0], three[1], three[2]], latest)?)));
        let plain = || {
            let word = |at: usize| words[at].trim_matches(',');
            let dates = (0..words.len()).filter_map(|at| Some((at, birth_date(word(at), latest)?)));
            // what is called a number is none, and of the others digits alone are the likeliest to be a number
            let label = |at: usize| at.checked_sub(1).and_then(|before| label_of(words[before]));
            let dates = dates.filter(|(at, _)| label(*at).is_none_or(|label| label == BIRTH));
            dates.min_by_key(|(at, _)| (label(*at).is_none(), is_digits(word(*at)), *at))
        };
        if let Some((at, date)) = spelled {
            self.found.born_on = Some(date);
            self.cut(at, 3);
        } else if let Some((at, date)) = plain() {
            self.found.born_on = Some(date);
            self.cut(at, 1);
        }
    }

    /// The first number is the one that is looked up; more of them would be parts of something else.
    fn take_numbers(&mut self) {
        while let Some(at) = self.words.iter().position(|word| has_digit(word)) {
            let word = self.words[at].trim_matches(',').trim_start_matches('#').to_owned();
            let number = word.split_once(':').map_or(&*word, |(_, number)| number);
            if self.found.number.is_empty() {
                number.clone_into(&mut self.found.number);
            }
            self.cut(at, 1);
        }
    }

    /// Takes words out, with the label before them; a comma after them stays.
    fn cut(&mut self, at: usize, count: usize) {
        let had_comma = self.words[at + count - 1].ends_with(',');
        self.words.drain(at..at + count);
        if had_comma && at > 0 {
            self.words.insert(at, ",".to_owned());
        }
        if at > 0 && self.words.get(at - 1).is_some_and(|word| label_of(word).is_some()) {
            self.words.remove(at - 1);
        }
    }

    /// What is left are names: with a comma the last name is before it, without one the order is open.
    fn into_names(self) -> Criteria {
        let text = self.words.join(" ").replace(" ,", ",");
        let trimmed = |text: &str| text.trim_matches([',', ' ']).to_owned();
        let parts = text.split_once(',').filter(|(_, after)| !trimmed(after).is_empty());
        if let Some((last, first)) = parts {
            return Criteria { last: trimmed(last), first: trimmed(first), ..self.found };
        }
        let words = trimmed(&text);
        match words.split_once(' ').filter(|_| !is_one_family_name(&words)) {
            Some((one, other)) => {
                let (one, other) = (one.trim(), other.trim());
                let (first, last) = if is_last_first(one, other) { (other, one) } else { (one, other) };
                Criteria { last: last.to_owned(), first: first.to_owned(), in_any_order: true, ..self.found }
            }
            None => {
                Criteria { in_any_order: !words.is_empty() && !text.contains(','), last: words, ..self.found }
            }
        }
    }
}

/// The longest that anybody lived, and some more.
const LONGEST_LIFE_YEARS: i64 = 130;

/// A date, of digits alone only where somebody who lives can be born on it: clinics number their charts with eight digits too, and
/// `07280784` is no day of the year 784.
fn birth_date(word: &str, today: Date) -> Option<Date> {
    let is_lived = |on: Date| on <= today && today.saturating_sub(LONGEST_LIFE_YEARS.years()) <= on;
    read_date(word, today).filter(|on| !is_digits(word) || is_lived(*on))
}

/// Words with which a family name of several words begins.
#[rustfmt::skip]
const PARTICLES: [&str; 22] = [
    "DA", "DAS", "DE", "DEL", "DELLA", "DEN", "DER", "DES", "DI", "DO", "DOS", "DU", "LA", "LAS", "LE", "LOS", "TEN", "TER", "VAN", "VON",
    "ZU", "ZUR",
];

/// Those that are no names by themselves: `Do Minh` and `Das Anika` are a family name and a first name.
const ALONE: [&str; 10] = ["DE", "DEL", "DELLA", "DER", "DES", "DOS", "LOS", "VON", "ZU", "ZUR"];

/// `van der Berg`, `de León`: one family name, and no first name. One word that people are also given as a name says nothing:
/// `Van Nguyen` is called so.
fn is_one_family_name(words: &str) -> bool {
    let words: Vec<String> = words.split(' ').map(fold_name).collect();
    let Some((_, before)) = words.split_last() else { return false };
    let are_particles = before.iter().all(|word| PARTICLES.contains(&&**word));
    match before {
        [] => false,
        [only] => ALONE.contains(&&**only) && !Names::built_in().is_given(only),
        _ => are_particles,
    }
}

/// Whether two names are last and first, as far as given names are known: only the second is one. The order stays open; this only
/// says what stands in which field when the search is changed or the person added.
fn is_last_first(one: &str, other: &str) -> bool {
    let names = Names::built_in();
    let is_given = |name: &str| {
        let folded = fold_name(name);
        names.is_given(&folded) || !names.groups(&folded).is_empty()
    };
    !is_given(one) && is_given(other)
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

fn lengths(words: &[&str]) -> Vec<usize> {
    let all_digits = words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    if all_digits { words.iter().map(|word| word.len()).collect() } else { Vec::new() }
}

/// The most groups in which the digits of a number are written behind its calling code.
const MOST_GROUPS: usize = 7;

/// Whether a word can be a group of digits of a telephone number.
fn is_of_number(word: &str) -> bool {
    has_digit(word) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | '-' | '.'))
}

/// Whether a word is what is dialed before a calling code, with the code or without: `0049`, `011`.
fn is_dialed_code(word: &str) -> bool {
    let mut rests = ["011", "00"].into_iter().filter_map(|before| word.strip_prefix(before));
    rests.any(|rest| rest.is_empty() || rest == "1" || *calling_code(rest) == *rest)
}

/// Written like a telephone number: three, three and four digits with something between them.
fn is_phone(word: &str) -> bool {
    let bare = word.trim_matches(',').trim_start_matches("+1").trim_start_matches("1-");
    let groups: Vec<&str> = bare.split(['(', ')', '-', '.', '/']).filter(|group| !group.is_empty()).collect();
    lengths(&groups) == [3, 3, 4]
}

#[cfg(test)]
mod tests {
    use super::Criteria;
    use jiff::civil::date;

    #[test]
    fn the_box_understands_how_people_write() {
        let today = date(2026, 3, 2);
        let born = Some(date(2024, 2, 11));
        #[rustfmt::skip]
        let table = [
            // typed                                  last           first    born  number        phone
            ("ortega, maya 2/11/24",                  "ortega",      "maya",  born, "",           ""),
            ("maya ortega 02112024",                  "ortega",      "maya",  born, "",           ""),
            ("02/11/2024 ortega, maya",               "ortega",      "maya",  born, "",           ""),
            ("Maya de la Cruz 2024-02-11",            "de la Cruz",  "Maya",  born, "",           ""),
            ("ortega, 2/11/24 m",                     "ortega",      "m",     born, "",           ""),
            ("ortega 2/11/24, maya",                  "ortega",      "maya",  born, "",           ""),
            ("ortega,maya 2/11/24",                   "ortega",      "maya",  born, "",           ""),
            ("maya ortega Feb 11, 2024",              "ortega",      "maya",  born, "",           ""),
            ("11 february 2024 ortega, maya",         "ortega",      "maya",  born, "",           ""),
            ("May April 2/11/24",                     "April",       "May",   born, "",           ""),
            ("maya\tortega\u{202e} 2/11/24",          "ortega",      "maya",  born, "",           ""),
            ("88120 ortega, maya",                    "ortega",      "maya",  None, "88120",      ""),
            ("maya ortega dob: 2/11/24 mrn 88120",    "ortega",      "maya",  born, "88120",      ""),
            ("mrn:A17 2/11/24",                       "",            "",      born, "A17",        ""),
            ("(202) 555-0140 2/11/24",                "",            "",      born, "",           "(202) 555-0140"),
            ("maya ortega 202 555 0140",              "ortega",      "maya",  None, "",           "202 555 0140"),
            ("202-555-0140, ortega",                  "ortega",      "",      None, "",           "202-555-0140"),
            ("\u{ff4f}\u{ff52}\u{ff54}\u{ff45}\u{ff47}\u{ff41}\u{ff0c}\u{3000}maya \u{ff12}/11/24", "ortega", "maya", born, "", ""),
            ("+52 55 1234 5678 ortega, maya",         "ortega",      "maya",  None, "",           "+52 55 1234 5678"),
            ("maya +525512345678 2/11/24",            "maya",        "",      born, "",           "+525512345678"),
            ("+525512345678",                         "",            "",      None, "",           "+525512345678"),
            ("+49 (0)30 1234567, ortega 02112024",    "ortega",      "",      born, "",           "+49 (0)30 1234567"),
            ("0049 30 1234567 maya",                  "maya",        "",      None, "",           "0049 30 1234567"),
            ("011 44 20 7946 0958 2/11/24",           "",            "",      born, "",           "011 44 20 7946 0958"),
            ("+1 202 555 0140 maya",                  "maya",        "",      None, "",           "+1 202 555 0140"),
            ("+47 22 33 44 55 02112024",              "",            "",      born, "",           "+47 22 33 44 55"),
            ("00123 02112024",                        "",            "",      born, "00123",      ""),
            ("0012345678901",                         "",            "",      None, "0012345678901", ""),
            ("0052 202-555-0140",                     "",            "",      None, "0052",       "202-555-0140"),
            ("1234567897",                            "",            "",      None, "1234567897", ""),
            ("07280784",                              "",            "",      None, "07280784",   ""), // no day of the year 784
            ("07280084",                              "",            "",      None, "07280084",   ""), // nor of 84
            ("11460602",                              "",            "",      None, "11460602",   ""), // nor of 1146
            ("maya ortega 04179071",                  "ortega",      "maya",  None, "04179071",   ""), // nor to come
            ("02112024",                              "",            "",      born, "",           ""),
            ("03202024 02/11/2024",                   "",            "",      born, "03202024",   ""), // written as a date
            ("mrn 03202024 dob 2/11/2024",            "",            "",      born, "03202024",   ""),
            ("dob 02112024 mrn 03202024",             "",            "",      born, "03202024",   ""),
            ("03202024 dob 02112024",                 "",            "",      born, "03202024",   ""),
            ("mrn 03202024",                          "",            "",      None, "03202024",   ""),
            ("A17-22",                                "",            "",      None, "A17-22",     ""),
            ("Ingoldsby Percival 4/18/18",            "Ingoldsby",   "Percival", Some(date(2018, 4, 18)), "", ""),
            ("ortega",                                "ortega",      "",      None, "",           ""),
            ("van der berg 2/11/24",                  "van der berg", "",     born, "",           ""),
            ("de León 2/11/24",                       "de León",     "",      born, "",           ""),
            ("van nguyen 2/11/24",                    "nguyen",      "van",   born, "",           ""),
            ("maya van der berg 2/11/24",             "van der berg", "maya", born, "",           ""),
            ("de la cruz maya 2/11/24",               "la cruz maya", "de",   born, "",           ""), // the order is open
            ("",                                      "",            "",      None, "",           ""),
        ];
        for (typed, last, first, born_on, number, phone) in table {
            let found = Criteria::understand(typed, today);
            let found = (&*found.last, &*found.first, found.born_on, &*found.number, &*found.phone);
            assert_eq!(found, (last, first, born_on, number, phone), "{typed}");
        }
    }

    #[test]
    fn only_names_without_a_comma_are_in_any_order() {
        let is = |typed: &str| Criteria::understand(typed, date(2026, 3, 2)).in_any_order;
        assert!(is("maya ortega 2/11/24") && is("ortega 2/11/24"));
        assert!(!is("ortega, maya 2/11/24") && !is("2/11/24"));
    }
    #[test]
    fn a_pasted_page_is_read_up_to_an_end() {
        let page = "ortega maya ".repeat(10_000);
        let found = Criteria::understand(&page, date(2026, 3, 2));
        assert_eq!((found.last + " " + &found.first).split_whitespace().count(), super::MOST_WORDS);
    }
}
