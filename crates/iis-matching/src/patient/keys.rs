//! Candidate keys: what two records of one person are likely to share (design page, section 4).
//!
//! A key is a stable 64-bit hash of its kind and values; it is stored, so neither the hash nor the kinds may change
//! without rebuilding the index.

use super::normalize::address::Street;
use super::normalize::phonetic::soundex;
use super::subject::Subject;
use iis_model::Date;

/// The key of a kind and its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u64);

/// Writes values into a key: FNV-1a over the bytes, then `SplitMix64`'s finalizer, so that every bit counts.
struct Hash(u64);

impl Hash {
    fn of(kind: u8) -> Self {
        Self(0xcbf2_9ce4_8422_2325).text_bytes(&[kind])
    }

    fn text_bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    fn text(self, text: &str) -> Self {
        self.text_bytes(text.as_bytes()).text_bytes(&[0xff])
    }

    fn number(self, number: impl Into<i64>) -> Self {
        self.text_bytes(&number.into().to_le_bytes())
    }

    fn date(self, date: Date) -> Self {
        self.number(date.year()).number(date.month()).number(date.day())
    }

    fn key(self) -> Key {
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Key(bits ^ (bits >> 31))
    }
}

/// The keys under which a record is found, sorted, each once.
pub fn keys(subject: &Subject) -> Vec<Key> {
    let mut keys = Vec::with_capacity(24);
    if let Some(born_on) = subject.born_on {
        with_birth_date(subject, born_on, &mut keys);
        with_birth_year(subject, born_on, &mut keys);
    }
    without_birth_date(subject, &mut keys);
    by_identifier(subject, &mut keys);
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys to look for besides a record's own: its birth date with day and month swapped.
pub fn probes(subject: &Subject) -> Vec<Key> {
    let mut keys = Vec::new();
    if let Some(born_on) = subject.born_on
        && born_on.day() <= 12
        && let Ok(swapped) = Date::new(born_on.year(), born_on.day(), born_on.month())
        && swapped != born_on
    {
        with_birth_date(subject, swapped, &mut keys);
        keys.sort_unstable();
        keys.dedup();
    }
    keys
}

/// The years of birth, before and after a person's own, in which others of a family are sought.
const GENERATION: i16 = 45;

/// The keys under which others of the household stand: those of its telephones and addresses with each year in which
/// they may have been born. Some hundreds: for a page, not for the line.
pub fn household(subject: &Subject) -> Vec<Key> {
    let Some(born_on) = subject.born_on else { return Vec::new() };
    let mut keys = Vec::new();
    for year in born_on.year() - GENERATION..=born_on.year() + GENERATION {
        keys.extend(subject.phones.iter().map(|phone| by_phone(*phone, year)));
        keys.extend(subject.streets.iter().map(|street| by_street(street, year)));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How many stripes keys fall into, for [`stripes`].
const STRIPES: u64 = 65_536;

/// The stripes at which two units meet that both add a person like this one: of the keys of name and whole birth date,
/// which any two reports of one moment about one new person share; of all keys where the birth date is missing.
pub fn stripes(subject: &Subject) -> Vec<i64> {
    let mut keys = Vec::with_capacity(4);
    if let Some(born_on) = subject.born_on {
        keys.extend(last_sounds(subject).into_iter().map(|sound| by_last_name(born_on, sound)));
        if !subject.first.is_empty() {
            keys.push(by_first_name(born_on, &subject.first));
        }
    }
    if keys.is_empty() {
        keys = self::keys(subject);
    }
    let mut stripes: Vec<i64> = keys.into_iter().map(|key| (key.0 % STRIPES).cast_signed()).collect();
    stripes.sort_unstable();
    stripes.dedup();
    stripes
}

fn by_last_name(born_on: Date, sound: u16) -> Key {
    Hash::of(1).date(born_on).number(sound).key()
}

fn by_first_name(born_on: Date, first: &str) -> Key {
    Hash::of(2).date(born_on).text(letters(first, 3)).key()
}

fn by_phone(phone: u64, year: i16) -> Key {
    Hash::of(6).number(phone.cast_signed()).number(year).key()
}

fn by_street(street: &Street, year: i16) -> Key {
    Hash::of(7).text(&street.number).text(&street.name).number(year).key()
}

fn with_birth_date(subject: &Subject, born_on: Date, keys: &mut Vec<Key>) {
    for sound in last_sounds(subject) {
        keys.push(by_last_name(born_on, sound));
    }
    if !subject.first.is_empty() {
        keys.push(by_first_name(born_on, &subject.first));
        keys.push(Hash::of(2).date(born_on).number(subject.first_sound).key());
        if subject.middle.chars().count() > 1 {
            // Some use the middle name as first name.
            keys.push(by_first_name(born_on, &subject.middle));
        }
    }
    for zip in &subject.zips {
        keys.push(Hash::of(7).date(born_on).number(*zip).key());
    }
    for street in &subject.streets {
        keys.push(Hash::of(7).date(born_on).text(&street.number).key());
    }
    if !subject.mother_first.is_empty() {
        keys.push(Hash::of(8).date(born_on).text(letters(&subject.mother_first, 4)).key());
    }
    for phone in &subject.phones {
        keys.push(Hash::of(8).date(born_on).number(phone.cast_signed()).key());
    }
}

fn with_birth_year(subject: &Subject, born_on: Date, keys: &mut Vec<Key>) {
    let year = born_on.year();
    let has_name = !subject.first.is_empty();
    for last in last_sounds(subject) {
        if has_name {
            let (low, high) = (subject.first_sound.min(last), subject.first_sound.max(last));
            keys.push(Hash::of(3).number(low).number(high).number(year).key());
            keys.push(
                Hash::of(4).number(low).number(high).number(born_on.month()).number(born_on.day()).key(),
            );
        }
    }
    for phone in &subject.phones {
        keys.push(by_phone(*phone, year));
    }
    for street in &subject.streets {
        keys.push(by_street(street, year));
    }
    if has_name {
        for zip in &subject.zips {
            keys.push(Hash::of(9).text(&subject.first).number(*zip).number(year).key());
        }
    }
}

fn without_birth_date(subject: &Subject, keys: &mut Vec<Key>) {
    if subject.first.is_empty() {
        return;
    }
    if !subject.last.whole.is_empty() {
        keys.push(Hash::of(5).text(&subject.first).text(&subject.last.whole).key());
    }
    let beginning = letters(&subject.first, 2);
    for phone in &subject.phones {
        keys.push(Hash::of(6).number(phone.cast_signed()).text(beginning).key());
    }
    for street in &subject.streets {
        keys.push(Hash::of(7).text(&street.number).text(&street.name).text(beginning).key());
    }
    if !subject.mother_maiden.whole.is_empty() {
        keys.push(Hash::of(9).text(&subject.first).text(&subject.mother_maiden.whole).key());
    }
}

fn by_identifier(subject: &Subject, keys: &mut Vec<Key>) {
    for (sort, value) in ["ssn", "medicaid", "certificate"].into_iter().zip([
        &subject.ssn,
        &subject.medicaid,
        &subject.birth_certificate,
    ]) {
        if !value.is_empty() {
            keys.push(Hash::of(10).text(sort).text(value).key());
        }
    }
    for (authority, number) in &subject.mrns {
        keys.push(Hash::of(10).text("mrn").text(authority).text(number).key());
    }
}

/// How the family name and each of its parts sound.
fn last_sounds(subject: &Subject) -> Vec<u16> {
    let pieces = subject.last.parts.iter().chain(std::iter::once(&subject.last.whole));
    let mut sounds: Vec<u16> = pieces.map(|piece| soundex(piece)).filter(|sound| *sound != 0).collect();
    sounds.sort_unstable();
    sounds.dedup();
    sounds
}

/// The first letters of a word.
fn letters(word: &str, count: usize) -> &str {
    word.char_indices().nth(count).map_or(word, |(end, _)| &word[..end])
}
