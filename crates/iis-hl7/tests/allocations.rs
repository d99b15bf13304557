//! What costs no allocation: indexing with a used index, and holding a clean message against its profile.

#![expect(unsafe_code, reason = "an allocator that counts is one")]

use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{Index, Limits, ReadOptions, parse_with, z22};
use iis_model::Findings;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use vxu::VXU;

#[path = "../examples/measuring/vxu.rs"]
mod vxu;

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

#[test]
fn a_clean_message_is_indexed_and_held_against_its_profile_without_an_allocation() {
    let parse = |index| parse_with(VXU.as_bytes(), &Limits::default(), index);
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
    let broken = VXU.replace("|F||2106-3", "|Q||2106-3");
    let (message, _) = parse_with(broken.as_bytes(), &Limits::default(), Index::default());
    Profile::Z22.faults(&message, Extent::Constrained);
    let (checking, faults) = allocations(|| Profile::Z22.faults(&message, Extent::Constrained));
    assert_eq!(faults.len(), 1);
    assert!(checking > 0, "the counting counts");
}

/// A submission owns its texts: what is left is one allocation for each, and the lists.
#[test]
fn a_message_is_read_with_less_than_one_allocation_for_ten_bytes() {
    let (message, _) = parse_with(VXU.as_bytes(), &Limits::default(), Index::default());
    let read = || z22::read(&message, &ReadOptions::default(), &mut Findings::default());
    read();
    let (reading, submission) = allocations(read);
    assert_eq!(submission.events.len(), 3);
    assert!(reading * 10 < VXU.len(), "{reading} allocations for {} bytes", VXU.len());
}
