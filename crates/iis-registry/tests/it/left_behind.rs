//! What a later report of a dose leaves behind: the reporter is told, as who corrects by form is asked.

use crate::at_the_desk::{nurse, of, open, people, send, stored};
use crate::world::{World, about, on_each_engine};
use iis_model::event::ObservationValue;
use iis_model::recommendation::ForecastStatus;
use iis_model::{Coded, Cvx, PartialDate};
use iis_registry::desk::About;
use iis_registry::desk::saying::Reaction;
use iis_registry::recommend::{left_reactions, recommend};
use jiff::civil::date;

const REACTION_LEFT: &str = "REG-016";
const OBSERVATIONS_GONE: &str = "REG-017";

/// A dose of a history, under an order number.
fn dose(number: &str, on: &str, vaccine: &str, action: &str) -> String {
    format!(
        "ORC|RE||{number}^NORTH\rRXA|0|1|{on}||{vaccine}^CVX|999|||01^Historical^NIP001|||||||||||CP|{action}\r"
    )
}

async fn tell(world: &World, control: &str, mrn: &str, orders: &str) -> String {
    let person = format!("{mrn}^ANA^^^^^L||20200115|F");
    let reply = world.send(&world.north, &about("NORTH", control, mrn, &person, orders)).await;
    assert!(!reply.contains("MSA|AR"), "{reply}");
    reply
}

#[test]
fn a_message_that_leaves_a_reaction_with_the_dose_as_it_was_is_told_and_the_record_says_so() {
    const HEP_A: &str = "83^Hep A";
    const POLIO: &str = "10^IPV";
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        #[rustfmt::skip]
        let table = [
            // name      what comes after the reaction was noted                                 told   seen
            ("ADAMS",    dose("V1", "20210302", POLIO, "U"),                                     true,  true),
            ("BAKER",    dose("V1", "20210303", HEP_A, "U"),                                     false, false), // it is near
            ("BLAKE",    dose("V1", "20200303", HEP_A, "U"),                                     true,  false),
            ("CLARK",    dose("V1", "20210302", HEP_A, "D"),                                     true,  false),
            ("DAVIS",    dose("V1", "20210302", HEP_A, "U"),                                     false, false),
            ("EVANS",    dose("V1", "20210302", "85^Hep A, NOS", "U"),                           false, false), // counts the same
            ("FRANK",    dose("V1", "20210302", POLIO, "U") + &dose("V9", "20210302", HEP_A, "A"), false, false), // it is there
            ("GREEN",    dose("V2", "20210401", "03^MMR", "U"),                                  false, false), // another dose
        ];
        for (form, (name, after, is_left, is_seen)) in (10..).zip(table) {
            let both = dose("V1", "20210302", HEP_A, "A") + &dose("V2", "20210401", "08^Hep B", "A");
            tell(&world, &format!("{name}1"), name, &both).await;
            let number = people(&world, &north, name).await;
            let record = open(&world, &north, number).await;
            let on = PartialDate::day(date(2021, 3, 2));
            let reaction = Reaction {
                what: ObservationValue::Coded(Coded::new("39579001", "Anaphylaxis", "SCT")),
                after: (Cvx::new(83), on),
                on,
                vaers: None,
            };
            stored(send(&world, &north, form, About::Person(record.id), of(vec![reaction.report()])).await);
            let reply = tell(&world, &format!("{name}2"), name, &after).await;
            assert_eq!(reply.contains(REACTION_LEFT), is_left, "{name}: {reply}");
            if is_left {
                let line = reply.split('\r').find(|line| line.contains(REACTION_LEFT)).expect("an ERR");
                assert!(line.starts_with("ERR||RXA^1|999^") && line.contains("|W|"), "{line}");
            }
            let record = open(&world, &north, number).await;
            // a dose of that day may have caused it; where there is none, nobody can say more than the note does
            assert_eq!(!left_reactions(&world.cx.schedules, &record).is_empty(), is_seen, "{name}");
            let said = recommend(&world.cx.schedules, &record, date(2026, 3, 2));
            let is_noticed =
                said.notices.iter().any(|one| one.text.contains("names a dose that is not on record"));
            assert_eq!(is_noticed, is_seen, "{name}: {:?}", said.notices);
            // said again, there is nothing new to tell
            let again = tell(&world, &format!("{name}3"), name, &after).await;
            assert!(!again.contains(REACTION_LEFT), "{name}: {again}");
        }
    });
}

#[test]
fn a_message_that_drops_what_stood_under_a_dose_is_told() {
    let gelatin = "OBX|1|CE|30945-0^Contraindication^LN|1|VXC18^Gelatin^CDCPHINVS||||||F|||20210302\r";
    let renamed = "OBX|1|CE|30945-0^Contra^LN|1|VXC18^allergy (gelatin)^CDCPHINVS||||||F|||20210302\r";
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let mmr = |action: &str| dose("V1", "20210302", "03^MMR", action);
        let noted = |action: &str| {
            format!(
                "ORC|RE||9999^NORTH\rRXA|0|1|20210302||998^No vaccine^CVX|999||||||||||||||NA|{action}\r{gelatin}"
            )
        };
        #[rustfmt::skip]
        let table = [
            // name      before                  after                      others  told
            ("ADAMS",    mmr("A") + gelatin,     mmr("U"),                  false,  true),
            ("BAKER",    mmr("A") + gelatin,     mmr("U") + renamed,        false,  false),
            ("CLARK",    mmr("A") + gelatin,     mmr("D"),                  false,  true),
            ("DAVIS",    mmr("A") + gelatin,     mmr("U") + &noted("A"),    false,  false), // it stands beside the doses now
            ("EVANS",    noted("A"),             noted("D"),                false,  false), // that is what was asked for
            ("FRANK",    mmr("A"),               mmr("U") + gelatin,        false,  false),
            ("GREEN",    mmr("A") + gelatin,     mmr("U"),                  true,   true),  // what others noted nobody hears
        ];
        for (name, before, after, others_say_it, is_told) in table {
            if others_say_it {
                let person = format!("{name}^ANA^^^^^L||20200115|F");
                let theirs = noted("A").replace("NORTH", "SOUTH");
                world.send(&world.south, &about("SOUTH", &format!("{name}0"), name, &person, &theirs)).await;
            }
            tell(&world, &format!("{name}1"), name, &before).await;
            let reply = tell(&world, &format!("{name}2"), name, &after).await;
            assert_eq!(reply.contains(OBSERVATIONS_GONE), is_told, "{name}: {reply}");
            let record = open(&world, &north, people(&world, &north, name).await).await;
            let said = recommend(&world.cx.schedules, &record, date(2026, 3, 2));
            let is_out =
                |one: &iis_model::recommendation::Forecast| one.status == ForecastStatus::Contraindicated;
            let stays = said.forecasts.iter().any(is_out);
            assert_eq!(stays, !matches!(name, "ADAMS" | "CLARK" | "EVANS"), "{name}");
        }
    });
}
