//! What the records say left the stock, held against what is on hand.

use super::deeds::Run;
use super::{LOTS, RECEIVED};
use crate::one_giving::shelves;
use iis_model::access::Granted;
use iis_model::record::{ConsolidatedEvent, ReportOrigin};
use iis_model::stock::EntryKind;
use iis_store::report::{self, ReportRow};
use iis_store::stock::{self, MissedDose, NewEntry};
use iis_store::{StoreError, Tx, stock_lot};
use std::collections::BTreeMap;

/// A report of the clinic, with what was entered for its dose: each entry with the number of its lot.
struct Said {
    row: ReportRow,
    entries: Vec<(String, NewEntry)>,
}

/// What is said of one giving.
#[derive(Debug, PartialEq, Eq)]
enum Leaves {
    /// One vial, of this lot where all say the same.
    One(Option<String>),
    /// None.
    None,
    /// One or none: a report that names a lot which is not there may hold the vial that it inherited.
    Inherited,
}

impl Said {
    fn read(tx: &mut Tx<'_>, granted: &Granted, key: &ReportOrigin) -> Result<Option<Self>, StoreError> {
        let rows = report::of_record(tx, granted, key.source_record_id)?;
        let Some(row) = rows.into_iter().find(|row| row.id == key.report_id) else { return Ok(None) };
        let mut entries = Vec::new();
        for entry in stock::of_dose(tx, granted, row.source_record_id, &row.dose_key)? {
            let lot = stock_lot::get(tx, entry.lot_id)?.expect("the lot of an entry");
            entries.push((lot.lot.lot.to_string(), entry));
        }
        Ok(Some(Self { row, entries }))
    }

    fn lot(&self) -> &str {
        self.row.body.lot.number.get().map_or("", |lot| lot)
    }

    fn is_listed_by(&self, row: &MissedDose) -> bool {
        (self.row.source_record_id, &self.row.dose_key) == (row.source_record_id, &row.dose_key)
    }

    fn was_taken(&self) -> bool {
        self.entries.iter().any(|(_, entry)| entry.kind == EntryKind::Administered)
    }
}

impl Run<'_> {
    /// Whether a report says that its dose came out of the stock: by the form that says so, by the system that always does, or by
    /// the other one since that was agreed.
    fn is_from_stock(&self, said: &Said) -> bool {
        let row = &said.row;
        match row.sender_id {
            _ if row.account_id.is_some() => !row.body.leaves_stock_alone,
            Some(id) if id == self.later.id => self.agreed_at.is_some_and(|at| row.received_at >= at),
            _ => true,
        }
    }

    fn leaves(&self, giving: &[Said]) -> Leaves {
        let from_stock: Vec<&Said> = giving.iter().filter(|said| self.is_from_stock(said)).collect();
        let mut on_shelf = from_stock.iter().map(|said| said.lot()).filter(|lot| LOTS.contains(lot));
        if giving.iter().any(|said| said.row.body.not_from_stock.get().is_some()) {
            Leaves::None
        } else if let Some(lot) = on_shelf.next() {
            Leaves::One(giving.iter().all(|said| said.lot() == lot).then(|| lot.to_owned()))
        } else if giving.iter().any(|said| said.was_taken() && !self.is_from_stock(said)) {
            Leaves::One(None)
        } else if from_stock.iter().any(|said| said.was_taken()) {
            Leaves::Inherited
        } else {
            Leaves::None
        }
    }

    async fn giving(&self, event: &ConsolidatedEvent) -> Vec<Said> {
        let (granted, keys) = (self.clinic.by.0.clone(), event.reports.clone());
        let read = self.world.cx.store.peek(move |tx| {
            keys.iter().map(|key| Said::read(tx, &granted, key)).collect::<Result<Vec<_>, _>>()
        });
        read.await.expect("the store works").into_iter().flatten().collect()
    }

    /// How many lines there should be of a giving among what did not leave the stock: one where it was not from there, or should
    /// have come out and did not.
    fn lines(&self, giving: &[Said], vials: i64) -> usize {
        let is_elsewhere = giving.iter().any(|said| said.row.body.not_from_stock.get().is_some());
        let is_from_stock = giving.iter().any(|said| self.is_from_stock(said));
        usize::from(is_elsewhere || (is_from_stock && vials == 0))
    }

    async fn listed(&self) -> Vec<MissedDose> {
        let (granted, site) = (self.clinic.by.0.clone(), self.clinic.by.1.id);
        let read = self.world.cx.store.peek(move |tx| stock::missed(tx, &granted, site, 99));
        read.await.expect("the store works")
    }

    /// For each lot: on hand is what was received without the givings that the records say left it. What is listed as not having
    /// left is what should have, or was not from there; each giving once.
    pub(super) async fn holds(&self, round: u64) {
        let mut gone: BTreeMap<String, i64> = LOTS.iter().map(|lot| ((*lot).to_owned(), 0)).collect();
        let told = || format!("round {round}: {:#?}", self.told);
        let (listed, mut lines) = (self.listed().await, 0);
        for event in self.records().await.iter().flat_map(|record| &record.events) {
            let giving = self.giving(event).await;
            let mut held: BTreeMap<&str, i64> = BTreeMap::new();
            for (lot, entry) in giving.iter().flat_map(|said| &said.entries) {
                *held.entry(lot).or_default() -= entry.doses;
            }
            let vials: i64 = held.values().sum();
            match &self.leaves(&giving) {
                Leaves::None => assert_eq!(vials, 0, "{}", told()),
                Leaves::One(None) => assert_eq!(vials, 1, "{}", told()),
                Leaves::One(Some(lot)) => {
                    assert_eq!((vials, held.get(&**lot)), (1, Some(&1)), "{lot} {}", told());
                }
                Leaves::Inherited => assert!((0..=1).contains(&vials), "{}", told()),
            }
            let of_it = listed.iter().filter(|row| giving.iter().any(|said| said.is_listed_by(row)));
            assert_eq!(
                of_it.count(),
                self.lines(&giving, vials),
                "{:?} {listed:#?} {}",
                event.reports,
                told()
            );
            lines += self.lines(&giving, vials);
            for (lot, doses) in held {
                *gone.get_mut(lot).expect("a lot on the shelf") += doses;
            }
        }
        let on_hand: BTreeMap<String, i64> = shelves(self.world, self.clinic).await.into_iter().collect();
        let expected = gone.into_iter().map(|(lot, doses)| (lot, RECEIVED - doses)).collect();
        assert_eq!((on_hand, listed.len()), (expected, lines), "{listed:#?} {}", told());
    }
}
