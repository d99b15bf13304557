//! What costs no allocation: indexing with a used index, and holding a clean message against its profile.

#![expect(unsafe_code, reason = "an allocator that counts is one")]

use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{Index, Limits, ReadOptions, parse_with, z22};
use iis_model::Findings;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks of it.
struct Counting;

fn count() {
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: everything is handed on to the system's allocator as it comes.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller vouches for the layout.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller vouches for block and layout.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller vouches for block, layout and size.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations a work makes in this thread.
fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.get();
    let done = work();
    (COUNT.get() - before, done)
}

const CLEAN: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500.000-0500||VXU^V04^VXU_V04|M1|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS|CLINIC7|STATE\r",
    "PID|1||A17^^^CLINIC7^MR||DOE^ANA^MARIA^^^^L~ROE^ANA^^^^^A|ROE^BERTA^^^^^M|20200115|F||2106-3^White^CDCREC|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P||^PRN^PH^^^217^5550100|||||||||2186-5^Not Hispanic or Latino^CDCREC||N|1|||||N\r",
    "PD1|||||||||||02^Reminder/recall - any method^HL70215|N|20260301|||A|20200115|20260301\r",
    "NK1|1|DOE^BERTA^^^^^L|MTH^Mother^HL70063|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P|^PRN^PH^^^217^5550100\r",
    "ORC|RE|P1^CLINIC7|V1^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN||654^JONES^WILMA^BETH^^^^^CLINIC7^L^^^MD|||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20260301||03^MMR^CVX^00006-4681-00^MMR II^NDC|0.5|mL^mL^UCUM||00^New Record^NIP001|7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|^^^CLINIC7||||L1234|20270228|MSD^Merck and Co., Inc.^MVX|||CP|A\r",
    "RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r",
    "OBX|1|CE|64994-7^Vaccine Funding Program Eligibility^LN|1|V01^Not VFC Eligible^HL70064||||||F|||20260301|||VXC40^per immunization^CDCPHINVS\r",
    "OBX|2|CE|30963-3^Vaccine Funding Source^LN|2|PHC70^Private^CDCPHINVS||||||F|||20260301\r",
    "OBX|3|CE|69764-9^Document Type^LN|3|253088698300012711120420^Measles/Mumps/Rubella VIS^cdcgs1vis||||||F|||20260301\r",
    "OBX|4|DT|29769-7^Date Vis Presented^LN|3|20260301||||||F|||20260301\r",
);

#[test]
fn a_clean_message_is_indexed_and_held_against_its_profile_without_an_allocation() {
    let parse = |index| parse_with(CLEAN.as_bytes(), &Limits::default(), index);
    let (message, _) = parse(Index::default());
    assert!(
        Profile::Z22.faults(&message, Extent::Constrained).is_empty(),
        "the tables are read, and it is clean"
    );
    let index = message.into_index();
    let (indexing, (message, findings)) = allocations(|| parse(index));
    let (checking, faults) = allocations(|| Profile::Z22.faults(&message, Extent::Constrained));
    assert!(findings.0.is_empty() && faults.is_empty());
    assert_eq!((indexing, checking), (0, 0));
}

#[test]
fn what_is_wrong_is_counted() {
    let broken = CLEAN.replace("|F||2106-3", "|Q||2106-3");
    let (message, _) = parse_with(broken.as_bytes(), &Limits::default(), Index::default());
    Profile::Z22.faults(&message, Extent::Constrained);
    let (checking, faults) = allocations(|| Profile::Z22.faults(&message, Extent::Constrained));
    assert_eq!(faults.len(), 1);
    assert!(checking > 0, "the counting counts");
}

/// A submission owns its texts: what is left is one allocation for each, and the lists.
#[test]
fn a_message_is_read_with_less_than_one_allocation_for_ten_bytes() {
    let (message, _) = parse_with(CLEAN.as_bytes(), &Limits::default(), Index::default());
    let read = || z22::read(&message, &ReadOptions::default(), &mut Findings::default());
    read();
    let (reading, submission) = allocations(read);
    assert_eq!(submission.events.len(), 1);
    assert!(reading * 10 < CLEAN.len(), "{reading} allocations for {} bytes", CLEAN.len());
}
