//! Where people of Calder live: towns, streets, telephones. All invented.
//!
//! ZIP codes start with 861 and 862 and telephone numbers with 546 and 576: no place in the United States has them,
//! so that no letter and no call reaches anybody.

use crate::calendar::Day;
use crate::random::Random;

/// The state's two letters in addresses.
pub const STATE: &str = "CD";

/// A town with its ZIP code, county and share of the people.
#[derive(Debug)]
pub struct Town {
    /// Name.
    pub name: &'static str,
    /// ZIP code.
    pub zip: &'static str,
    /// County.
    pub county: &'static str,
    weight: u32,
}

const fn town(name: &'static str, zip: &'static str, county: &'static str, weight: u32) -> Town {
    Town { name, zip, county, weight }
}

/// The towns of Calder, the largest first.
pub const TOWNS: &[Town] = &[
    town("Calder", "86101", "Calder", 260),
    town("Alder Falls", "86104", "Calder", 120),
    town("Port Lindgren", "86110", "Harbor", 110),
    town("Juniper Bend", "86120", "Juniper", 80),
    town("Wheatley", "86125", "Wheatley", 70),
    town("Stonebridge", "86131", "Juniper", 60),
    town("Little Pines", "86135", "Wheatley", 50),
    town("Marrow Creek", "86140", "Harbor", 45),
    town("Old Ferry", "86144", "Harbor", 40),
    town("Quillan", "86201", "Quillan", 35),
    town("Tamarack", "86205", "Quillan", 30),
    town("Redwater", "86210", "Redwater", 25),
    town("Vesper", "86214", "Redwater", 20),
    town("Bright Hollow", "86220", "Quillan", 20),
    town("Sable Point", "86228", "Harbor", 15),
    town("North Calder", "86105", "Calder", 20),
];

const STREETS: &[&str] = &[
    "Alder",
    "Ash",
    "Aspen",
    "Baker",
    "Bayberry",
    "Beacon",
    "Birch",
    "Blossom",
    "Bluff",
    "Briar",
    "Bridge",
    "Brook",
    "Canal",
    "Cedar",
    "Chapel",
    "Cherry",
    "Chestnut",
    "Church",
    "Clover",
    "College",
    "Cottage",
    "Creek",
    "Dogwood",
    "Eagle",
    "Elm",
    "Evergreen",
    "Fairview",
    "Falcon",
    "Farm",
    "Fern",
    "Ferry",
    "Field",
    "Forest",
    "Fountain",
    "Garden",
    "Glen",
    "Granite",
    "Grove",
    "Harbor",
    "Harvest",
    "Hawthorn",
    "Hazel",
    "Heather",
    "Hickory",
    "High",
    "Highland",
    "Hill",
    "Hollow",
    "Iris",
    "Ivy",
    "Jasper",
    "Juniper",
    "Kestrel",
    "Lake",
    "Lantern",
    "Laurel",
    "Library",
    "Lilac",
    "Linden",
    "Locust",
    "Magnolia",
    "Main",
    "Maple",
    "Market",
    "Meadow",
    "Mill",
    "Mission",
    "Mulberry",
    "Myrtle",
    "Oak",
    "Olive",
    "Orchard",
    "Park",
    "Pear",
    "Pine",
    "Pleasant",
    "Plum",
    "Pond",
    "Poplar",
    "Prairie",
    "Quarry",
    "Railroad",
    "Ridge",
    "River",
    "Rose",
    "Rowan",
    "Sage",
    "School",
    "Shore",
    "Spring",
    "Spruce",
    "Station",
    "Summit",
    "Sunset",
    "Sycamore",
    "Thistle",
    "Union",
    "Valley",
    "View",
    "Vine",
    "Walnut",
    "Water",
    "Willow",
    "Windmill",
    "Winter",
];

const KINDS: &[&str] = &["St", "Ave", "Rd", "Ln", "Dr", "Ct", "Way", "Pl"];

/// A home from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The first day in it.
    pub from: Day,
    number: u16,
    street: u8,
    kind: u8,
    unit: u16,
    /// Index into [`TOWNS`].
    pub town: u8,
}

impl Home {
    /// A home somewhere in Calder. A quarter of them are units of a house.
    pub fn draw(random: &mut Random, from: Day) -> Self {
        let weights: Vec<u32> = TOWNS.iter().map(|town| town.weight).collect();
        let small = |random: &mut Random, len| u8::try_from(random.index(len)).unwrap_or(0);
        let highest = if random.chance(300) { 9_800 } else { 980 };
        let number = 1 + random.below(highest);
        Self {
            from,
            number: u16::try_from(number).unwrap_or(1),
            street: small(random, STREETS.len()),
            kind: small(random, KINDS.len()),
            unit: if random.chance(250) { u16::try_from(1 + random.below(60)).unwrap_or(1) } else { 0 },
            town: u8::try_from(random.weighted(&weights)).unwrap_or(0),
        }
    }

    /// House number and street.
    pub fn street(&self) -> String {
        let (street, kind) = (STREETS[usize::from(self.street)], KINDS[usize::from(self.kind)]);
        format!("{} {street} {kind}", self.number)
    }

    /// Apartment, when it is a unit of a house.
    pub fn unit(&self) -> Option<String> {
        (self.unit > 0).then(|| format!("Apt {}", self.unit))
    }

    /// The town.
    pub fn town(&self) -> &'static Town {
        &TOWNS[usize::from(self.town)]
    }
}

/// A telephone number from a day on: ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// The first day of it.
    pub from: Day,
    /// Ten digits.
    pub digits: u64,
    /// Whether it is a cellular phone.
    pub is_cell: bool,
}

impl Phone {
    /// A telephone number of Calder.
    pub fn draw(random: &mut Random, from: Day) -> Self {
        let area = *random.pick(&[546, 576]);
        let exchange = loop {
            let exchange = 200 + random.below(800);
            if exchange % 100 != 11 && exchange != 555 {
                break exchange;
            }
        };
        let digits = (area * 1000 + u64::from(exchange)) * 10_000 + u64::from(random.below(10_000));
        Self { from, digits, is_cell: random.chance(600) }
    }
}

/// What was valid on a day, of things that each hold from a day on, the oldest first. A day before the first one
/// gets the first.
pub fn valid_on<T: Copy>(history: &[T], from: impl Fn(&T) -> Day, on: Day) -> Option<T> {
    let later = history.partition_point(|thing| from(thing) <= on);
    history.get(later.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::{Home, Phone, valid_on};
    use crate::calendar::Day;
    use crate::random::Random;

    #[test]
    fn the_home_of_a_day_is_the_last_one_moved_into() {
        let mut random = Random::new(1, 1);
        let homes = [Home::draw(&mut random, Day(100)), Home::draw(&mut random, Day(200))];
        for (day, from) in [(50, 100), (100, 100), (199, 100), (200, 200), (900, 200)] {
            assert_eq!(
                valid_on(&homes, |home| home.from, Day(day)).map(|home| home.from),
                Some(Day(from)),
                "{day}"
            );
        }
        assert_eq!(valid_on(&[] as &[Home], |home| home.from, Day(1)), None);
    }

    #[test]
    fn telephone_numbers_have_ten_digits_and_an_area_nobody_has() {
        let mut random = Random::new(1, 2);
        for _ in 0..1000 {
            let digits = Phone::draw(&mut random, Day(0)).digits;
            assert!((5_462_000_000..5_770_000_000).contains(&digits), "{digits}");
        }
    }
}
