//! What is done in a run.

use crate::following::OTHERWISE;
use crate::inventory::{deed, give, given};
use crate::one_giving::{Clinic, MARK, WHO, borrowed};
use crate::withdrawing::{take_back, withdraw};
use crate::world::{World, about, mmr};
use iis_model::access::Granted;
use iis_model::organization::{Sender, Site};
use iis_model::record::PersonRecord;
use iis_model::{Coded, Date, Given, PersonId, RegistryNumber, ReportedEvent, Timestamp};
use iis_registry::desk::{self, Outcome, OwnReport, ReportKey};
use iis_registry::people;
use iis_registry::review::Deed;
use iis_store::{Lane, person, sender};
use iis_synth::random::Random;
use jiff::civil::date;
use std::sync::Arc;

/// Near enough to be one dose with a wrong date, and farther.
const DAYS: [Date; 4] = [date(2021, 3, 1), date(2021, 3, 3), date(2021, 3, 8), date(2021, 5, 1)];

/// Whose message, and the moments around it.
type Sent = (Arc<Sender>, Timestamp, Timestamp);

/// What was done so far that can be taken back.
#[derive(Default)]
struct Done {
    /// The merge that stands.
    merge: Option<i64>,
    /// The messages that stand.
    sent: Vec<Sent>,
    withdrawals: Vec<(i64, Sent)>,
    removed: Vec<(PersonId, ReportKey)>,
}

pub(super) struct Run<'a> {
    pub(super) world: &'a World,
    pub(super) clinic: &'a Clinic,
    /// A system of the clinic whose doses come out of the stock only since that was agreed.
    pub(super) later: Arc<Sender>,
    pub(super) agreed_at: Option<Timestamp>,
    other: (RegistryNumber, PersonId),
    random: Random,
    done: Done,
    pub(super) told: Vec<String>,
}

impl<'a> Run<'a> {
    pub(super) async fn of(world: &'a World, clinic: &'a Clinic, round: u64) -> Self {
        clinic.sends_otherwise(world, "M1", "").await;
        let id = clinic.otherwise(world).await;
        let granted = clinic.by.0.clone();
        let found = world.cx.store.peek(move |tx| person::get(tx, &granted, id)).await;
        let number = found.expect("the store works").expect("a person").registry_number;
        let later = world.sender_with("north-three", "NORTH", |_| {}).await;
        Self {
            world,
            clinic,
            later,
            agreed_at: None,
            other: (number, id),
            random: Random::new(11 + round, 5),
            done: Done::default(),
            told: Vec::new(),
        }
    }

    fn by(&self, form: u8) -> (Deed, Site) {
        (deed(self.world, &self.clinic.by.0, form), self.clinic.by.1.clone())
    }

    /// The records there are.
    pub(super) async fn records(&self) -> Vec<PersonRecord> {
        let mut records = vec![self.clinic.record(self.world).await];
        if self.done.merge.is_none() {
            let granted: Granted = self.clinic.by.0.clone();
            let opened = people::open(&self.world.cx, granted, self.other.0, self.world.arrival()).await;
            records.extend(opened.expect("the store works"));
        }
        records
    }

    fn day(&mut self) -> Date {
        *self.random.pick(&DAYS)
    }

    fn lot(&mut self) -> &'static str {
        ["L1", "L1", "L2", "LX"][self.random.index(4)]
    }

    fn dose(&mut self) -> ReportedEvent {
        let (day, lot) = (self.day(), self.lot());
        if self.random.chance(200) { borrowed(day) } else { given(lot, day) }
    }

    fn tell(&mut self, what: &str, event: &ReportedEvent) {
        let (lot, on) = (event.lot.number.get(), event.given_date());
        let (away, alone) = (event.not_from_stock.value, event.leaves_stock_alone);
        self.told.push(format!("{what} lot {lot:?} on {on:?} elsewhere {away:?} alone {alone}"));
    }

    async fn says(&mut self, form: u8) {
        let id = match self.done.merge {
            None if self.random.chance(400) => self.other.1,
            _ => self.clinic.id,
        };
        let dose = self.dose();
        self.tell(&format!("form {id:?}"), &dose);
        assert!(matches!(give(self.world, &self.clinic.by, form, id, dose).await, Outcome::Stored(_)));
    }

    async fn sends(&mut self, form: u8) {
        let action = *self.random.pick(&["A", "U", "U", "D"]);
        let mark = if self.random.chance(200) && action != "D" { MARK } else { "" };
        let (is_otherwise, is_later) = (self.random.chance(400), self.random.chance(400));
        let (order, day) = (*self.random.pick(&["1", "2", "3"]), self.day());
        let lot = if self.random.chance(150) { "" } else { self.lot() };
        let by = if is_later { self.later.clone() } else { self.clinic.ehr.clone() };
        let whose = [["V", "W"], ["X", "Y"]][usize::from(is_later)][usize::from(is_otherwise)];
        let day = day.strftime("%Y%m%d").to_string();
        let dose = mmr(&format!("{whose}{order}"), &day, "00", action)
            .replace("L1|20270101", &format!("{lot}|20270101"))
            + mark;
        self.told
            .push(format!("message {action} {whose}{order} lot {lot} on {day} marked {}", !mark.is_empty()));
        let (mrn, who) = if is_otherwise { ("B18", OTHERWISE) } else { ("A17", WHO) };
        let from = self.world.arrival().at;
        let reply = self.world.send(&by, &about("NORTH", &format!("M{form}"), mrn, who, &dose)).await;
        assert!(reply.contains("MSA|AA") || reply.contains("MSA|AE"), "{reply}");
        self.done.sent.push((by, from, self.world.arrival().at));
    }

    /// From now on the doses of the later system come out of the stock.
    async fn agrees(&mut self) {
        if self.agreed_at.is_some() {
            return;
        }
        self.told.push("agree".to_owned());
        let mut agreed = Sender::clone(&self.later);
        agreed.profile.decrements = true;
        let stored = agreed.clone();
        let put = self.world.cx.store.write(Lane::Web, move |tx| sender::put(tx, &stored, "active"));
        put.await.expect("the store works");
        self.agreed_at = Some(self.world.arrival().at);
        self.later = Arc::new(agreed);
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
        let mut now = if self.random.chance(600) { self.dose() } else { *said };
        now.body_site = Given::of(Coded::new(["LT", "RT", "LA"][usize::from(form % 3)], "", "HL70163"));
        if self.random.chance(300) {
            now.route = Given::of(Coded::new(["SC", "IM"][usize::from(form % 2)], "", "HL70162"));
        }
        self.tell(&format!("correct {key:?}"), &now);
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
        let records: Vec<PersonId> = self.records().await.iter().map(|record| record.id).collect();
        let id = *self.random.pick(&records);
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
            let (id, sent) = self.done.withdrawals.remove(at);
            self.told.push(format!("bring back {id}"));
            take_back(self.world, id, form).await;
            self.done.sent.push(sent);
        } else if !self.done.sent.is_empty() {
            let at = self.random.index(self.done.sent.len());
            let (by, from, until) = self.done.sent.remove(at);
            let id = withdraw(self.world, &by, from, until, form).await;
            self.told.push(format!("withdraw {id}: number {at} of what was sent"));
            self.done.withdrawals.push((id, (by, from, until)));
        }
    }

    pub(super) async fn step(&mut self, form: u8) {
        match self.random.weighted(&[3, 7, 4, 2, 1, 2, 3, 1]) {
            0 => self.says(form).await,
            1 => self.sends(form).await,
            2 => self.corrects(form).await,
            3 => self.removes(form).await,
            4 => self.puts_back(form).await,
            5 => self.merges_or_parts(form).await,
            6 => self.withdraws_or_brings_back(form).await,
            _ => self.agrees().await,
        }
    }
}
