//! The text of the barcode on a driver's license or identification card, as a scanner types it (AAMVA card design standard,
//! PDF417): last name, first name and birth date of its holder.
//!
//! Its elements have three letters before their value and a line each. A box of one line loses the line ends, and some
//! scanners leave them out, so they are also found without: then a name ends where the next element begins.

use super::criteria::Criteria;
use iis_model::Date;

/// By which such a text is told from other ones.
const HEADERS: [&str; 2] = ["ANSI ", "AAMVA"];

/// Last name; older cards have another one.
const LAST: [&str; 2] = ["DCS", "DAB"];
/// First name; older cards have all given names in one.
const FIRST: [&str; 2] = ["DAC", "DCT"];
/// Birth date.
const BORN_ON: &str = "DBB";
/// What may stand behind a name: whether it was cut off, other parts of the name, the birth date and other elements.
const BEHIND_A_NAME: [&str; 20] = [
    "DDEN", "DDET", "DDEU", "DDFN", "DDFT", "DDFU", "DDGN", "DDGT", "DDGU", "DAC", "DAD", "DCT", "DCU",
    "DCS", "DCA", "DCB", "DBB", "DBA", "DBD", "DAG",
];

/// Whom the card is about; none: the text is no such text, or tells no name and birth date.
pub(super) fn of_card(text: &str) -> Option<Criteria> {
    if !text.trim_start().starts_with('@') || !HEADERS.iter().any(|header| text.contains(header)) {
        return None;
    }
    let lines: Vec<&str> =
        text.split(char::is_control).map(str::trim).filter(|line| !line.is_empty()).collect();
    let has_lines = lines.len() > 3;
    let both = if has_lines { None } else { names_inside(text) };
    let value = |element: &str| if has_lines { of_line(&lines, element) } else { inside(text, element) };
    let name = |elements: [&str; 2]| elements.iter().find_map(|element| value(element)).unwrap_or_default();
    let (last, given) = both.unwrap_or_else(|| (name(LAST), name(FIRST)));
    let first = given.split([' ', ',']).find(|part| !part.is_empty()).unwrap_or_default();
    let born_on = value(BORN_ON).and_then(|text| day(&text))?;
    let is_named = !last.is_empty() && !first.is_empty();
    is_named.then(|| Criteria {
        last,
        first: first.to_owned(),
        born_on: Some(born_on),
        ..Criteria::default()
    })
}

/// The value of an element that has a line; the first one stands behind the header of its part of the card.
fn of_line(lines: &[&str], element: &str) -> Option<String> {
    let value = lines.iter().find_map(|line| {
        let is_header = || HEADERS.iter().any(|header| line.contains(header));
        let behind = |part: &&str| line.split_once(&format!("{part}{element}")).map(|(_, rest)| rest);
        let of_first = || ["DL", "ID"].iter().find_map(behind).filter(|_| is_header());
        line.strip_prefix(element).or_else(of_first)
    });
    value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Last name and given names in a text without lines, by the marks that today's cards have behind each: whether it was cut off. A
/// name may hold the letters of any element, so the marks count only where the next element follows.
fn names_inside(text: &str) -> Option<(String, String)> {
    let is_mark = |rest: &str, at: usize| matches!(rest.as_bytes().get(at + 3), Some(b'N' | b'T' | b'U'));
    let (_, rest) = LAST.iter().find_map(|element| text.split_once(element))?;
    let (last, given) = rest.match_indices("DDE").find_map(|(at, _)| {
        let given = FIRST.iter().find_map(|element| rest.get(at + 4..)?.strip_prefix(element))?;
        is_mark(rest, at).then_some((rest.get(..at)?, given))
    })?;
    let end = given
        .match_indices("DDF")
        .map(|(at, _)| at)
        .find(|at| is_mark(given, *at) && given.get(at + 4..).is_some_and(|next| next.starts_with('D')))?;
    Some((last.trim().to_owned(), given.get(..end)?.trim().to_owned()))
}

/// The value of an element in a text without lines.
fn inside(text: &str, element: &str) -> Option<String> {
    let (_, rest) = text.split_once(element)?;
    if element == BORN_ON {
        return rest.get(..8).map(str::to_owned);
    }
    let end = BEHIND_A_NAME.iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
    rest.get(..end).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Month, day and year, or in Canada year, month and day.
fn day(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let of = |year: Option<i16>, month: Option<i16>, day: Option<i16>| {
        let small = |number: i16| i8::try_from(number).ok();
        Date::new(year?, small(month?)?, small(day?)?).ok()
    };
    let is_likely = |date: &Date| (1880..=2200).contains(&date.year());
    let american = of(number(4, 8), number(0, 2), number(2, 4)).filter(is_likely);
    american.or_else(|| of(number(0, 4), number(4, 6), number(6, 8)).filter(is_likely))
}

#[cfg(test)]
mod tests {
    use super::of_card;
    use jiff::civil::date;

    const CARD: &str = "@\n\u{1e}\rANSI 636014040002DL00410288ZC03290015DLDAQD1234562\nDCSORTEGA\nDDEN\nDACMAYA\nDDFN\nDADRENATA\nDDGN\n\
        DCAC\nDCBNONE\nDCDNONE\nDBD08312022\nDBB02112004\nDBA02112027\nDBC2\nDAU064 in\nDAYBRO\nDAG12 ALDER ST\nDAICALDER\n\
        DAJCD\nDAK900010000  \nDCFX\nDCGUSA\rZCZCA\r";

    #[test]
    fn a_card_tells_its_holder_with_and_without_line_ends() {
        let one_line: String = CARD.chars().filter(|letter| !letter.is_control()).collect();
        let older = CARD.replace("DACMAYA\nDDFN\nDADRENATA\nDDGN\n", "DCTMAYA,RENATA\n");
        let canadian = CARD.replace("DBB02112004", "DBB20040211");
        let first_element = CARD.replace("DLDAQD1234562\nDCSORTEGA", "DLDCSORTEGA");
        for text in [CARD, &one_line, &older, &canadian, &first_element] {
            let found = of_card(text).unwrap_or_else(|| panic!("{text}"));
            let found = (&*found.last, &*found.first, found.born_on, &*found.number);
            assert_eq!(found, ("ORTEGA", "MAYA", Some(date(2004, 2, 11)), ""), "{text}");
        }
        let blank = CARD.replace("ORTEGA", "DE LA CRUZ");
        assert_eq!(of_card(&blank).map(|found| found.last), Some("DE LA CRUZ".to_owned()));
    }

    #[test]
    fn names_that_hold_the_letters_of_elements_are_read_whole() {
        for (last, first) in [
            ("MADDEN", "SOLEDAD"),
            ("DACOSTA", "DAGMAR"),
            ("MENDAGORRI", "TRINIDAD"),
            ("BRADLEY", "CARIDAD"),
            ("FIEDLER", "MADDE"),
        ] {
            let card = CARD.replace("ORTEGA", last).replace("MAYA", first);
            let one_line: String = card.chars().filter(|letter| !letter.is_control()).collect();
            let first_element = card.replace("DLDAQD1234562\nDCS", "DLDCS");
            for text in [&card, &one_line, &first_element] {
                let found = of_card(text).map(|found| (found.last, found.first));
                assert_eq!(found, Some((last.to_owned(), first.to_owned())), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_card_or_tells_too_little_is_none() {
        let without_date = CARD.replace("DBB02112004\n", "");
        let no_date = CARD.replace("DBB02112004", "DBB99999999");
        for text in ["", "@", "ortega, maya 2/11/24", "@ANSI ", "ANSI DCS DAC DBB", &without_date, &no_date] {
            assert_eq!(of_card(text), None, "{text}");
        }
    }
}
