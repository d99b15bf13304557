//! One giving, said by forms and messages, corrected, removed, merged, parted, withdrawn and brought back in any order: what
//! left the stock is what the records say was given from it.

use crate::inventory::{deed, give, given};
use crate::one_giving::{Clinic, DAY, MARK, borrowed};
use crate::withdrawing::{take_back, withdraw};
use crate::world::{World, mmr, on_each_engine, rounds};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::record::PersonRecord;
use iis_model::{Coded, Given, PersonId, RegistryNumber, Timestamp};
use iis_registry::desk::{self, Outcome, OwnReport, ReportKey};
use iis_registry::people;
use iis_store::person;
use iis_synth::random::Random;

/// Deeds of a run.
const DEEDS: u8 = 28;

/// What was done so far that can be taken back.
#[derive(Default)]
struct Done {
    /// The merge that stands.
    merge: Option<i64>,
    /// The moments around each message that stands.
    sent: Vec<(Timestamp, Timestamp)>,
    withdrawals: Vec<(i64, (Timestamp, Timestamp))>,
    removed: Vec<(PersonId, ReportKey)>,
}

struct Run<'a> {
    world: &'a World,
    clinic: &'a Clinic,
    other: (RegistryNumber, PersonId),
    random: Random,
    done: Done,
    told: Vec<String>,
}

impl Run<'_> {
    fn by(&self, form: u8) -> (iis_registry::review::Deed, Site) {
        (deed(self.world, &self.clinic.by.0, form), self.clinic.by.1.clone())
    }

    /// The records there are.
    async fn records(&self) -> Vec<PersonRecord> {
        let mut records = vec![self.clinic.record(self.world).await];
        if self.done.merge.is_none() {
            let granted: Granted = self.clinic.by.0.clone();
            let opened = people::open(&self.world.cx, granted, self.other.0, self.world.arrival()).await;
            records.extend(opened.expect("the store works"));
        }
        records
    }

    async fn says(&mut self, form: u8) {
        let id = match self.done.merge {
            None if self.random.chance(400) => self.other.1,
            _ => self.clinic.id,
        };
        let dose = if self.random.chance(250) { borrowed(DAY) } else { given("L1", DAY) };
        self.told.push(format!("form {id:?} elsewhere {:?}", dose.not_from_stock.value));
        assert!(matches!(give(self.world, &self.clinic.by, form, id, dose).await, Outcome::Stored(_)));
    }

    async fn sends(&mut self, form: u8) {
        let action = *self.random.pick(&["A", "U", "U", "D"]);
        let mark = if self.random.chance(250) && action != "D" { MARK } else { "" };
        let is_otherwise = self.random.chance(400);
        self.told.push(format!("message {action} other {is_otherwise} marked {}", !mark.is_empty()));
        let (control, from) = (format!("M{form}"), self.world.arrival().at);
        let dose = mmr(if is_otherwise { "V2" } else { "V1" }, "20210301", "00", action) + mark;
        if is_otherwise {
            self.clinic.sends_otherwise(self.world, &control, &dose).await;
        } else {
            self.clinic.sends(self.world, &control, &dose).await;
        }
        self.done.sent.push((from, self.world.arrival().at));
    }

    /// A report of some record, whichever door it came through.
    async fn report(&mut self) -> Option<(PersonId, ReportKey)> {
        let mut reports = Vec::new();
        for record in self.records().await {
            let of = record.events.iter().flat_map(|event| &event.reports);
            reports.extend(of.map(|one| (record.id, (one.source_record_id, one.report_id))));
        }
        if reports.is_empty() { None } else { Some(*self.random.pick(&reports)) }
    }

    async fn corrects(&mut self, form: u8) {
        let Some((id, key)) = self.report().await else { return };
        let own = self.clinic.by.1.organization_id;
        let found = desk::own_report(&self.world.cx, self.clinic.by.0.clone(), id, key, own).await;
        let Some(OwnReport::Stands(said)) = found.expect("the store works") else { return };
        let mut now = match self.random.below(3) {
            0 => borrowed(DAY),
            1 => given("L1", DAY),
            _ => *said,
        };
        now.body_site = Given::of(Coded::new(["LT", "RT", "LA"][usize::from(form % 3)], "", "HL70163"));
        self.told.push(format!("correct {key:?} elsewhere {:?}", now.not_from_stock.value));
        let outcome = desk::correct(&self.world.cx, self.by(form), (id, key), now, Vec::new()).await;
        outcome.expect("the store works");
    }

    async fn removes(&mut self, form: u8) {
        let Some((id, key)) = self.report().await else { return };
        self.told.push(format!("remove {key:?}"));
        let outcome = desk::remove(&self.world.cx, self.by(form), (id, key)).await;
        outcome.expect("the store works");
        self.done.removed.push((id, key));
    }

    async fn puts_back(&mut self, form: u8) {
        let Some((_, key)) = self.done.removed.pop() else { return };
        let of = self.records().await;
        let Some(id) =
            of.iter().map(|record| record.id).max_by_key(|id| self.random.bits() ^ id.0.unsigned_abs())
        else {
            return;
        };
        self.told.push(format!("put back {key:?}"));
        let outcome = desk::put_back(&self.world.cx, self.by(form), (id, key)).await;
        outcome.expect("the store works");
    }

    async fn merges_or_parts(&mut self, form: u8) {
        self.done.merge = if let Some(event) = self.done.merge {
            self.told.push("part".to_owned());
            self.clinic.parts(self.world, form, event).await;
            None
        } else {
            self.told.push("merge".to_owned());
            Some(self.clinic.merges(self.world, form).await)
        };
    }

    async fn withdraws_or_brings_back(&mut self, form: u8) {
        if self.random.chance(500) && !self.done.withdrawals.is_empty() {
            let at = self.random.index(self.done.withdrawals.len());
            let (id, between) = self.done.withdrawals.remove(at);
            self.told.push(format!("bring back {id}"));
            take_back(self.world, id, form).await;
            self.done.sent.push(between);
        } else if !self.done.sent.is_empty() {
            let at = self.random.index(self.done.sent.len());
            let (from, until) = self.done.sent.remove(at);
            let id = withdraw(self.world, &self.clinic.ehr, from, until, form).await;
            self.told.push(format!("withdraw {id}"));
            self.done.withdrawals.push((id, (from, until)));
        }
    }

    /// How many doses the records say were given from the stock.
    async fn expected(&self) -> i64 {
        let records = self.records().await;
        let events = records.iter().flat_map(|record| &record.events);
        let from_stock =
            events.filter(|event| event.best.is_administered() && event.best.not_from_stock.get().is_none());
        i64::try_from(from_stock.count()).expect("few")
    }

    async fn step(&mut self, form: u8) {
        match self.random.weighted(&[3, 5, 3, 2, 1, 2, 3]) {
            0 => self.says(form).await,
            1 => self.sends(form).await,
            2 => self.corrects(form).await,
            3 => self.removes(form).await,
            4 => self.puts_back(form).await,
            5 => self.merges_or_parts(form).await,
            _ => self.withdraws_or_brings_back(form).await,
        }
    }
}

#[test]
fn what_left_the_stock_is_what_the_records_say_in_whatever_order_it_is_said_merged_and_withdrawn() {
    for round in 0..rounds(4) {
        on_each_engine(|world| async move {
            let clinic = Clinic::of(&world).await;
            clinic.sends_otherwise(&world, "M1", "").await;
            let id = clinic.otherwise(&world).await;
            let granted = clinic.by.0.clone();
            let found = world.cx.store.peek(move |tx| person::get(tx, &granted, id)).await;
            let number = found.expect("the store works").expect("a person").registry_number;
            let random = Random::new(11 + round, 5);
            let (done, told) = (Done::default(), Vec::new());
            let mut run = Run { world: &world, clinic: &clinic, other: (number, id), random, done, told };
            for form in 0..DEEDS {
                run.step(100 + form).await;
                let (left, expected) = (10 - clinic.shelf(&world).await, run.expected().await);
                assert_eq!(left, expected, "round {round}: {:#?}", run.told);
            }
        });
    }
}
