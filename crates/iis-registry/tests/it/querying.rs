//! What a query is answered with: the whole table of decisions, for histories (Z34) and for forecasts (Z44).

use crate::world::{World, about, count, mmr, on_each_engine, segment, vxu};
use iis_model::access::Channel;
use iis_model::organization::Sender;
use std::sync::Arc;

/// The two queries: profile, name (QPD-1), and the profile of an answer with a record.
const QUERIES: [(&str, &str, &str); 2] = [
    ("Z34", "Request Immunization History", "Z32"),
    ("Z44", "Request Evaluated History and Forecast", "Z42"),
];

/// More than are ever listed (`ExchangeRules::candidate_limit`).
const NAMESAKES: usize = 11;

/// A query: identifiers (QPD-3), name (QPD-4), birth date (QPD-6), and the most candidates wanted (RCP-2.1).
fn ask(profile: &str, site: &str, (ids, name, born): Asked<'_>, wanted: u32) -> String {
    let title = QUERIES.iter().find(|query| query.0 == profile).expect("a query").1;
    format!(
        "MSH|^~\\&|EHR|{site}|OPENIIS|CALDER|20260302095900+0000||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||{profile}^CDCPHINVS\r\
         QPD|{profile}^{title}^CDCPHINVS|T1|{ids}|{name}||{born}|F\rRCP|I|{wanted}^RD&Records&HL70126\r"
    )
}

fn field(segment: &str, number: usize) -> &str {
    segment.split('|').nth(number).unwrap_or_default()
}

/// The first component.
fn code(field: &str) -> &str {
    field.split('^').next().unwrap_or_default()
}

/// What of an answer the table is about.
#[derive(Debug, PartialEq, Eq)]
struct Told<'a> {
    profile: &'a str,
    msa_1: &'a str,
    qak_2: &'a str,
    persons: usize,
    /// ERR-3.1 of the one ERR; empty: there is none.
    error: &'a str,
}

fn told(reply: &str) -> Told<'_> {
    assert!(count(reply, "ERR") <= 1, "an answer has one ERR at most: {reply}");
    Told {
        profile: code(field(segment(reply, "MSH"), 20)),
        msa_1: field(segment(reply, "MSA"), 1),
        qak_2: field(segment(reply, "QAK"), 2),
        persons: count(reply, "PID"),
        error: code(field(segment(reply, "ERR"), 3)),
    }
}

/// A registry with everybody whom the table asks for.
async fn populated(world: &World) {
    world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
    world.send(&world.north, &about("NORTH", "M2", "E1", "ELM^EVA^^^^^L||20200115|F", "")).await;
    for (id, mrn, name) in [("M3", "R1", "ROE^MIA"), ("M4", "R2", "ROE^MIAH")] {
        world.send(&world.north, &about("NORTH", id, mrn, &format!("{name}^^^^^L||20200115|F"), "")).await;
    }
    for n in 0..NAMESAKES {
        let message = about("NORTH", &format!("N{n}"), &format!("N{n}"), "POE^IDA^^^^^L||20200115|F", "");
        world.send(&world.north, &message).await;
    }
    let protected = "PD1||||||||||||Y|20260101\r";
    world.send(&world.north, &about("NORTH", "M5", "P1", "OAK^ZOE^^^^^L||20200115|F", protected)).await;
}

/// An outcome: its name, who asks, from which site, for whom, how many candidates at most; profile, MSA-1, QAK-2, persons
/// and ERR-3 of the answer.
type Row<'a> = (&'a str, &'a Arc<Sender>, &'a str, Asked<'a>, u32, &'a str, &'a str, &'a str, usize, &'a str);
/// Identifiers, name and birth date of a query.
type Asked<'a> = (&'a str, &'a str, &'a str);

#[test]
fn every_outcome_has_its_profile_its_codes_and_its_persons() {
    const ANA: Asked<'_> = ("", "DOE^ANA^^^^^L", "20200115");
    on_each_engine(|world| async move {
        populated(&world).await;
        let mute = world.sender_with("mute", "SOUTH", |profile| profile.may_query = false).await;
        let (north, south) = (Arc::clone(&world.north), Arc::clone(&world.south));
        #[rustfmt::skip]
        let table: &[Row<'_>] = &[
            // outcome                  asker   site     QPD-3, QPD-4, QPD-6                                 RCP-2  profile MSA-1 QAK-2 PID ERR-3
            ("one, by name",            &south, "SOUTH", ANA,                                                5,     "one", "AA", "OK", 1,  ""),
            ("one, by its own number",  &north, "NORTH", ("A17^^^NORTH^MR", "", "20200115"),                 5,     "one", "AA", "OK", 1,  ""),
            ("one, without a dose",     &north, "NORTH", ("E1^^^NORTH^MR", "", "20200115"),                  5,     "one", "AA", "OK", 1,  ""),
            ("one that is less certain", &south, "SOUTH", ("", "DOE^ANNA^^^^^L", "20200115"),                5,     "Z31", "AA", "OK", 1,  ""),
            ("several",                 &south, "SOUTH", ("", "ROE^MIA^^^^^L", "20200115"),                  5,     "Z31", "AA", "OK", 2,  ""),
            ("more than are wanted",    &south, "SOUTH", ("", "ROE^MIA^^^^^L", "20200115"),                  1,     "Z33", "AA", "TM", 0,  ""),
            ("more than are given out", &south, "SOUTH", ("", "POE^IDA^^^^^L", "20200115"),                  99,    "Z33", "AA", "TM", 0,  ""),
            ("nobody",                  &south, "SOUTH", ("", "NOBODY^NOEL^^^^^L", "20200115"),              5,     "Z33", "AA", "NF", 0,  ""),
            ("another birth date",      &north, "NORTH", ("A17^^^NORTH^MR", "", "20200116"),                 5,     "Z33", "AA", "NF", 0,  ""),
            ("somebody else's number",  &south, "SOUTH", ("A17^^^NORTH^MR", "", "20200115"),                 5,     "Z33", "AA", "NF", 0,  ""),
            ("protected, its reporter", &north, "NORTH", ("", "OAK^ZOE^^^^^L", "20200115"),                  5,     "one", "AA", "OK", 1,  ""),
            ("protected, another",      &south, "SOUTH", ("", "OAK^ZOE^^^^^L", "20200115"),                  5,     "Z33", "AA", "NF", 0,  ""),
            ("no birth date",           &south, "SOUTH", ("", "DOE^ANA^^^^^L", ""),                          5,     "Z33", "AE", "AE", 0,  "101"),
            ("no first name",           &south, "SOUTH", ("", "DOE", "20200115"),                            5,     "Z33", "AE", "AE", 0,  "101"),
            ("nothing",                 &south, "SOUTH", ("", "", ""),                                       5,     "Z33", "AE", "AE", 0,  "101"),
            ("who may not ask",         &mute,  "SOUTH", ANA,                                                5,     "Z33", "AE", "AR", 0,  "999"),
        ];
        for (profile, title, one) in QUERIES {
            for (what, asker, site, asked, wanted, answer, msa_1, qak_2, persons, error) in table {
                let reply = world.send(asker, &ask(profile, site, *asked, *wanted)).await;
                let expected = Told {
                    profile: if *answer == "one" { one } else { answer },
                    msa_1,
                    qak_2,
                    persons: *persons,
                    error,
                };
                assert_eq!(told(&reply), expected, "{profile} {what}: {reply}");
                let qak = segment(&reply, "QAK");
                assert_eq!(
                    (field(qak, 1), field(qak, 3)),
                    ("T1", &*format!("{profile}^{title}^CDCPHINVS")),
                    "{what}"
                );
                let forecasts = reply.matches("||998^").count();
                assert_eq!(forecasts, usize::from(expected.profile == "Z42"), "{profile} {what}: {reply}");
            }
        }
    });
}

#[test]
fn what_fails_the_gate_or_comes_in_a_batch_is_answered_without_a_look() {
    on_each_engine(|world| async move {
        populated(&world).await;
        for (profile, ..) in QUERIES {
            let asked = ask(profile, "NORTH", ("A17^^^NORTH^MR", "", "20200115"), 5);
            #[rustfmt::skip]
            let table = [
                // changed                                     channel         profile MSA-1 QAK-2 ERR-3
                (asked.replace("|P|2.5.1|", "|P|2.4|"),        Channel::Http,  "Z23", "AR", "",   "203"),
                (asked.replace("|P|2.5.1|", "|T|2.5.1|"),      Channel::Http,  "Z23", "AR", "",   "202"),
                (asked.replace("^Q11^QBP_Q11", "^Q12^QBP"),    Channel::Http,  "Z23", "AR", "",   "201"),
                (asked.clone(),                                Channel::Batch, "Z33", "AE", "AR", "999"),
            ];
            for (message, channel, answer, msa_1, qak_2, error) in table {
                let reply = world.send_over(&world.north, &message, channel).await;
                let expected = Told { profile: answer, msa_1, qak_2, persons: 0, error };
                assert_eq!(told(&reply), expected, "{profile} {channel:?}: {reply}");
            }
        }
    });
}

#[test]
fn a_candidate_that_was_chosen_is_found_by_its_registry_number() {
    on_each_engine(|world| async move {
        populated(&world).await;
        for (profile, _, one) in QUERIES {
            let listed =
                world.send(&world.south, &ask(profile, "SOUTH", ("", "ROE^MIA^^^^^L", "20200115"), 5)).await;
            let numbers: Vec<_> = listed
                .split('\r')
                .filter(|segment| segment.starts_with("PID"))
                .map(|pid| code(field(pid, 3)).to_owned())
                .collect();
            assert_eq!(numbers.len(), 2, "{listed}");
            for number in numbers {
                let ids = format!("{number}^^^CALDER^SR");
                let reply = world.send(&world.south, &ask(profile, "SOUTH", (&ids, "", "20200115"), 1)).await;
                assert_eq!((told(&reply).profile, told(&reply).persons), (one, 1), "{reply}");
                assert!(field(segment(&reply, "PID"), 3).starts_with(&number), "{reply}");
            }
        }
    });
}

#[test]
fn what_is_agreed_about_answers_holds_for_that_sender() {
    on_each_engine(|world| async move {
        populated(&world).await;
        let certain = world.sender_with("certain", "SOUTH", |p| p.forecast_only_when_certain = true).await;
        let keeping = world.sender_with("keeping", "SOUTH", |p| p.keep_new_immunization = true).await;
        let several = ("", "ROE^MIA^^^^^L", "20200115");
        let ana = ("", "DOE^ANA^^^^^L", "20200115");
        #[rustfmt::skip]
        let table = [
            // asker      profile asked    answer
            (&certain,    "Z34",  several, ("Z31", "OK")),
            (&certain,    "Z44",  several, ("Z33", "TM")),
            (&certain,    "Z44",  ana,     ("Z42", "OK")),
            (&world.south, "Z44", several, ("Z31", "OK")),
        ];
        for (asker, profile, asked, answer) in table {
            let reply = world.send(asker, &ask(profile, "SOUTH", asked, 5)).await;
            assert_eq!(
                (told(&reply).profile, told(&reply).qak_2),
                answer,
                "{} {profile}: {reply}",
                asker.name
            );
        }
        // a dose that NORTH gave is history to SOUTH, unless that is agreed otherwise
        for (asker, source) in [(&world.south, "01"), (&keeping, "00"), (&world.north, "00")] {
            let reply = world.send(asker, &ask("Z34", &asker.sites[0].code, ana, 5)).await;
            assert!(field(segment(&reply, "RXA"), 9).starts_with(source), "{}: {reply}", asker.name);
        }
    });
}

#[test]
fn a_sender_that_may_only_ask_submits_nothing() {
    on_each_engine(|world| async move {
        let asking = world.sender_with("asking", "SOUTH", |profile| profile.may_submit = false).await;
        let reply = world.send(&asking, &vxu("SOUTH", "M1", "A17", "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AE|M1");
        assert!(segment(&reply, "ERR").contains("REG-007"), "{reply}");
        let reply = world.send(&asking, &ask("Z34", "SOUTH", ("A17^^^SOUTH^MR", "", "20200115"), 5)).await;
        assert_eq!(told(&reply).qak_2, "NF", "{reply}");
    });
}
